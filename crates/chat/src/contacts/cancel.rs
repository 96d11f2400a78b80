//! Takes a contact request back before it is answered: it is gone, on both sides.

use super::{pair::forget, stored::hold};
use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, Problem, RequestId, RequestState};

struct Cancelling {
    actor: Actor,
    id: RequestId,
}

impl Change for Cancelling {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let request = hold(tx, self.id, self.actor.account).await?;
        if request.from != self.actor.account {
            return Err(Code::RequestNotFound.into());
        }
        if request.state != RequestState::Pending {
            return Err(Code::RequestAnswered.into());
        }
        Ok(Outcome::telling((), forget(tx, &request).await?))
    }
}

impl Chat {
    /// Takes back a request that one sent.
    ///
    /// # Errors
    /// `request_not_found`, also for one that one received; `request_answered`.
    #[crate::boxed]
    pub async fn cancel_contact(&self, actor: &Actor, id: RequestId) -> Result<(), Problem> {
        self.change(Cancelling { actor: *actor, id }).await
    }
}
