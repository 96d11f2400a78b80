//! Signs an account out everywhere: all its sessions end, and it may sign in again.

use super::hold;
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    sessions::end_others,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Problem, Time};

struct SigningOut {
    actor: Actor,
    from: Origin,
    account: AccountId,
    at: Time,
}

impl Change for SigningOut {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        hold(tx, &self.actor, self.account, StaffAct::SignOut).await?;
        let notices = end_others(tx, self.account, None, self.at).await?;
        let entry = Entry::staff(AuditAct::EndAllSessions, &self.actor, &self.from, self.at);
        entry.about(self.account).record(tx).await?;
        Ok(Outcome::telling((), notices))
    }
}

impl Chat {
    /// Ends all sessions of an account. All its connections are closed when this returns.
    ///
    /// # Errors
    /// `forbidden`, `account_not_found`.
    #[crate::boxed]
    pub async fn sign_out_account(
        &self,
        actor: &Actor,
        from: &Origin,
        account: AccountId,
    ) -> Result<(), Problem> {
        let at = self.clock.now();
        self.change(SigningOut { actor: *actor, from: *from, account, at }).await
    }
}
