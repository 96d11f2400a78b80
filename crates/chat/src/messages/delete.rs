//! Deletes a message: its number stays, its content goes.

use super::{
    copies,
    edit::{Found, find, rewrite, told},
};
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    conversations::{Place, place_for_change},
    error::Result,
    files,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{ConversationId, EventBody, FileId, Message, Problem, Time};

struct Deleting {
    actor: Actor,
    id: ConversationId,
    seq: i64,
    at: Time,
}

impl Change for Deleting {
    type Answer = Buried;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Buried>> {
        let place =
            place_for_change(tx, self.id, Viewer::Account(self.actor), Act::DeleteOwn).await?;
        let found = find(tx, self.id, self.seq, &place).await?;
        if found.message.sender_id != self.actor.account {
            place.may(Act::DeleteAny)?;
        }
        bury(tx, &place, found, self.at).await
    }
}

/// A message that was deleted.
pub(crate) struct Buried {
    /// What is left of it.
    tombstone: Message,
    /// The files that went with it, whose bytes are still there.
    files: Vec<FileId>,
}

/// Leaves the tombstone of a message, and lets its files go; one that is deleted stays as it is.
pub(crate) async fn bury(
    tx: &mut Tx<'_>,
    place: &Place,
    found: Found,
    at: Time,
) -> Result<Outcome<Buried>> {
    if found.message.deleted_at.is_some() {
        return Ok(Outcome::quiet(Buried { tombstone: found.message, files: Vec::new() }));
    }
    let tombstone = Message {
        rev: place.last_rev + 1,
        content: None,
        subject: None,
        edited_at: None,
        deleted_at: Some(at),
        attachments: Vec::new(),
        ..found.message.clone()
    };
    let files = match found.message.attachments.is_empty() {
        true => Vec::new(),
        false => files::remove_of_message(tx, tombstone.conversation_id, tombstone.seq).await?,
    };
    let place_of = (tombstone.conversation_id, tombstone.seq);
    copies::forget(tx, tombstone.sender_id, place_of).await?;
    rewrite(tx, &found, &tombstone).await?;
    let notices = told(place, &tombstone, EventBody::MessageDeleted);
    Ok(Outcome::telling(Buried { tombstone, files }, notices))
}

impl Chat {
    /// Deletes one's own message, or, as admin or owner, anybody's; its files go with it. Deleting again changes nothing.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`, `forbidden`.
    #[crate::boxed]
    pub async fn delete(
        &self,
        actor: &Actor,
        id: ConversationId,
        seq: i64,
    ) -> Result<Message, Problem> {
        let deleting = Deleting { actor: *actor, id, seq, at: self.clock.now() };
        let buried = self.change(deleting).await?;
        Ok(self.without_files(buried).await)
    }

    /// Deletes the bytes that went with a message. Answers its tombstone.
    pub(crate) async fn without_files(&self, Buried { tombstone, files }: Buried) -> Message {
        for file in files {
            self.delete_blobs(file).await;
        }
        tombstone
    }
}
