//! Queues work, inside the transaction of the change that causes it: both are there, or neither.

use chinwag_sql::{Result, Tx};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Whether so many wait already.
    FULL = "SELECT due_at FROM jobs WHERE dead_at IS NULL ORDER BY due_at LIMIT 1 OFFSET ?1";
    /// Queues a job, unless one with its key is there.
    INSERT = "INSERT INTO jobs (id, kind, only_key, input, due_at, created_at, subject) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
}

/// Work to be queued. Times are nanoseconds since 1970.
#[derive(Clone, Debug)]
pub struct NewJob {
    /// A new id.
    pub id: Uuid,
    /// What is to be done.
    pub kind: &'static str,
    /// With what, as text that its kind understands.
    pub input: String,
    /// Where set, nothing is queued while a job with the same key is there, a dead one too.
    pub only_key: Option<String>,
    /// Whose it is, where it is somebody's: it is thrown away with them.
    pub subject: Option<Uuid>,
    /// Not before this.
    pub due_at: i64,
    /// Now.
    pub now: i64,
}

/// Queues a job; answers false, and queues nothing, where `most` jobs wait already. Whether the
/// change goes on without it is for the caller to decide.
///
/// # Errors
/// Only those of storage.
pub async fn enqueue(tx: &mut Tx<'_>, job: &NewJob, most: u32) -> Result<bool> {
    if tx.maybe(&FULL, &[most.saturating_sub(1).into()]).await?.is_some() {
        return Ok(false);
    }
    let row = [
        job.id.into(),
        job.kind.into(),
        job.only_key.as_deref().into(),
        job.input.as_str().into(),
        job.due_at.into(),
        job.now.into(),
        job.subject.into(),
    ];
    tx.exec(&INSERT, &row).await?;
    Ok(true)
}
