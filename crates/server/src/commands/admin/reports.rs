//! `chinwag admin reports`: reading what people reported, and deciding on it.

use super::{Asking, shown, word};
use crate::commands::Outcome;
use chinwag_client::Http;
use chinwag_wire::{Content, Report, ReportId, ReportInContext, ReportOutcome, ResolveReport};
use std::io::{self, Write};

/// Read and close reports
#[derive(Debug, clap::Subcommand)]
pub enum Reports {
    /// List open reports, the oldest first
    List(List),
    /// Show a report, with the messages around what was reported; this is written into the audit log
    Show(Show),
    /// Close a report
    Resolve(Resolve),
}

#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    asking: Asking,
    /// Closed ones too
    #[arg(long)]
    all: bool,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "NUMBER")]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct Show {
    #[command(flatten)]
    asking: Asking,
    /// Its id
    report: ReportId,
}

#[derive(Debug, clap::Args)]
pub struct Resolve {
    #[command(flatten)]
    asking: Asking,
    /// Its id
    report: ReportId,
    /// acted or dismissed
    #[arg(value_parser = word::<ReportOutcome>)]
    outcome: ReportOutcome,
    /// A note for other staff
    #[arg(long, value_name = "TEXT")]
    note: Option<String>,
}

impl Reports {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.asking.with(async |http| list.run(http).await).await,
            Self::Show(show) => show.asking.with(async |http| show.run(http).await).await,
            Self::Resolve(resolve) => {
                resolve.asking.with(async |http| resolve.run(http).await).await
            }
        }
    }
}

impl List {
    async fn run(&self, http: &Http) -> Outcome {
        let page = async |cursor: Option<String>, limit| {
            http.reports(self.all, cursor.as_deref(), Some(limit)).await
        };
        list(&shown::pages(self.limit, page).await?, self.asking.json)
    }
}

impl Show {
    async fn run(&self, http: &Http) -> Outcome {
        let read = http.read_report(self.report).await?;
        if self.asking.json {
            let line = serde_json::to_string(&read).map_err(anyhow::Error::new)?;
            return Ok(writeln!(io::stdout(), "{line}")?);
        }
        list(std::slice::from_ref(&read.report), false)?;
        Ok(io::stdout().lock().write_all(told(&read).as_bytes())?)
    }
}

impl Resolve {
    async fn run(&self, http: &Http) -> Outcome {
        let body = ResolveReport { outcome: self.outcome, note: self.note.clone() };
        list(&[http.resolve_report(self.report, &body).await?], self.asking.json)
    }
}

fn list(reports: &[Report], json: bool) -> Outcome {
    let headings = ["made", "reason", "about", "message", "reporter", "outcome", "id"];
    shown::list(reports, json, headings, |report| {
        let place = report.conversation_id.zip(report.seq);
        [
            shown::moment(Some(report.created_at)),
            shown::name(&report.reason),
            report.account_id.to_string(),
            shown::or_dash(place.map(|(conversation, seq)| format!("{conversation}/{seq}"))),
            report.reporter_id.to_string(),
            shown::or_dash(report.resolution.as_ref().map(|made| shown::name(&made.outcome))),
            report.id.to_string(),
        ]
    })
}

/// What was said, for people; what was reported is marked.
fn told(read: &ReportInContext) -> String {
    let ReportInContext { report, reporter, account, messages } = read;
    let mut told = format!("\n{} reports {}", reporter.username, account.username);
    told.extend(report.text.iter().map(|text| format!(": {}", plain(text))));
    told.push('\n');
    for message in messages {
        let mark = if report.seq == Some(message.seq) { '>' } else { ' ' };
        let said = match &message.content {
            Some(Content::Text(text)) => plain(text),
            Some(Content::Encrypted(_)) => "(encrypted)".to_owned(),
            None => "(deleted)".to_owned(),
        };
        told.push_str(&format!("{mark} {:>6}  {}  {said}\n", message.seq, message.sender_id));
    }
    told
}

/// What others wrote must not move the cursor.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}
