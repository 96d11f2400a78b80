//! Writes what is to be told, inside the transaction of the change that brought it about.

use chinwag_sql::{Result, Tx};
use uuid::Uuid;

chinwag_sql::statements! {
    /// From the oldest that waits to the newest: no fewer than wait, and found without counting.
    SPAN = "SELECT (SELECT max(seq) FROM outbox) - (SELECT min(seq) FROM outbox) + 1";
    /// Writes one, unless it is there.
    INSERT = "INSERT INTO outbox (id, subject, other, input, due_at, created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?5) ON CONFLICT DO NOTHING";
}

/// Something to be told.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// A new id, under which it is told.
    pub id: Uuid,
    /// Whom it is about. The transaction holds them, so that their entries stand in the order of what happened.
    pub subject: Uuid,
    /// Whom else.
    pub other: Option<Uuid>,
    /// What happened, as text that whoever passes it on understands.
    pub input: String,
    /// Now, in nanoseconds since 1970.
    pub now: i64,
}

/// Writes an entry; answers false, and writes nothing, where about `most` wait already.
///
/// # Errors
/// Only those of storage.
pub async fn append(tx: &mut Tx<'_>, entry: &NewEntry, most: i64) -> Result<bool> {
    let span = tx.row(&SPAN, &[]).await?.get::<Option<i64>>(0)?;
    if span.is_some_and(|span| span >= most) {
        return Ok(false);
    }
    let row = [
        entry.id.into(),
        entry.subject.into(),
        entry.other.into(),
        entry.input.as_str().into(),
        entry.now.into(),
    ];
    tx.exec(&INSERT, &row).await?;
    Ok(true)
}
