//! Profiles: one's own, others', and finding people.

use super::Http;
use crate::Error;
use chinwag_wire::{Account, AccountId, Page, Profile, UpdateProfile};
use reqwest::Method;

impl Http {
    /// One's own profile.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn own_profile(&self) -> Result<Profile, Error> {
        self.get("/v1/me/profile", &[]).await
    }

    /// Changes one's profile.
    ///
    /// # Errors
    /// Refused: `invalid`, `rate_limited`.
    pub async fn update_profile(&self, body: &UpdateProfile) -> Result<Profile, Error> {
        self.put_in(Method::PATCH, "/v1/me/profile", body).await
    }

    /// Somebody's profile.
    ///
    /// # Errors
    /// Refused: `account_not_found`.
    pub async fn profile(&self, id: AccountId) -> Result<Profile, Error> {
        self.get(&format!("/v1/accounts/{id}/profile"), &[]).await
    }

    /// A page of people by how a name begins.
    ///
    /// # Errors
    /// Refused: `invalid`, `cursor_invalid`, `rate_limited`.
    pub async fn search_accounts(
        &self,
        prefix: &str,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Account>, Error> {
        let query = [
            ("prefix", Some(prefix.to_owned())),
            ("cursor", cursor.map(str::to_owned)),
            ("limit", limit.map(|limit| limit.to_string())),
        ];
        self.get("/v1/accounts/search", &query).await
    }
}
