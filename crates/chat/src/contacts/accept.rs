//! Accepts a contact request: from then on the two are contacts.

use super::{pair::join, requests::seen, stored::hold};
use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, ContactRequest, Problem, RequestId, RequestState, Time};

struct Accepting {
    actor: Actor,
    id: RequestId,
    at: Time,
}

impl Change for Accepting {
    type Answer = ContactRequest;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<ContactRequest>> {
        let me = self.actor.account;
        let request = hold(tx, self.id, me).await?;
        if request.to != Some(me) {
            return Err(Code::RequestNotFound.into());
        }
        let notices = match request.state {
            RequestState::Pending => join(tx, &request, self.at).await?,
            RequestState::Accepted => Vec::new(),
            RequestState::Rejected => return Err(Code::RequestAnswered.into()),
        };
        let request = seen(tx, me, self.id).await?.ok_or(Code::RequestNotFound)?;
        Ok(Outcome::telling(request, notices))
    }
}

impl Chat {
    /// Accepts a request that one received. Accepting again changes nothing.
    ///
    /// # Errors
    /// `request_not_found`, also for one that one sent; `request_answered` for one that was rejected.
    pub async fn accept_contact(
        &self,
        actor: &Actor,
        id: RequestId,
    ) -> Result<ContactRequest, Problem> {
        self.change(Accepting { actor: *actor, id, at: self.clock.now() }).await
    }
}
