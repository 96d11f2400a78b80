//! Messages: sending, reading, editing, deleting; receipts; what changed.

use super::{Http, if_match, read};
use crate::Error;
use chinwag_wire::{
    Changes, ConversationId, EditMessage, Mark, Message, MessagePage, Receipt, SendMessage, Sent,
    frame::History,
};
use reqwest::Method;

impl Http {
    /// Sends a message. With the same `client_id` again, ever, it answers with what was stored first.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `sending_not_allowed`, `client_id_reused`, `invalid`, `rate_limited`.
    pub async fn send(&self, id: ConversationId, body: &SendMessage) -> Result<Sent, Error> {
        self.post(&format!("/v1/conversations/{id}/messages"), body).await
    }

    /// A page of history, oldest first.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `invalid`.
    pub async fn history(&self, query: &History) -> Result<MessagePage, Error> {
        let number = |number: Option<i64>| number.map(|number| number.to_string());
        let place = [
            ("before", number(query.before)),
            ("after", number(query.after)),
            ("around", number(query.around)),
            ("at", query.at.map(|at| at.to_string())),
            ("limit", query.limit.map(|limit| limit.to_string())),
        ];
        self.get(&format!("/v1/conversations/{}/messages", query.conversation_id), &place).await
    }

    /// Every message one may see, oldest first, page by page.
    ///
    /// # Errors
    /// As [`Http::history`].
    pub async fn whole_history(&self, id: ConversationId) -> Result<Vec<Message>, Error> {
        let mut all: Vec<Message> = Vec::new();
        loop {
            let after = all.last().map_or(0, |message| message.seq);
            let query = History {
                conversation_id: id,
                after: Some(after),
                limit: Some(200),
                before: None,
                around: None,
                at: None,
            };
            let page = self.history(&query).await?;
            let more = page.more_after && !page.messages.is_empty();
            all.extend(page.messages);
            if !more {
                return Ok(all);
            }
        }
    }

    /// One message.
    ///
    /// # Errors
    /// Refused: `message_not_found`.
    pub async fn message(&self, id: ConversationId, seq: i64) -> Result<Message, Error> {
        self.get(&format!("/v1/conversations/{id}/messages/{seq}"), &[]).await
    }

    /// Replaces the content of a message of one's own, where `if_rev` is given only in that state.
    ///
    /// # Errors
    /// Refused: `forbidden`, `message_not_found`, `message_deleted`, `precondition_failed`.
    pub async fn edit(
        &self,
        id: ConversationId,
        seq: i64,
        body: &EditMessage,
        if_rev: Option<i64>,
    ) -> Result<Message, Error> {
        let request =
            self.request(Method::PATCH, &format!("/v1/conversations/{id}/messages/{seq}"));
        read(if_match(request, if_rev).json(body)).await
    }

    /// Deletes a message: what remains is a tombstone.
    ///
    /// # Errors
    /// Refused: `forbidden`, `message_not_found`.
    pub async fn delete(&self, id: ConversationId, seq: i64) -> Result<Message, Error> {
        read(self.request(Method::DELETE, &format!("/v1/conversations/{id}/messages/{seq}"))).await
    }

    /// Moves one's watermarks forward.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `invalid`.
    pub async fn mark(&self, id: ConversationId, body: &Mark) -> Result<Receipt, Error> {
        self.put_in(Method::PUT, &format!("/v1/conversations/{id}/receipt"), body).await
    }

    /// A page of what changed since a position.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`.
    pub async fn changes(&self, id: ConversationId, rev: i64) -> Result<Changes, Error> {
        self.get(&format!("/v1/conversations/{id}/changes"), &[("rev", Some(rev.to_string()))])
            .await
    }
}
