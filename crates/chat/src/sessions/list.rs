//! Where one is signed in.

use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{Problem, Session, SessionId, Time};

chinwag_sql::statements! {
    /// The live sessions of an account, the one used last first. There are at most 50.
    LIST = "SELECT id, device, address, created_at, used_at, expires_at FROM sessions \
            WHERE account_id = ?1 AND ended_at IS NULL AND expires_at > ?2 ORDER BY used_at DESC, id DESC";
}

struct List {
    actor: Actor,
    now: Time,
}

impl Query for List {
    type Answer = Vec<Session>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Session>> {
        let rows = tx.rows(&LIST, &[self.actor.account.0.into(), self.now.0.into()]).await?;
        rows.iter().map(|row| session(row, self.actor.session)).collect()
    }
}

fn session(row: &Row, current: SessionId) -> Result<Session> {
    let id = SessionId(row.get(0)?);
    Ok(Session {
        id,
        device: row.get(1)?,
        address: row.get(2)?,
        created_at: Time(row.get(3)?),
        used_at: Time(row.get(4)?),
        expires_at: Time(row.get(5)?),
        current: id == current,
    })
}

impl Chat {
    /// The live sessions of one's own account, the one used last first.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn sessions(&self, actor: &Actor) -> Result<Vec<Session>, Problem> {
        self.query(List { actor: *actor, now: self.clock.now() }).await
    }
}
