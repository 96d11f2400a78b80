//! Presence and typing.

use super::Http;
use crate::Error;
use chinwag_wire::{
    Account, AccountId, Audience, ConversationId, Page, Presence, PresenceState, frame::SetPresence,
};
use reqwest::Method;

impl Http {
    /// How these accounts can be reached; those one may not see are left out.
    ///
    /// # Errors
    /// Refused: `invalid`.
    pub async fn presence(&self, accounts: &[AccountId]) -> Result<Vec<Presence>, Error> {
        let ids: Vec<_> = accounts.iter().map(AccountId::to_string).collect();
        let page: Page<Presence> =
            self.get("/v1/presence", &[("account_ids", Some(ids.join(",")))]).await?;
        Ok(page.items)
    }

    /// How one wants to appear.
    ///
    /// # Errors
    /// Refused: `invalid`.
    pub async fn set_presence(&self, state: PresenceState) -> Result<(), Error> {
        self.done(self.request(Method::PUT, "/v1/presence").json(&SetPresence { state })).await
    }

    /// How many have a room open.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`.
    pub async fn audience(&self, id: ConversationId) -> Result<Audience, Error> {
        self.get(&format!("/v1/conversations/{id}/audience"), &[]).await
    }

    /// Those of these accounts who wrote something that one may read.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `invalid`.
    pub async fn authors(
        &self,
        id: ConversationId,
        accounts: &[AccountId],
    ) -> Result<Vec<Account>, Error> {
        let ids: Vec<_> = accounts.iter().map(AccountId::to_string).collect();
        let query = [("account_ids", Some(ids.join(",")))];
        let page: Page<Account> =
            self.get(&format!("/v1/conversations/{id}/authors"), &query).await?;
        Ok(page.items)
    }

    /// Tells the others that one is typing, or stopped.
    ///
    /// # Errors
    /// Refused: `conversation_not_found`, `sending_not_allowed`, `rate_limited`.
    pub async fn typing(&self, id: ConversationId, typing: bool) -> Result<(), Error> {
        let body = serde_json::json!({ "typing": typing });
        self.done(self.request(Method::POST, &format!("/v1/conversations/{id}/typing")).json(&body))
            .await
    }
}
