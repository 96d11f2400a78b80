//! Accounts: making one, one's own, others'.

use super::Http;
use crate::Error;
use chinwag_wire::{
    Account, AccountChanges, AccountId, ChangePassword, Credentials, OwnAccount, Register,
    Settings, UpdateSettings,
};
use reqwest::Method;

impl Http {
    /// Makes an account, and signs it in.
    ///
    /// # Errors
    /// Refused: `username_taken`, `invalid`, `forbidden`, `rate_limited`.
    pub async fn register(&self, body: &Register) -> Result<Credentials, Error> {
        self.post("/v1/accounts", body).await
    }

    /// One's own account.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn me(&self) -> Result<OwnAccount, Error> {
        self.get("/v1/me", &[]).await
    }

    /// An account by its id.
    ///
    /// # Errors
    /// Refused: `account_not_found`.
    pub async fn account(&self, id: AccountId) -> Result<Account, Error> {
        self.get(&format!("/v1/accounts/{id}"), &[]).await
    }

    /// An account by its exact username.
    ///
    /// # Errors
    /// Refused: `account_not_found`.
    pub async fn account_named(&self, username: &str) -> Result<Account, Error> {
        self.get("/v1/accounts", &[("username", Some(username.to_owned()))]).await
    }

    /// Changes one's password; every other session ends.
    ///
    /// # Errors
    /// Refused: `credentials_wrong`, `invalid`.
    pub async fn change_password(&self, body: &ChangePassword) -> Result<(), Error> {
        self.done(self.request(Method::PUT, "/v1/me/password").json(body)).await
    }

    /// One's settings.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn settings(&self) -> Result<Settings, Error> {
        self.get("/v1/me/settings", &[]).await
    }

    /// Changes one's settings.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn update_settings(&self, body: &UpdateSettings) -> Result<Settings, Error> {
        self.put_in(Method::PATCH, "/v1/me/settings", body).await
    }

    /// A page of what changed of one's account since a position.
    ///
    /// # Errors
    /// Refused: `invalid`.
    pub async fn account_changes(&self, rev: i64) -> Result<AccountChanges, Error> {
        self.get("/v1/me/changes", &[("rev", Some(rev.to_string()))]).await
    }
}
