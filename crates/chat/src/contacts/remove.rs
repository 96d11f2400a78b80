//! Removes a contact, on both sides. Either may ask again at once.

use super::pair::part;
use crate::{
    Actor, Chat, accounts, blocks,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem};

struct Removing {
    actor: Actor,
    other: AccountId,
}

impl Change for Removing {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        accounts::find(tx, self.other).await?.ok_or(Code::AccountNotFound)?;
        blocks::hold_pair(tx, self.actor.account, self.other).await?;
        Ok(Outcome::telling((), part(tx, self.actor.account, self.other).await?))
    }
}

impl Chat {
    /// Removes a contact. Removing one who is none changes nothing.
    ///
    /// # Errors
    /// `account_not_found`.
    #[crate::boxed]
    pub async fn remove_contact(&self, actor: &Actor, other: AccountId) -> Result<(), Problem> {
        self.change(Removing { actor: *actor, other }).await
    }
}
