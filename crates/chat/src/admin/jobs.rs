//! Staff looks after jobs: lists them, looks at one, has one tried again that failed for good, throws one
//! away. They hold addresses, so each look is written down.

use super::staff;
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    audit::Entry,
    cursor::{self, Cursor},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_jobs::{Listed, State};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, Code, Job, JobId, JobState, Page, Problem, Time};

/// More bytes than the name of any kind has.
const LONGEST: usize = 64;

/// Which jobs.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct JobFilter {
    /// Those that stand so.
    pub state: Option<JobState>,
    /// Those of this kind.
    pub kind: Option<String>,
}

struct List {
    actor: Actor,
    from: Origin,
    filter: JobFilter,
    after: Cursor,
    limit: usize,
    at: Time,
}

impl Change for List {
    type Answer = Vec<Job>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Vec<Job>>> {
        staff(tx, &self.actor, StaffAct::RunJobs).await?;
        let listed = match self.filter.state {
            None => Listed::All,
            Some(JobState::Queued) => Listed::Queued,
            Some(JobState::Running) => Listed::Running,
            Some(JobState::Dead) => Listed::Dead,
        };
        let (kind, most) = (self.filter.kind.as_deref(), self.limit as u32 + 1);
        let jobs = chinwag_jobs::list(tx, listed, kind, self.after.id, most).await?;
        Entry::staff(AuditAct::ListJobs, &self.actor, &self.from, self.at).record(tx).await?;
        Ok(Outcome::quiet(jobs.into_iter().map(seen).collect()))
    }
}

/// A job as staff sees it in a list.
fn seen(job: chinwag_jobs::Job) -> Job {
    let due_at = Some(Time(job.due_at));
    let (state, due_at, died_at) = match job.state {
        State::Queued => (JobState::Queued, due_at, None),
        State::Running => (JobState::Running, due_at, None),
        State::Dead(at) => (JobState::Dead, None, Some(Time(at))),
    };
    Job {
        id: JobId(job.id),
        kind: job.kind,
        state,
        attempts: job.attempts,
        created_at: Time(job.created_at),
        due_at,
        died_at,
        error: job.error,
        input: None,
    }
}

/// What is done with one job.
#[derive(Clone, Copy)]
enum Deed {
    Look,
    Retry,
    Discard,
}

struct Handling {
    actor: Actor,
    from: Origin,
    job: JobId,
    deed: Deed,
    at: Time,
}

impl Change for Handling {
    type Answer = Job;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Job>> {
        staff(tx, &self.actor, StaffAct::RunJobs).await?;
        let found = chinwag_jobs::show(tx, self.job.0).await?.ok_or(Code::JobNotFound)?;
        let (act, outcome) = match self.deed {
            Deed::Look => (AuditAct::ReadJob, Outcome::quiet(whole(found))),
            Deed::Retry => (AuditAct::RetryJob, self.retry(tx).await?),
            Deed::Discard => (AuditAct::DiscardJob, self.discard(tx, found).await?),
        };
        let entry = Entry::staff(act, &self.actor, &self.from, self.at);
        entry.on(self.job).record(tx).await?;
        Ok(outcome)
    }
}

impl Handling {
    async fn retry(&self, tx: &mut Tx<'_>) -> Result<Outcome<Job>> {
        if !chinwag_jobs::retry(tx, self.job.0, self.at.0).await? {
            return Err(Code::JobNotDead.into());
        }
        let job = chinwag_jobs::show(tx, self.job.0).await?.ok_or(Code::JobNotFound)?;
        Ok(Outcome::quiet(whole(job)).with_jobs())
    }

    async fn discard(&self, tx: &mut Tx<'_>, found: chinwag_jobs::Job) -> Result<Outcome<Job>> {
        if !chinwag_jobs::discard(tx, self.job.0).await? {
            return Err(Problem::from(Code::JobRunning).retry_after(1).into());
        }
        Ok(Outcome::quiet(seen(found)))
    }
}

/// A job with what it was given. Secrets are not in it by the rule for inputs (`mail/work.rs`).
fn whole(job: chinwag_jobs::Job) -> Job {
    let input = serde_json::from_str::<serde_json::Value>(&job.input).ok();
    Job { input: input.filter(|input| !input.is_null()), ..seen(job) }
}

impl Chat {
    /// A page of jobs, the oldest first, without what they were given.
    ///
    /// # Errors
    /// `forbidden`, `cursor_invalid`, `invalid` for a limit outside 1 to 200 or a kind that none has.
    #[crate::boxed]
    pub async fn jobs(
        &self,
        actor: &Actor,
        from: &Origin,
        filter: JobFilter,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Job>, Problem> {
        let limit = cursor::limit(limit)?;
        let after = Cursor::decode(cursor, Cursor::FIRST)?;
        let is_word = |kind: &str| kind.bytes().all(|c| c.is_ascii_lowercase() || c == b'_');
        let is_kind = |kind: &str| (1..=LONGEST).contains(&kind.len()) && is_word(kind);
        if filter.kind.as_deref().is_some_and(|kind| !is_kind(kind)) {
            return Err(Problem::field("kind", "must be the name of a kind, as send_reset"));
        }
        let at = self.clock.now();
        let list = List { actor: *actor, from: *from, filter, after, limit, at };
        let place = |item: &Job| Cursor { order: item.created_at.0, id: item.id.0 };
        Ok(cursor::page(self.change(list).await?, limit, place))
    }

    /// One job, with what it was given.
    ///
    /// # Errors
    /// `forbidden`, `job_not_found`.
    #[crate::boxed]
    pub async fn job(&self, actor: &Actor, from: &Origin, job: JobId) -> Result<Job, Problem> {
        self.handle_job(actor, from, job, Deed::Look).await
    }

    /// Has a job tried again that failed for good, with all its attempts.
    ///
    /// # Errors
    /// `forbidden`, `job_not_found`, `job_not_dead`.
    #[crate::boxed]
    pub async fn retry_job(
        &self,
        actor: &Actor,
        from: &Origin,
        job: JobId,
    ) -> Result<Job, Problem> {
        self.handle_job(actor, from, job, Deed::Retry).await
    }

    /// Throws a job away.
    ///
    /// # Errors
    /// `forbidden`, `job_not_found`, `job_running`.
    #[crate::boxed]
    pub async fn discard_job(
        &self,
        actor: &Actor,
        from: &Origin,
        job: JobId,
    ) -> Result<(), Problem> {
        self.handle_job(actor, from, job, Deed::Discard).await.map(drop)
    }

    async fn handle_job(
        &self,
        actor: &Actor,
        from: &Origin,
        job: JobId,
        deed: Deed,
    ) -> Result<Job, Problem> {
        let at = self.clock.now();
        self.change(Handling { actor: *actor, from: *from, job, deed, at }).await
    }
}
