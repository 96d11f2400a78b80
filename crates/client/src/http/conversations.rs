//! Conversations: opening, listing, changing; rooms; blocks.

use super::Http;
use crate::Error;
use chinwag_wire::{
    Account, AccountId, Conversation, ConversationId, CreateConversation, Page, UpdateConversation,
};
use reqwest::Method;

impl Http {
    /// Opens a direct conversation, or makes a group or a room.
    ///
    /// # Errors
    /// Refused: `account_not_found`, `opening_not_allowed`, `room_name_taken`, `invalid`.
    pub async fn create_conversation(
        &self,
        body: &CreateConversation,
    ) -> Result<Conversation, Error> {
        self.post("/v1/conversations", body).await
    }

    /// A page of one's conversations, most recently active first.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn conversations(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Conversation>, Error> {
        let query = [
            ("cursor", cursor.map(str::to_owned)),
            ("limit", limit.map(|limit| limit.to_string())),
        ];
        self.get("/v1/conversations", &query).await
    }

    /// One conversation.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`.
    pub async fn conversation(&self, id: ConversationId) -> Result<Conversation, Error> {
        self.get(&format!("/v1/conversations/{id}"), &[]).await
    }

    /// Renames a group or room, or opens or closes a room to guests.
    ///
    /// # Errors
    /// Refused: `forbidden`, `room_name_taken`, `invalid`.
    pub async fn update_conversation(
        &self,
        id: ConversationId,
        body: &UpdateConversation,
    ) -> Result<Conversation, Error> {
        self.put_in(Method::PATCH, &format!("/v1/conversations/{id}"), body).await
    }

    /// A page of rooms: all, or those whose names begin so.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn rooms(
        &self,
        name: Option<&str>,
        cursor: Option<&str>,
    ) -> Result<Page<Conversation>, Error> {
        self.get(
            "/v1/rooms",
            &[("name", name.map(str::to_owned)), ("cursor", cursor.map(str::to_owned))],
        )
        .await
    }

    /// Joins a room.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`.
    pub async fn join(&self, id: ConversationId) -> Result<Conversation, Error> {
        super::read(self.request(Method::POST, &format!("/v1/conversations/{id}/join"))).await
    }

    /// A page of the accounts one blocks.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn blocks(&self, cursor: Option<&str>) -> Result<Page<Account>, Error> {
        self.get("/v1/blocks", &[("cursor", cursor.map(str::to_owned))]).await
    }

    /// Blocks an account.
    ///
    /// # Errors
    /// Refused: `account_not_found`.
    pub async fn block(&self, id: AccountId) -> Result<(), Error> {
        self.done(self.request(Method::PUT, &format!("/v1/blocks/{id}"))).await
    }

    /// Lifts a block.
    ///
    /// # Errors
    /// Refused: `account_not_found`.
    pub async fn unblock(&self, id: AccountId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/blocks/{id}"))).await
    }
}
