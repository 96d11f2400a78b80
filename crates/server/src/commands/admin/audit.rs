//! `chinwag admin audit`: who did what, and whether the log is whole.

use super::{Asking, account, shown, word};
use crate::commands::Outcome;
use chinwag_client::Http;
use chinwag_wire::{AuditAct, AuditChain};
use std::io::{self, Write};

/// Read the audit log, and check that it is whole
#[derive(Debug, clap::Subcommand)]
pub enum Audit {
    /// List what was done, newest first; this is written down too
    List(List),
    /// Tell whether an entry was changed or taken out; exit code 1 if so
    Check(Check),
}

#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    asking: Asking,
    /// What concerns this account, by username or id
    #[arg(long, value_name = "ACCOUNT", conflicts_with = "actor")]
    account: Option<String>,
    /// What this account did, by username or id
    #[arg(long, value_name = "ACCOUNT")]
    actor: Option<String>,
    /// Only this act, for example sign_in
    #[arg(long, value_parser = word::<AuditAct>)]
    act: Option<AuditAct>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "NUMBER")]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct Check {
    #[command(flatten)]
    asking: Asking,
}

impl Audit {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.asking.with(async |http| list.run(http).await).await,
            Self::Check(check) => check.asking.with(async |http| check.run(http).await).await,
        }
    }
}

impl List {
    async fn run(&self, http: &Http) -> Outcome {
        let mut filter = vec![("act", self.act.map(|act| act.name().to_owned()))];
        for (key, name) in [("account_id", &self.account), ("actor_id", &self.actor)] {
            if let Some(name) = name {
                filter.push((key, Some(account(http, name).await?.to_string())));
            }
        }
        let page = async |cursor: Option<String>, limit| {
            http.audit(&filter, cursor.as_deref(), Some(limit)).await
        };
        let entries = shown::pages(self.limit, page).await?;
        let headings = ["seq", "at", "act", "result", "actor", "account", "target", "address"];
        shown::list(&entries, self.asking.json, headings, |entry| {
            [
                entry.seq.to_string(),
                shown::moment(Some(entry.at)),
                entry.act.name().to_owned(),
                shown::name(&entry.result),
                shown::or_dash(entry.actor_id),
                shown::or_dash(entry.account_id),
                shown::or_dash(entry.target.as_ref()),
                shown::or_dash(entry.address.as_ref()),
            ]
        })
    }
}

impl Check {
    async fn run(&self, http: &Http) -> Outcome {
        let chain = http.audit_chain().await?;
        if self.asking.json {
            let line = serde_json::to_string(&chain).map_err(anyhow::Error::new)?;
            writeln!(io::stdout(), "{line}")?;
        } else {
            writeln!(io::stdout(), "{}", told(&chain))?;
        }
        match chain.broken_at {
            None => Ok(()),
            Some(seq) => Err(anyhow::anyhow!("entry {seq} is not the one that was written").into()),
        }
    }
}

fn told(AuditChain { first, last, hash, .. }: &AuditChain) -> String {
    match (first, last) {
        (Some(first), Some(last)) => {
            format!(
                "Entries {first} to {last} are as they were written. The hash of {last} is {hash}."
            )
        }
        _ => "There are no entries.".to_owned(),
    }
}
