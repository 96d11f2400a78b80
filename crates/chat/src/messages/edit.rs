//! Edits a message of one's own. Everybody hears its new state.

use super::{row, send::digest};
use crate::{
    Actor, Chat, Notice, Viewer,
    access::Act,
    conversations::{Place, advance_rev, place_for_change},
    error::Result,
    files,
    operation::{Change, Outcome},
    text,
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, ConversationId, EditMessage, Event, EventBody, Message, Problem, Time};

chinwag_sql::statements! {
    /// One message, with the digest of what was first sent.
    FIND = concat!("SELECT ", row::columns!(), ", x.original FROM messages x WHERE x.conversation_id = ?1 AND x.seq = ?2");
    /// Its new state.
    REWRITE = "UPDATE messages SET rev = ?3, encrypted = ?4, content = ?5, subject = ?6, original = ?7, edited_at = ?8, deleted_at = ?9, attachments = ?10, touched = 1 \
               WHERE conversation_id = ?1 AND seq = ?2";
}

/// A message as it is, and the digest of what was first sent.
pub(crate) struct Found {
    pub(crate) message: Message,
    original: Option<Vec<u8>>,
}

/// The message, where the reader may see it.
pub(crate) async fn find(
    tx: &mut Tx<'_>,
    id: ConversationId,
    seq: i64,
    place: &Place,
) -> Result<Found> {
    let row = tx.maybe(&FIND, &[id.0.into(), seq.into()]).await?.ok_or(Code::MessageNotFound)?;
    let message = row::message(&row)?;
    if message.seq < place.visible_from {
        return Err(Code::MessageNotFound.into());
    }
    Ok(Found { message, original: row.get(row::COLUMNS)? })
}

/// Writes the new state, remembering what was first sent so that its repetition is still known.
pub(super) async fn rewrite(tx: &mut Tx<'_>, before: &Found, after: &Message) -> Result<()> {
    let original = before.original.clone().or_else(|| {
        let first = &before.message;
        let (content, encrypted) = first.content.as_ref().map(row::parts)?;
        let attached = first.attachments.iter().map(|file| file.id);
        Some(digest(content, encrypted, first.subject.as_deref(), first.reply_to, attached))
    });
    let (content, encrypted) = after.content.as_ref().map(row::parts).unzip();
    let values = [
        after.conversation_id.0.into(),
        after.seq.into(),
        after.rev.into(),
        encrypted.unwrap_or(false).into(),
        content.into(),
        after.subject.as_deref().into(),
        original.into(),
        after.edited_at.map(|time| time.0).into(),
        after.deleted_at.map(|time| time.0).into(),
        files::attachments_text(&after.attachments).into(),
    ];
    tx.exec(&REWRITE, &values).await?;
    advance_rev(tx, after.conversation_id, after.rev).await
}

/// What everybody hears of a changed message.
pub(super) fn told(
    place: &Place,
    message: &Message,
    body: fn(Message) -> EventBody,
) -> Vec<Notice> {
    let event = Event {
        conversation_id: Some(message.conversation_id),
        rev: Some(message.rev),
        body: body(message.clone()),
    };
    vec![Notice::Conversation { conversation: message.conversation_id, kind: place.kind(), event }]
}

struct Editing {
    actor: Actor,
    id: ConversationId,
    seq: i64,
    body: EditMessage,
    if_rev: Option<i64>,
    at: Time,
}

impl Change for Editing {
    type Answer = Message;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Message>> {
        let place = place_for_change(tx, self.id, Viewer::Account(self.actor), Act::Write).await?;
        let found = find(tx, self.id, self.seq, &place).await?;
        if found.message.sender_id != self.actor.account {
            return Err(Code::Forbidden.into());
        }
        if found.message.deleted_at.is_some() {
            return Err(Code::MessageDeleted.into());
        }
        if self.if_rev.is_some_and(|rev| rev != found.message.rev) {
            return Err(Code::PreconditionFailed.into());
        }
        let content = Some(self.body.content.clone());
        let message = Message {
            rev: place.last_rev + 1,
            content,
            edited_at: Some(self.at),
            ..found.message.clone()
        };
        rewrite(tx, &found, &message).await?;
        let notices = told(&place, &message, EventBody::MessageEdited);
        Ok(Outcome::telling(message, notices))
    }
}

impl Chat {
    /// Replaces the content of one's own message; only if it is still at `if_rev`, where that is given.
    ///
    /// # Errors
    /// `conversation_not_found`, `message_not_found`, `forbidden`, `message_deleted`, `precondition_failed`,
    /// `sending_not_allowed`, `invalid`.
    #[crate::boxed]
    pub async fn edit(
        &self,
        actor: &Actor,
        id: ConversationId,
        seq: i64,
        body: EditMessage,
        if_rev: Option<i64>,
    ) -> Result<Message, Problem> {
        text::content(&body.content, &[])?;
        self.change(Editing { actor: *actor, id, seq, body, if_rev, at: self.clock.now() }).await
    }
}
