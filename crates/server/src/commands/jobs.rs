//! `chinwag jobs`: the work that waits, runs, or failed for good, and what to do about it.

use super::{
    Outcome,
    admin::{Asking, shown, word},
};
use chinwag_client::Http;
use chinwag_wire::{Job, JobId, JobState};
use std::io::{self, Write};

const EXAMPLES: &str = "\
Examples:
  export CHINWAG_USER=root CHINWAG_PASSWORD=…
  chinwag jobs list --state dead
  chinwag jobs show 019900e1-…
  chinwag jobs retry 019900e1-…
  chinwag jobs list --state dead --json | jq -r .id | xargs chinwag jobs discard

A job is tried three times, the second time 5 minutes after the first failure, the third 10 minutes after that
(`mail.attempts`, `mail.retry_minutes`); then it is dead, and is kept for 30 days.";

/// See letters that could not be sent and other jobs, try them again, throw them away
#[derive(Debug, clap::Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum Jobs {
    /// List jobs, the oldest first
    List(List),
    /// Show jobs with what they were given; this is written into the audit log
    Show(Named),
    /// Try dead jobs again
    Retry(Named),
    /// Throw jobs away: what they were to do is not done
    Discard(Named),
}

#[derive(Debug, clap::Args)]
pub struct List {
    #[command(flatten)]
    asking: Asking,
    /// Only these: queued, running or dead
    #[arg(long, value_parser = word::<JobState>)]
    state: Option<JobState>,
    /// Only this kind, for example send_verification
    #[arg(long)]
    kind: Option<String>,
    /// At most so many
    #[arg(long, default_value_t = 50, value_name = "NUMBER")]
    limit: usize,
}

#[derive(Debug, clap::Args)]
pub struct Named {
    #[command(flatten)]
    asking: Asking,
    /// Ids
    #[arg(required = true, value_name = "JOB")]
    jobs: Vec<JobId>,
}

impl Jobs {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::List(list) => list.asking.with(async |http| list.run(http).await).await,
            Self::Show(named) => named.show(async |http, id| http.job(id).await).await,
            Self::Retry(named) => named.show(async |http, id| http.retry_job(id).await).await,
            Self::Discard(named) => named.discard().await,
        }
    }
}

impl List {
    async fn run(&self, http: &Http) -> Outcome {
        let state = self.state.as_ref().map(shown::name);
        let filter = [("state", state), ("kind", self.kind.clone())];
        let page = async |cursor: Option<String>, limit| {
            http.jobs(&filter, cursor.as_deref(), Some(limit)).await
        };
        show(&shown::pages(self.limit, page).await?, self.asking.json)
    }
}

impl Named {
    /// Does something to each of them, then shows what they are now.
    async fn show(
        &self,
        work: impl AsyncFn(&Http, JobId) -> Result<Job, chinwag_client::Error>,
    ) -> Outcome {
        let each = async |http: &Http| {
            let mut jobs = Vec::new();
            for id in &self.jobs {
                jobs.push(work(http, *id).await?);
            }
            show(&jobs, self.asking.json)
        };
        self.asking.with(each).await
    }

    async fn discard(&self) -> Outcome {
        let each = async |http: &Http| {
            for id in &self.jobs {
                http.discard_job(*id).await?;
                let said = match self.asking.json {
                    true => serde_json::json!({ "discarded": id }).to_string(),
                    false => format!("Job {id} is gone."),
                };
                writeln!(io::stdout(), "{said}")?;
            }
            Ok(())
        };
        self.asking.with(each).await
    }
}

fn show(jobs: &[Job], json: bool) -> Outcome {
    let headings = ["made", "kind", "state", "attempts", "due", "input", "error", "id"];
    shown::list(jobs, json, headings, |job| {
        [
            shown::moment(Some(job.created_at)),
            job.kind.clone(),
            shown::name(&job.state),
            job.attempts.to_string(),
            shown::moment(job.due_at),
            shown::or_dash(job.input.as_ref()),
            shown::or_dash(job.error.as_ref()),
            job.id.to_string(),
        ]
    })
}
