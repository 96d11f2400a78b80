//! How a message stands in a row.

use super::client_id;
use crate::{error::Result, files};
use chinwag_sql::Columns;
use chinwag_wire::{AccountId, Content, ConversationId, Message, Time};

/// The columns [`message`] reads, from `messages x`.
macro_rules! columns {
    () => {
        "x.conversation_id, x.seq, x.rev, x.sender_id, x.client_id, x.sent_at, x.encrypted, x.content, x.subject, x.reply_to, \
         x.edited_at, x.deleted_at, x.attachments"
    };
}
pub(crate) use columns;

/// How many [`columns`] there are: where a statement's own begin.
pub(super) const COLUMNS: usize = 13;

/// A message from [`columns`].
pub(crate) fn message(row: &dyn Columns) -> Result<Message> {
    message_at(row, 0)
}

/// A message whose columns begin at `first`.
pub(crate) fn message_at(row: &dyn Columns, first: usize) -> Result<Message> {
    let encrypted: bool = row.get(first + 6)?;
    let content: Option<String> = row.get(first + 7)?;
    Ok(Message {
        conversation_id: ConversationId(row.get(first)?),
        seq: row.get(first + 1)?,
        rev: row.get(first + 2)?,
        sender_id: AccountId(row.get(first + 3)?),
        client_id: client_id::read(row.value(first + 4)?)?,
        sent_at: Time(row.get(first + 5)?),
        content: content
            .map(|text| if encrypted { Content::Encrypted(text) } else { Content::Text(text) }),
        subject: row.get(first + 8)?,
        reply_to: row.get(first + 9)?,
        edited_at: row.get::<Option<i64>>(first + 10)?.map(Time),
        deleted_at: row.get::<Option<i64>>(first + 11)?.map(Time),
        attachments: files::attachments(row.get(first + 12)?, first + 12)?,
    })
}

/// The text of some content, and whether it is encrypted.
pub(super) fn parts(content: &Content) -> (&str, bool) {
    match content {
        Content::Text(text) => (text, false),
        Content::Encrypted(text) => (text, true),
    }
}
