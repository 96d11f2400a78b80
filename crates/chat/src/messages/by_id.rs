//! Finds a message by its one id, for surfaces that name messages by nothing else.

use super::edit::find;
use crate::{
    Chat, Viewer,
    access::Act,
    conversations::place,
    error::{Failure, Result},
    operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, ConversationId, Message, MessageId, Problem};

chinwag_sql::statements! {
    /// The conversations whose ids end so: one, or by rare chance two.
    CONVERSATIONS =
        "SELECT id FROM conversations WHERE substr(id, 12) = ?1",
        "SELECT id FROM conversations WHERE substring(uuid_send(id) from 12) = ?1";
}

struct ById {
    viewer: Viewer,
    id: MessageId,
}

impl Query for ById {
    type Answer = Message;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Message> {
        let tail = self.id.conversation_tail();
        for row in tx.rows(&CONVERSATIONS, &[tail.as_slice().into()]).await? {
            match self.message_in(tx, ConversationId(row.get(0)?)).await {
                Ok(message) if message.id() == self.id => return Ok(message),
                // Where one may not read there is nothing.
                Ok(_) | Err(Failure::Refused(_)) => {}
                Err(failure) => return Err(failure),
            }
        }
        Err(Code::MessageNotFound.into())
    }
}

impl ById {
    async fn message_in(&self, tx: &mut Tx<'_>, conversation: ConversationId) -> Result<Message> {
        let place = place(tx, conversation, self.viewer, Act::Read).await?;
        Ok(find(tx, conversation, self.id.seq(), &place).await?.message)
    }
}

impl Chat {
    /// The message of this id, where the viewer may read it.
    ///
    /// # Errors
    /// `message_not_found`.
    pub async fn message_by_id(&self, viewer: &Viewer, id: MessageId) -> Result<Message, Problem> {
        self.query(ById { viewer: *viewer, id }).await
    }
}
