//! A job as it is stored, and the three states it can be in.

use chinwag_sql::{Result, Row};
use uuid::Uuid;

/// A piece of work. Times are nanoseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Job {
    /// Its id, also for whatever the work makes, so that a second attempt makes nothing twice.
    pub id: Uuid,
    /// What is to be done.
    pub kind: String,
    /// With what, as text that its kind understands.
    pub input: String,
    /// How many attempts were begun, the one that runs among them.
    pub attempts: u32,
    /// When it was queued.
    pub created_at: i64,
    /// When it may be taken; while it runs, when its lease ends.
    pub due_at: i64,
    /// Why the last attempt failed.
    pub error: Option<String>,
    /// Where it stands.
    pub state: State,
}

/// Where a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// It waits until it is due.
    Queued,
    /// A worker has it, or had it when it was lost.
    Running,
    /// It failed for good, at this time.
    Dead(i64),
}

/// The columns that [`job`] reads.
macro_rules! columns {
    () => {
        "id, kind, input, attempts, created_at, due_at, error, running, dead_at"
    };
}
pub(crate) use columns;

/// A job, from a row of [`columns`].
pub(crate) fn job(row: &Row) -> Result<Job> {
    let state = match (row.get::<Option<i64>>(8)?, row.get::<bool>(7)?) {
        (Some(at), _) => State::Dead(at),
        (None, true) => State::Running,
        (None, false) => State::Queued,
    };
    Ok(Job {
        id: row.get(0)?,
        kind: row.get(1)?,
        input: row.get(2)?,
        attempts: row.get(3)?,
        created_at: row.get(4)?,
        due_at: row.get(5)?,
        error: row.get(6)?,
        state,
    })
}
