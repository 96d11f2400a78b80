//! Which messages of a conversation are read at once.

use chinwag_wire::{ConversationId, frame::History};

/// Those below a number, or the newest.
pub(crate) fn backwards(
    conversation_id: ConversationId,
    before: Option<i64>,
    limit: u32,
) -> History {
    let (after, around, at) = (None, None, None);
    History { conversation_id, before, after, around, at, limit: Some(limit) }
}

/// Those above a number.
pub(crate) fn forwards(conversation_id: ConversationId, after: i64, limit: u32) -> History {
    History { after: Some(after), ..backwards(conversation_id, None, limit) }
}
