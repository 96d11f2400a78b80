//! Taking jobs and giving them back. A job is taken for a while: the number of the attempt is the
//! lease, and whoever lost it, because it took too long, changes nothing any more.

use crate::job::{self, Job, columns};
use chinwag_sql::{Error, Operation, Result, Tx};
use std::time::Duration;
use uuid::Uuid;

/// How long a worker has a job. A job whose worker was lost is taken again after that.
pub const LEASE: Duration = Duration::from_secs(120);

/// How long dead jobs are kept.
const KEPT: Duration = Duration::from_secs(30 * 24 * 60 * 60);

chinwag_sql::statements! {
    /// Takes what is due, the longest due first.
    TAKE = concat!("UPDATE jobs SET attempts = attempts + 1, due_at = ?2, running = 1 WHERE id IN (\
            SELECT id FROM jobs WHERE dead_at IS NULL AND due_at <= ?1 ORDER BY due_at LIMIT ?3 FOR UPDATE SKIP LOCKED) RETURNING ", columns!());
    /// The work is done.
    DONE = "DELETE FROM jobs WHERE id = ?1 AND attempts = ?2 AND running = 1";
    /// The work is done for now.
    AGAIN = "UPDATE jobs SET attempts = 0, running = 0, error = NULL, due_at = ?3 WHERE id = ?1 AND attempts = ?2 AND running = 1";
    /// It failed, and is tried again.
    FAILED = "UPDATE jobs SET running = 0, due_at = ?3, error = ?4 WHERE id = ?1 AND attempts = ?2 AND running = 1";
    /// It failed for good.
    DIED = "UPDATE jobs SET running = 0, dead_at = ?3, error = ?4 WHERE id = ?1 AND attempts = ?2 AND running = 1";
    /// Forgets what died long ago.
    FORGET = "DELETE FROM jobs WHERE dead_at < ?1";
}

/// Takes up to `most` jobs that are due.
pub(crate) struct Take {
    pub(crate) now: i64,
    pub(crate) most: u32,
}

impl Operation for Take {
    type Out = Vec<Job>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Job>> {
        let until = self.now.saturating_add(nanoseconds(LEASE));
        let rows = tx.rows(&TAKE, &[self.now.into(), until.into(), self.most.into()]).await?;
        rows.iter().map(job::job).collect()
    }
}

/// What becomes of a job that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    Again { at: i64 },
    Failed { at: i64, error: String },
    Died { error: String },
}

/// Gives a job back. Answers whether the lease still held; if not, nothing was changed.
pub(crate) struct GiveBack {
    pub(crate) id: Uuid,
    pub(crate) attempt: u32,
    pub(crate) fate: Fate,
    pub(crate) now: i64,
}

impl Operation for GiveBack {
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let (id, attempt) = (self.id.into(), self.attempt.into());
        let held = match &self.fate {
            Fate::Done => tx.exec(&DONE, &[id, attempt]).await?,
            Fate::Again { at } => tx.exec(&AGAIN, &[id, attempt, (*at).into()]).await?,
            Fate::Failed { at, error } => {
                tx.exec(&FAILED, &[id, attempt, (*at).into(), error.into()]).await?
            }
            Fate::Died { error } => {
                let long_ago = self.now.saturating_sub(nanoseconds(KEPT));
                tx.exec(&FORGET, &[long_ago.into()]).await?;
                tx.exec(&DIED, &[id, attempt, self.now.into(), error.into()]).await?
            }
        };
        Ok(held == 1)
    }
}

pub(crate) fn nanoseconds(time: Duration) -> i64 {
    i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)
}
