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
use chinwag_wire::{Code, ConversationId, Message, MessageId, Problem, Time};

chinwag_sql::statements! {
    /// The conversations whose ids end so: one, or by rare chance two.
    CONVERSATIONS =
        "SELECT id FROM conversations WHERE substr(id, 12) = ?1",
        "SELECT id FROM conversations WHERE substring(uuid_send(id) from 12) = ?1";
    /// When a message was sent, wherever it is.
    SENT_AT = "SELECT sent_at FROM messages WHERE conversation_id = ?1 AND seq = ?2";
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

struct Exists(MessageId);

impl Query for Exists {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let tail = self.0.conversation_tail();
        for row in tx.rows(&CONVERSATIONS, &[tail.as_slice().into()]).await? {
            let (conversation, seq) = (ConversationId(row.get(0)?), self.0.seq());
            if let Some(row) = tx.maybe(&SENT_AT, &[conversation.0.into(), seq.into()]).await?
                && MessageId::of(conversation, seq, Time(row.get(0)?)) == self.0
            {
                return Ok(true);
            }
        }
        Ok(false)
    }
}

impl Chat {
    /// Whether there is a message of this id, whoever may read it: for surfaces that tell what is not one's own
    /// from what is not there.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn is_message(&self, id: MessageId) -> Result<bool, Problem> {
        self.query(Exists(id)).await
    }

    /// The message of this id, where the viewer may read it.
    ///
    /// # Errors
    /// `message_not_found`.
    #[crate::boxed]
    pub async fn message_by_id(&self, viewer: &Viewer, id: MessageId) -> Result<Message, Problem> {
        self.query(ById { viewer: *viewer, id }).await
    }
}
