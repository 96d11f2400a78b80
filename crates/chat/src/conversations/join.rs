//! Comes into a room by oneself.

use super::{Newcomer, place_for_change, read::read};
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Conversation, ConversationId, Problem, Role, Time};

struct Joining {
    actor: Actor,
    id: ConversationId,
    at: Time,
}

impl Change for Joining {
    type Answer = Conversation;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Conversation>> {
        let viewer = Viewer::Account(self.actor);
        let place = place_for_change(tx, self.id, viewer, Act::Join).await?;
        if place.role().is_some() {
            return Ok(Outcome::quiet(read(tx, self.id, viewer).await?));
        }
        let newcomer = Newcomer {
            conversation: self.id,
            kind: place.kind(),
            account: self.actor.account,
            role: Role::Member,
            last_seq: place.last_seq,
            rev: place.last_rev + 1,
            at: self.at,
        };
        let (_, notices) = newcomer.enter(tx).await?;
        Ok(Outcome::telling(read(tx, self.id, viewer).await?, notices))
    }
}

impl Chat {
    /// Joins a room. Joining again changes nothing.
    ///
    /// # Errors
    /// `conversation_not_found`, also for groups, which are by invitation.
    #[crate::boxed]
    pub async fn join(&self, actor: &Actor, id: ConversationId) -> Result<Conversation, Problem> {
        self.change(Joining { actor: *actor, id, at: self.clock.now() }).await
    }
}
