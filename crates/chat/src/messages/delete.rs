//! Deletes a message: its number stays, its content goes.

use super::edit::{Found, find, rewrite, told};
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    conversations::{Place, place_for_change},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{ConversationId, EventBody, Message, Problem, Time};

struct Deleting {
    actor: Actor,
    id: ConversationId,
    seq: i64,
    at: Time,
}

impl Change for Deleting {
    type Answer = Message;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Message>> {
        let place =
            place_for_change(tx, self.id, Viewer::Account(self.actor), Act::DeleteOwn).await?;
        let found = find(tx, self.id, self.seq, &place).await?;
        if found.message.sender_id != self.actor.account {
            place.may(Act::DeleteAny)?;
        }
        bury(tx, &place, found, self.at).await
    }
}

/// Leaves the tombstone of a message; one that is deleted stays as it is.
pub(crate) async fn bury(
    tx: &mut Tx<'_>,
    place: &Place,
    found: Found,
    at: Time,
) -> Result<Outcome<Message>> {
    if found.message.deleted_at.is_some() {
        return Ok(Outcome::quiet(found.message));
    }
    let tombstone = Message {
        rev: place.last_rev + 1,
        content: None,
        subject: None,
        edited_at: None,
        deleted_at: Some(at),
        ..found.message.clone()
    };
    rewrite(tx, &found, &tombstone).await?;
    let notices = told(place, &tombstone, EventBody::MessageDeleted);
    Ok(Outcome::telling(tombstone, notices))
}

impl Chat {
    /// Deletes one's own message, or, as admin or owner, anybody's. Deleting again changes nothing.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`, `forbidden`.
    pub async fn delete(
        &self,
        actor: &Actor,
        id: ConversationId,
        seq: i64,
    ) -> Result<Message, Problem> {
        self.change(Deleting { actor: *actor, id, seq, at: self.clock.now() }).await
    }
}
