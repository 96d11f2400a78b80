//! Forgets entries that have been kept long enough, the oldest first, and never the newest, which
//! the next one is chained to.

use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Problem, Time};

chinwag_sql::statements! {
    /// The end of the stretch to forget: at most a thousand entries, up to the first that is kept.
    END = "SELECT COALESCE(min(CASE WHEN at >= ?1 THEN seq END) - 1, max(seq)) FROM \
           (SELECT seq, at FROM audit WHERE seq < (SELECT max(seq) FROM audit) ORDER BY seq LIMIT 1000) AS oldest";
    /// Forgets it.
    FORGET = "DELETE FROM audit WHERE seq <= ?1";
}

struct Forget {
    before: Time,
}

impl Change for Forget {
    /// Whether there may be more.
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<bool>> {
        let end: Option<i64> = tx.row(&END, &[self.before.0.into()]).await?.get(0)?;
        let Some(end) = end else { return Ok(Outcome::quiet(false)) };
        Ok(Outcome::quiet(tx.exec(&FORGET, &[end.into()]).await? > 0))
    }
}

impl Chat {
    /// Forgets what is older than the log is kept. Call it now and then.
    ///
    /// # Errors
    /// Those of storage.
    #[crate::boxed]
    pub async fn forget_old_audit(&self) -> Result<(), Problem> {
        let before = self.clock.now().before(self.options.audit_kept);
        while self.change(Forget { before }).await? {}
        Ok(())
    }
}
