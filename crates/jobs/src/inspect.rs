//! What an operator sees and does: list jobs, look at one, try a dead one again, throw one away.

use crate::job::{self, Job, columns};
use chinwag_sql::{Result, Tx, Value};
use uuid::Uuid;

chinwag_sql::statements! {
    /// A page, in order of their ids, which is that of their making; of one kind, or of any where it is empty.
    ALL = concat!("SELECT ", columns!(), " FROM jobs WHERE id > ?1 AND (kind = ?2 OR ?2 = '') ORDER BY id LIMIT ?3");
    /// The same of those that wait.
    QUEUED = concat!("SELECT ", columns!(), " FROM jobs WHERE dead_at IS NULL AND running = 0 AND id > ?1 AND (kind = ?2 OR ?2 = '') ORDER BY id LIMIT ?3");
    /// The same of those that run.
    RUNNING = concat!("SELECT ", columns!(), " FROM jobs WHERE dead_at IS NULL AND running = 1 AND id > ?1 AND (kind = ?2 OR ?2 = '') ORDER BY id LIMIT ?3");
    /// The same of those that failed for good.
    DEAD = concat!("SELECT ", columns!(), " FROM jobs WHERE dead_at IS NOT NULL AND id > ?1 AND (kind = ?2 OR ?2 = '') ORDER BY id LIMIT ?3");
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
    /// Those that wait.
    Queued,
    /// Those that run, or whose worker was lost.
    Running,
    /// Those that failed for good.
    Dead,
}

/// Up to `most` jobs made after the one called `after`, the oldest first; of one kind where it is given.
///
/// # Errors
/// Only those of storage.
pub async fn list(
    tx: &mut Tx<'_>,
    which: Listed,
    kind: Option<&str>,
    after: Uuid,
    most: u32,
) -> Result<Vec<Job>> {
    let statement = match which {
        Listed::All => &ALL,
        Listed::Queued => &QUEUED,
        Listed::Running => &RUNNING,
        Listed::Dead => &DEAD,
    };
    let values = [Value::from(after), kind.unwrap_or_default().into(), most.into()];
    let rows = tx.rows(statement, &values).await?;
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
