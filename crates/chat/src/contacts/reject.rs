//! Rejects a contact request. Its sender may ask again after a day; whoever rejected may ask at once.

use super::{requests::seen, stored::hold};
use crate::{
    Actor, Chat,
    account_log::{Thing, note},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, ContactRequest, Problem, RequestId, RequestState, Time};

chinwag_sql::statements! {
    /// It is rejected.
    REJECT = "UPDATE contact_requests SET state = 'rejected', answered_at = ?2 WHERE id = ?1";
}

struct Rejecting {
    actor: Actor,
    id: RequestId,
    at: Time,
}

impl Change for Rejecting {
    type Answer = ContactRequest;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<ContactRequest>> {
        let me = self.actor.account;
        let request = hold(tx, self.id, me).await?;
        if request.to != Some(me) {
            return Err(Code::RequestNotFound.into());
        }
        let mut notices = Vec::new();
        match request.state {
            RequestState::Pending => {
                tx.exec(&REJECT, &[self.id.0.into(), self.at.0.into()]).await?;
                for account in request.people() {
                    notices.push(note(tx, account, Thing::Request(self.id)).await?);
                }
            }
            RequestState::Rejected => {}
            RequestState::Accepted => return Err(Code::RequestAnswered.into()),
        }
        let request = seen(tx, me, self.id).await?.ok_or(Code::RequestNotFound)?;
        Ok(Outcome::telling(request, notices))
    }
}

impl Chat {
    /// Rejects a request that one received. Rejecting again changes nothing.
    ///
    /// # Errors
    /// `request_not_found`, also for one that one sent; `request_answered` for one that was accepted.
    pub async fn reject_contact(
        &self,
        actor: &Actor,
        id: RequestId,
    ) -> Result<ContactRequest, Problem> {
        self.change(Rejecting { actor: *actor, id, at: self.clock.now() }).await
    }
}
