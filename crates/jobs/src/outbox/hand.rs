//! Taking entries in hand and laying them down again. One is taken only when nothing before it that is
//! about the same subject is left, so that nobody, on any node, can overtake.

use crate::{lease::nanoseconds, retries::Retries};
use chinwag_sql::{Error, Operation, Result, Row, Tx};
use std::time::Duration;
use uuid::Uuid;

/// How long a relay has an entry. One whose relay was lost is taken again after that.
pub(super) const LEASE: Duration = Duration::from_secs(30);
/// Most entries that are on their way at a time.
const MOST: u32 = 64;

chinwag_sql::statements! {
    /// Takes the first of each subject that are due.
    TAKE = "UPDATE outbox SET due_at = ?2 WHERE seq IN (\
            SELECT o.seq FROM outbox o WHERE o.due_at <= ?1 AND NOT EXISTS (\
                SELECT 1 FROM outbox b WHERE b.seq < o.seq AND (b.subject IN (o.subject, o.other) OR b.other IN (o.subject, o.other))) \
            ORDER BY o.seq LIMIT ?3 FOR UPDATE OF o SKIP LOCKED) RETURNING seq, id, input, refused, created_at";
    /// It was told, or has become a job.
    GONE = "DELETE FROM outbox WHERE seq = ?1";
    /// It is told later.
    LATER = "UPDATE outbox SET due_at = ?2, refused = ?3 WHERE seq = ?1";
    /// It was refused for good.
    BURY = "INSERT INTO jobs (id, kind, input, attempts, due_at, created_at, error, dead_at) \
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?5) ON CONFLICT DO NOTHING";
}

/// Something to be told. Times are nanoseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its id: the same each time it is told.
    pub id: Uuid,
    /// What happened, as text.
    pub input: String,
    /// When it was written.
    pub created_at: i64,
    seq: i64,
    refused: u32,
}

impl Entry {
    /// Whether it is dead if it is refused this time.
    pub(super) fn is_last_try(&self, retries: Retries) -> bool {
        self.refused + 1 >= retries.attempts
    }
}

fn entry(row: &Row) -> Result<Entry> {
    Ok(Entry {
        seq: row.get(0)?,
        id: row.get(1)?,
        input: row.get(2)?,
        refused: row.get(3)?,
        created_at: row.get(4)?,
    })
}

/// Takes what is due and may go.
pub(super) struct Take {
    pub(super) now: i64,
}

impl Operation for Take {
    type Out = Vec<Entry>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Entry>> {
        let until = self.now.saturating_add(nanoseconds(LEASE));
        let rows = tx.rows(&TAKE, &[self.now.into(), until.into(), MOST.into()]).await?;
        rows.iter().map(entry).collect()
    }
}

/// What becomes of an entry that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Fate {
    /// Told.
    Gone,
    /// Nobody was there: as before.
    Kept,
    /// Refused, but not for the last time.
    Refused,
    /// Refused for the last time, for this reason.
    Dead(String),
}

/// Lays entries down again.
pub(super) struct Lay {
    pub(super) entries: Vec<(Fate, Entry)>,
    pub(super) now: i64,
    /// The kind of the jobs that the dead become.
    pub(super) dead_kind: &'static str,
    pub(super) retries: Retries,
}

impl Operation for Lay {
    type Out = ();
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        for (fate, entry) in &self.entries {
            let (seq, before, refused) = (entry.seq.into(), entry.refused, entry.refused + 1);
            match fate {
                Fate::Gone => tx.exec(&GONE, &[seq]).await?,
                Fate::Kept => tx.exec(&LATER, &[seq, self.now.into(), before.into()]).await?,
                Fate::Refused => {
                    let pause = self.retries.pause(refused);
                    let due = self.now.saturating_add(nanoseconds(pause));
                    tx.exec(&LATER, &[seq, due.into(), refused.into()]).await?
                }
                Fate::Dead(reason) => {
                    self.bury(tx, entry, reason).await?;
                    tx.exec(&GONE, &[seq]).await?
                }
            };
        }
        Ok(())
    }
}

impl Lay {
    async fn bury(&self, tx: &mut Tx<'_>, entry: &Entry, reason: &str) -> Result<()> {
        let row = [
            entry.id.into(),
            self.dead_kind.into(),
            entry.input.as_str().into(),
            (entry.refused + 1).into(),
            self.now.into(),
            entry.created_at.into(),
            reason.into(),
        ];
        tx.exec(&BURY, &row).await.map(drop)
    }
}
