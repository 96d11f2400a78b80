//! Answers a contact request. Accepted, the two are contacts. Rejected, its sender may ask again after a day;
//! whoever rejected may ask at once.

use super::{
    pair::join,
    requests::seen,
    stored::{Stored, hold},
};
use crate::{
    Actor, Chat, Notice,
    account_log::{Thing, note},
    announcements::{Announcement, AnsweredRequest, NewAnnouncement},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, ContactRequest, Problem, RequestId, RequestState, Time};

chinwag_sql::statements! {
    /// It is rejected.
    REJECT = "UPDATE contact_requests SET state = 'rejected', answered_at = ?2 WHERE id = ?1";
}

struct Answering {
    actor: Actor,
    id: RequestId,
    answer: RequestState,
    announcement: NewAnnouncement,
    at: Time,
}

impl Change for Answering {
    type Answer = ContactRequest;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<ContactRequest>> {
        let me = self.actor.account;
        let request = hold(tx, self.id, me).await?;
        if request.to != Some(me) {
            return Err(Code::RequestNotFound.into());
        }
        let notices = match request.state {
            state if state == self.answer => Vec::new(),
            RequestState::Pending if self.answer == RequestState::Accepted => {
                join(tx, &request, self.at, &self.announcement).await?
            }
            RequestState::Pending => reject(tx, &request, self.at, &self.announcement).await?,
            _ => return Err(Code::RequestAnswered.into()),
        };
        let request = seen(tx, me, self.id).await?.ok_or(Code::RequestNotFound)?;
        Ok(Outcome::telling(request, notices).announcing(&self.announcement))
    }
}

/// A pending request is rejected, with its two people held. Gives what both hear.
pub(super) async fn reject(
    tx: &mut Tx<'_>,
    request: &Stored,
    at: Time,
    announcement: &NewAnnouncement,
) -> Result<Vec<Notice>> {
    let to = request.to.ok_or(chinwag_sql::Error::NoRow)?;
    tx.exec(&REJECT, &[request.id.0.into(), at.0.into()]).await?;
    let answered = AnsweredRequest { request: request.id, from: request.from, to, at };
    announcement.write(tx, &Announcement::RequestRejected(answered)).await?;
    let mut notices = Vec::new();
    for account in request.people() {
        notices.push(note(tx, account, Thing::Request(request.id)).await?);
    }
    Ok(notices)
}

impl Chat {
    /// Accepts a request that one received. Accepting again changes nothing.
    ///
    /// # Errors
    /// `request_not_found`, also for one that one sent; `request_answered` for one that was rejected.
    #[crate::boxed]
    pub async fn accept_contact(
        &self,
        actor: &Actor,
        id: RequestId,
    ) -> Result<ContactRequest, Problem> {
        self.answer_contact(actor, id, RequestState::Accepted).await
    }

    /// Rejects a request that one received. Rejecting again changes nothing.
    ///
    /// # Errors
    /// `request_not_found`, also for one that one sent; `request_answered` for one that was accepted.
    #[crate::boxed]
    pub async fn reject_contact(
        &self,
        actor: &Actor,
        id: RequestId,
    ) -> Result<ContactRequest, Problem> {
        self.answer_contact(actor, id, RequestState::Rejected).await
    }

    async fn answer_contact(
        &self,
        actor: &Actor,
        id: RequestId,
        answer: RequestState,
    ) -> Result<ContactRequest, Problem> {
        let (announcement, at) = (self.new_announcement(), self.clock.now());
        self.change(Answering { actor: *actor, id, answer, announcement, at }).await
    }
}
