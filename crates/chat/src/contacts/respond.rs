//! Answers an invite, once: for surfaces on which a second answer finds nothing to answer.

use super::{
    answer::reject,
    invites::{Invite, seen_invite},
    pair::join,
    stored::hold,
};
use crate::{
    Actor, Chat,
    announcements::NewAnnouncement,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, Problem, RequestId, RequestState, Time};

struct Responding {
    actor: Actor,
    id: RequestId,
    accept: bool,
    announcement: NewAnnouncement,
    at: Time,
}

impl Change for Responding {
    type Answer = Invite;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Invite>> {
        let me = self.actor.account;
        let request = hold(tx, self.id, me).await?;
        if request.to != Some(me) {
            return Err(Code::RequestNotFound.into());
        }
        if request.state != RequestState::Pending {
            return Err(Code::RequestAnswered.into());
        }
        let notices = match self.accept {
            true => join(tx, &request, self.at, &self.announcement).await?,
            false => reject(tx, &request, self.at, &self.announcement).await?,
        };
        let invite = seen_invite(tx, me, self.id).await?;
        Ok(Outcome::telling(invite, notices).announcing(&self.announcement))
    }
}

impl Chat {
    /// Accepts or rejects an invite that one received and that nobody answered.
    ///
    /// # Errors
    /// `request_not_found`, also for one that one sent; `request_answered`.
    #[crate::boxed]
    pub async fn respond_to_invite(
        &self,
        actor: &Actor,
        id: RequestId,
        accept: bool,
    ) -> Result<Invite, Problem> {
        let (announcement, at) = (self.new_announcement(), self.clock.now());
        self.change(Responding { actor: *actor, id, accept, announcement, at }).await
    }
}
