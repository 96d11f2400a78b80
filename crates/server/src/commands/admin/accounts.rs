//! `chinwag admin accounts`: finding, suspending, appointing and deleting.

use super::{Asking, account, shown, word};
use crate::commands::{Failure, Outcome};
use chinwag_client::Http;
use chinwag_wire::{ChangeInstanceRole, InstanceRole, ManagedAccount, Suspend};
use std::io::{self, Write};

/// Find, suspend, appoint and delete accounts
#[derive(Debug, clap::Subcommand)]
pub enum Accounts {
    /// List accounts, the youngest first
    List(List),
    /// Show accounts
    Show(Named),
    /// Sign an account out everywhere, and keep it out
    Suspend(Suspending),
    /// Let suspended accounts sign in again
    Unsuspend(Named),
    /// End all sessions of accounts; they may sign in again
    SignOut(Named),
    /// Give an account another role on the server
    Role(Appointing),
    /// Delete accounts, for good: what they said stays, everything else of them goes
    Delete(Deleting),
}

#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    asking: Asking,
    /// Those whose username begins so, or whose email address is this
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
    /// Those of this role: member, moderator, admin or owner
    #[arg(long, value_parser = word::<InstanceRole>)]
    role: Option<InstanceRole>,
    /// Only suspended ones
    #[arg(long)]
    suspended: bool,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "NUMBER")]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct Named {
    #[command(flatten)]
    asking: Asking,
    /// Usernames or ids
    #[arg(required = true, value_name = "ACCOUNT")]
    accounts: Vec<String>,
}

#[derive(Debug, clap::Args)]
pub struct Suspending {
    #[command(flatten)]
    named: Named,
    /// Why, for other staff
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
}

#[derive(Debug, clap::Args)]
pub struct Appointing {
    #[command(flatten)]
    asking: Asking,
    /// Username or id
    account: String,
    /// member, moderator, admin or owner
    #[arg(value_parser = word::<InstanceRole>)]
    role: InstanceRole,
}

#[derive(Debug, clap::Args)]
pub struct Deleting {
    #[command(flatten)]
    named: Named,
    /// Yes, for good
    #[arg(long)]
    yes: bool,
}

impl Accounts {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.asking.with(async |http| list.run(http).await).await,
            Self::Show(named) => named.each(async |_, _| Ok(())).await,
            Self::Suspend(Suspending { named, reason }) => {
                let body = Suspend { reason };
                named.each(async |http, id| http.suspend(id, &body).await).await
            }
            Self::Unsuspend(named) => named.each(async |http, id| http.unsuspend(id).await).await,
            Self::SignOut(named) => {
                named.each(async |http, id| http.sign_out_account(id).await).await
            }
            Self::Role(role) => role.asking.with(async |http| role.run(http).await).await,
            Self::Delete(deleting) => deleting.run().await,
        }
    }
}

impl List {
    async fn run(&self, http: &Http) -> Outcome {
        let filter = [
            ("find", self.find.clone()),
            ("role", self.role.as_ref().map(shown::name)),
            ("suspended", self.suspended.then(|| "true".to_owned())),
        ];
        let page = async |cursor: Option<String>, limit| {
            http.managed_accounts(&filter, cursor.as_deref(), Some(limit)).await
        };
        show(&shown::pages(self.limit, page).await?, self.asking.json)
    }
}

impl Named {
    /// Does something to each of them, then shows what they are now.
    async fn each(
        &self,
        work: impl AsyncFn(&Http, chinwag_wire::AccountId) -> Result<(), chinwag_client::Error>,
    ) -> Outcome {
        let each = async |http: &Http| {
            let mut accounts = Vec::new();
            for name in &self.accounts {
                let id = account(http, name).await?;
                work(http, id).await?;
                accounts.push(http.managed_account(id).await?);
            }
            show(&accounts, self.asking.json)
        };
        self.asking.with(each).await
    }
}

impl Appointing {
    async fn run(&self, http: &Http) -> Outcome {
        let id = account(http, &self.account).await?;
        let body = ChangeInstanceRole { role: self.role };
        show(&[http.change_instance_role(id, &body).await?], self.asking.json)
    }
}

impl Deleting {
    async fn run(self) -> Outcome {
        if !self.yes {
            return Err(Failure::Usage(
                "an account that is deleted is gone for good: say --yes".to_owned(),
            ));
        }
        let Named { asking, accounts } = self.named;
        let each = async |http: &Http| {
            for name in &accounts {
                let id = account(http, name).await?;
                http.delete_account(id).await?;
                writeln!(io::stdout(), "{}", deleted(name, id, asking.json))?;
            }
            Ok(())
        };
        asking.with(each).await
    }
}

fn deleted(name: &str, id: chinwag_wire::AccountId, json: bool) -> String {
    match json {
        true => serde_json::json!({ "deleted": id }).to_string(),
        false => format!("{name} is gone, with id {id}."),
    }
}

fn show(accounts: &[ManagedAccount], json: bool) -> Outcome {
    let headings = ["username", "role", "email", "made", "last seen", "suspended", "id"];
    shown::list(accounts, json, headings, |account| {
        [
            account.username.clone(),
            shown::name(&account.role),
            shown::or_dash(account.email.as_ref()),
            shown::moment(Some(account.created_at)),
            shown::moment(account.last_seen_at),
            shown::moment(account.suspended_at),
            account.id.to_string(),
        ]
    })
}
