//! What an operator sees and does: list jobs, look at one, try a dead one again, throw one away.

use crate::job::{self, Job, columns};
use chinwag_sql::{Result, Tx, Value};
use uuid::Uuid;

chinwag_sql::statements! {
    /// A page of the jobs that wait or run, in order of their ids, which is that of their making.
    WAITING = concat!("SELECT ", columns!(), " FROM jobs WHERE dead_at IS NULL AND id > ?1 ORDER BY id LIMIT ?2");
    /// A page of those that failed for good.
    DEAD = concat!("SELECT ", columns!(), " FROM jobs WHERE dead_at IS NOT NULL AND id > ?1 ORDER BY id LIMIT ?2");
    /// A page of all.
    ALL = concat!("SELECT ", columns!(), " FROM jobs WHERE id > ?1 ORDER BY id LIMIT ?2");
    /// One.
    SHOW = concat!("SELECT ", columns!(), " FROM jobs WHERE id = ?1");
    /// A dead one has all its attempts again.
    RETRY = "UPDATE jobs SET dead_at = NULL, attempts = 0, due_at = ?2 WHERE id = ?1 AND dead_at IS NOT NULL";
    /// Throws one away, unless it runs.
    DISCARD = "DELETE FROM jobs WHERE id = ?1 AND running = 0";
}

/// Which jobs to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Listed {
    /// All.
    All,
    /// Those that wait or run.
    Waiting,
    /// Those that failed for good.
    Dead,
}

/// Up to `most` jobs made after the one called `after`, the oldest first.
///
/// # Errors
/// Only those of storage.
pub async fn list(tx: &mut Tx<'_>, which: Listed, after: Uuid, most: u32) -> Result<Vec<Job>> {
    let statement = match which {
        Listed::All => &ALL,
        Listed::Waiting => &WAITING,
        Listed::Dead => &DEAD,
    };
    let rows = tx.rows(statement, &[Value::from(after), most.into()]).await?;
    rows.iter().map(job::job).collect()
}

/// One job, if it is there.
///
/// # Errors
/// Only those of storage.
pub async fn show(tx: &mut Tx<'_>, id: Uuid) -> Result<Option<Job>> {
    tx.maybe(&SHOW, &[id.into()]).await?.as_ref().map(job::job).transpose()
}

/// Lets a dead job be tried again, as if it were new. False if there is no such dead job.
///
/// # Errors
/// Only those of storage.
pub async fn retry(tx: &mut Tx<'_>, id: Uuid, now: i64) -> Result<bool> {
    Ok(tx.exec(&RETRY, &[id.into(), now.into()]).await? == 1)
}

/// Throws a job away. False if there is no such job, or it runs now.
///
/// # Errors
/// Only those of storage.
pub async fn discard(tx: &mut Tx<'_>, id: Uuid) -> Result<bool> {
    Ok(tx.exec(&DISCARD, &[id.into()]).await? == 1)
}
