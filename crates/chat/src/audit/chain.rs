//! Checks the chain: whether every entry that is kept is the one that was written, in its place.

use super::row::{HASH, columns, stored};
use crate::{Actor, Chat, access::StaffAct, admin::staff_looks, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{AuditChain, Problem};

chinwag_sql::statements! {
    /// A stretch of the log, oldest first.
    STRETCH = concat!("SELECT ", columns!(), " FROM audit WHERE seq > ?1 ORDER BY seq LIMIT 1000");
}

/// How far a check has come.
#[derive(Clone, Default)]
struct Checked {
    first: Option<i64>,
    last: i64,
    hash: Vec<u8>,
    broken_at: Option<i64>,
}

struct Stretch {
    actor: Actor,
    so_far: Checked,
}

impl Query for Stretch {
    /// With whether there may be more.
    type Answer = (Checked, bool);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<(Checked, bool)> {
        staff_looks(tx, &self.actor, StaffAct::ReadAudit).await?;
        let mut checked = self.so_far.clone();
        let rows = tx.rows(&STRETCH, &[checked.last.into()]).await?;
        for row in &rows {
            let (entry, hash) = (stored(row)?, row.get::<Vec<u8>>(HASH)?);
            // What came before the oldest was forgotten in its time: it is taken as it is.
            let follows = checked.first.is_none()
                || (entry.seq == checked.last + 1
                    && entry.hash(&checked.hash).as_slice() == hash.as_slice());
            if !follows {
                return Ok((Checked { broken_at: Some(entry.seq), ..checked }, false));
            }
            checked = Checked {
                first: checked.first.or(Some(entry.seq)),
                last: entry.seq,
                hash,
                broken_at: None,
            };
        }
        Ok((checked, !rows.is_empty()))
    }
}

impl Chat {
    /// Checks the chain of the audit log from its oldest entry to its newest.
    ///
    /// # Errors
    /// `forbidden`.
    #[crate::boxed]
    pub async fn audit_chain(&self, actor: &Actor) -> Result<AuditChain, Problem> {
        let mut checked = Checked::default();
        loop {
            let (now, more) = self.query(Stretch { actor: *actor, so_far: checked }).await?;
            checked = now;
            if !more {
                break;
            }
        }
        Ok(AuditChain {
            whole: checked.broken_at.is_none(),
            first: checked.first,
            last: checked.first.map(|_| checked.last),
            hash: checked.hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            broken_at: checked.broken_at,
        })
    }
}
