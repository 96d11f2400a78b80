//! Renames a group or room, or opens and closes a room to guests.

use super::{create::room_name, place_for_change, read::read};
use crate::{
    Actor, Chat, Notice, Viewer,
    access::Act,
    accounts,
    error::{Failure, Result},
    operation::{Change, Outcome},
    text,
};
use chinwag_sql::Tx;
use chinwag_wire::{
    Code, Conversation, ConversationChanged, ConversationId, Event, EventBody, Kind, Problem, Time,
    UpdateConversation,
};

chinwag_sql::statements! {
    /// Another name, open or closed.
    UPDATE = "UPDATE conversations SET name = ?2, room_key = ?3, guests_read = ?4, last_rev = ?5, meta_rev = ?5, changed_at = ?6 WHERE id = ?1";
}

struct Updating {
    actor: Actor,
    id: ConversationId,
    body: UpdateConversation,
    at: Time,
}

impl Change for Updating {
    type Answer = Conversation;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Conversation>> {
        let viewer = Viewer::Account(self.actor);
        let place = place_for_change(tx, self.id, viewer, Act::Update).await?;
        let name = self.body.name.clone().or(place.name.clone());
        let guests_read = self.body.guests_read.unwrap_or(place.scene.guests_read);
        if guests_read && place.kind() != Kind::Room {
            return Err(Problem::field("guests_read", "only rooms can let guests read").into());
        }
        let mut notices = Vec::new();
        if name != place.name || guests_read != place.scene.guests_read {
            let rev = place.last_rev + 1;
            if place.kind() == Kind::Room {
                room_name(name.as_deref().unwrap_or_default())?;
            }
            let room_key =
                name.as_deref().filter(|_| place.kind() == Kind::Room).map(accounts::canon);
            let values = [
                self.id.0.into(),
                name.clone().into(),
                room_key.into(),
                guests_read.into(),
                rev.into(),
                self.at.0.into(),
            ];
            tx.exec(&UPDATE, &values).await.map_err(taken)?;
            if !guests_read && place.scene.guests_read {
                notices.push(Notice::GuestsClosed { conversation: self.id });
            }
            let body = EventBody::ConversationChanged(ConversationChanged { name, guests_read });
            let event = Event { conversation_id: Some(self.id), rev: Some(rev), body };
            notices.push(Notice::Conversation { conversation: self.id, kind: place.kind(), event });
        }
        Ok(Outcome::telling(read(tx, self.id, viewer).await?, notices))
    }
}

/// The only unique key that a name can meet is another room's.
pub(super) fn taken(error: chinwag_sql::Error) -> Failure {
    match error {
        chinwag_sql::Error::Unique { .. } => Code::RoomNameTaken.into(),
        other => other.into(),
    }
}

impl Chat {
    /// Changes a group or room.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`, `invalid`, `room_name_taken`.
    #[crate::boxed]
    pub async fn update_conversation(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: UpdateConversation,
    ) -> Result<Conversation, Problem> {
        if let Some(name) = &body.name {
            text::line("name", name, 128)?;
        }
        let (actor, at) = (*actor, self.clock.now());
        self.change(Updating { actor, id, body, at }).await
    }
}
