//! What somebody fetched of a conversation, they have read.

use crate::desk::Desk;
use chinwag_chat::{Actor, Step};
use chinwag_wire::{Code, ConversationId, Message, Problem};

/// Marks those of these messages that others wrote. True where there are some. Where nothing can be written now,
/// people still read.
///
/// # Errors
/// Those of marking.
pub(crate) async fn has_read(
    desk: &Desk,
    actor: &Actor,
    conversation: ConversationId,
    messages: &[Message],
) -> Result<bool, Problem> {
    let others = messages.iter().filter(|message| message.sender_id != actor.account);
    let seqs: Vec<i64> = others.map(|message| message.seq).collect();
    if seqs.is_empty() {
        return Ok(false);
    }
    match desk.chat.mark_these(actor, conversation, &seqs, Step::Read).await {
        Ok(_) => Ok(true),
        Err(problem) if is_passing(problem.code) => Ok(false),
        Err(problem) => Err(problem),
    }
}

fn is_passing(code: Code) -> bool {
    matches!(code, Code::StorageFull | Code::Unavailable | Code::Overloaded)
}
