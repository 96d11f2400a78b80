//! Ends sessions. Whoever listens hears of it before the caller is answered.

use crate::{
    Actor, Chat, Notice, Origin,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Code, Problem, SessionId, Time};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Ends one live session of an account.
    END = "UPDATE sessions SET ended_at = ?3 WHERE id = ?1 AND account_id = ?2 AND ended_at IS NULL AND expires_at > ?3";
    /// Keeps sessions from being opened while all are ended.
    LOCK_ACCOUNT = "SELECT id FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// Ends the live sessions of an account but one.
    END_OTHERS = "UPDATE sessions SET ended_at = ?3 WHERE account_id = ?1 AND id <> ?2 AND ended_at IS NULL RETURNING id";
}

struct End {
    actor: Actor,
    from: Origin,
    session: SessionId,
    now: Time,
}

impl Change for End {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let row = [self.session.0.into(), self.actor.account.0.into(), self.now.0.into()];
        if tx.exec(&END, &row).await? == 0 {
            return Err(Code::SessionNotFound.into());
        }
        let entry = Entry::own(AuditAct::EndSession, &self.actor, &self.from, self.now);
        entry.on(self.session).record(tx).await?;
        Ok(Outcome::telling((), vec![Notice::SessionEnded { session: self.session }]))
    }
}

struct EndAll {
    actor: Actor,
    from: Origin,
    now: Time,
}

impl Change for EndAll {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let account = self.actor.account;
        tx.row(&LOCK_ACCOUNT, &[account.0.into()]).await?;
        let notices = end_others(tx, account, None, self.now).await?;
        let entry = Entry::own(AuditAct::EndAllSessions, &self.actor, &self.from, self.now);
        entry.record(tx).await?;
        Ok(Outcome::telling((), notices))
    }
}

/// Ends all sessions of an account, whose row is locked, but the one to keep.
pub(crate) async fn end_others(
    tx: &mut Tx<'_>,
    account: AccountId,
    keep: Option<SessionId>,
    now: Time,
) -> Result<Vec<Notice>> {
    let keep = keep.map_or(Uuid::nil(), |session| session.0);
    let ended = tx.rows(&END_OTHERS, &[account.0.into(), keep.into(), now.0.into()]).await?;
    ended.iter().map(|row| Ok(Notice::SessionEnded { session: SessionId(row.get(0)?) })).collect()
}

impl Chat {
    /// Ends the session that asks. Doing so twice is no error.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn sign_out(&self, actor: &Actor, from: &Origin) -> Result<(), Problem> {
        match self.end_session(actor, from, actor.session).await {
            Err(problem) if problem.code == Code::SessionNotFound => Ok(()),
            outcome => outcome,
        }
    }

    /// Ends one session of one's own account.
    ///
    /// # Errors
    /// `session_not_found`.
    #[crate::boxed]
    pub async fn end_session(
        &self,
        actor: &Actor,
        from: &Origin,
        session: SessionId,
    ) -> Result<(), Problem> {
        self.change(End { actor: *actor, from: *from, session, now: self.clock.now() }).await
    }

    /// Ends every session of one's own account, the one that asks among them.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn end_all_sessions(&self, actor: &Actor, from: &Origin) -> Result<(), Problem> {
        self.change(EndAll { actor: *actor, from: *from, now: self.clock.now() }).await
    }
}
