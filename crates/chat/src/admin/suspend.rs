//! Suspends an account, and lets it in again. A suspended account is signed out everywhere before
//! this is answered, and cannot sign in; everything of it stays.

use super::hold;
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    sessions::end_others,
    text,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Problem, Suspend, Time};

chinwag_sql::statements! {
    /// Keeps it out.
    SUSPEND = "UPDATE accounts SET suspended_at = ?2, suspended_for = ?3 WHERE id = ?1";
    /// Lets it in again.
    UNSUSPEND = "UPDATE accounts SET suspended_at = NULL, suspended_for = NULL WHERE id = ?1";
}

/// Most characters of a reason.
const REASON: usize = 500;

struct Suspending {
    actor: Actor,
    from: Origin,
    account: AccountId,
    reason: Option<String>,
    at: Time,
}

impl Change for Suspending {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        // Whoever may suspend an owner is another owner, so one remains.
        if hold(tx, &self.actor, self.account, StaffAct::Suspend).await?.suspended {
            return Ok(Outcome::quiet(()));
        }
        let row = [self.account.0.into(), self.at.0.into(), self.reason.as_deref().into()];
        tx.exec(&SUSPEND, &row).await?;
        let notices = end_others(tx, self.account, None, self.at).await?;
        let entry = Entry::staff(AuditAct::SuspendAccount, &self.actor, &self.from, self.at);
        entry.about(self.account).record(tx).await?;
        Ok(Outcome::telling((), notices))
    }
}

struct Unsuspending {
    actor: Actor,
    from: Origin,
    account: AccountId,
    at: Time,
}

impl Change for Unsuspending {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        if !hold(tx, &self.actor, self.account, StaffAct::Suspend).await?.suspended {
            return Ok(Outcome::quiet(()));
        }
        tx.exec(&UNSUSPEND, &[self.account.0.into()]).await?;
        let entry = Entry::staff(AuditAct::UnsuspendAccount, &self.actor, &self.from, self.at);
        entry.about(self.account).record(tx).await?;
        Ok(Outcome::quiet(()))
    }
}

impl Chat {
    /// Suspends an account. All its connections are closed when this returns. Suspending again changes
    /// nothing.
    ///
    /// # Errors
    /// `forbidden`, `account_not_found`, `invalid` for oneself or a reason that is too long.
    #[crate::boxed]
    pub async fn suspend(
        &self,
        actor: &Actor,
        from: &Origin,
        account: AccountId,
        body: Suspend,
    ) -> Result<(), Problem> {
        if account == actor.account {
            return Err(Problem::field("account_id", "must be somebody else"));
        }
        if let Some(reason) = &body.reason {
            text::line("reason", reason, REASON)?;
        }
        let (actor, from, at) = (*actor, *from, self.clock.now());
        self.change(Suspending { actor, from, account, reason: body.reason, at }).await
    }

    /// Lets a suspended account sign in again. Doing so twice changes nothing.
    ///
    /// # Errors
    /// `forbidden`, `account_not_found`.
    #[crate::boxed]
    pub async fn unsuspend(
        &self,
        actor: &Actor,
        from: &Origin,
        account: AccountId,
    ) -> Result<(), Problem> {
        let at = self.clock.now();
        self.change(Unsuspending { actor: *actor, from: *from, account, at }).await
    }
}
