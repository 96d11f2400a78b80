//! Staff deletes an account, for good.

use super::hold;
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    personal::{Departing, Parted},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Problem, Time};

#[derive(Clone)]
struct Deleting {
    actor: Actor,
    from: Origin,
    account: AccountId,
    at: Time,
}

impl Change for Deleting {
    type Answer = Parted;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Parted>> {
        super::staff_looks(tx, &self.actor, StaffAct::DeleteAccount).await?;
        let departing = Departing::hold(tx, self.account, self.at).await?;
        hold(tx, &self.actor, self.account, StaffAct::DeleteAccount).await?;
        let Some(notices) = departing.part(tx).await? else {
            return Ok(Outcome::quiet(Parted::Again));
        };
        let entry = Entry::staff(AuditAct::DeleteAccount, &self.actor, &self.from, self.at);
        entry.about(self.account).record(tx).await?;
        Ok(Outcome::telling(Parted::Gone, notices))
    }
}

impl Chat {
    /// Deletes somebody's account, as if its owner had. All its connections are closed when this returns.
    ///
    /// # Errors
    /// `forbidden`, `account_not_found`, `invalid` for oneself: that takes the password.
    #[crate::boxed]
    pub async fn delete_account(
        &self,
        actor: &Actor,
        from: &Origin,
        account: AccountId,
    ) -> Result<(), Problem> {
        if account == actor.account {
            return Err(Problem::field(
                "account_id",
                "must be somebody else; one's own takes the password",
            ));
        }
        let at = self.clock.now();
        self.until_gone(account, Deleting { actor: *actor, from: *from, account, at }).await
    }
}
