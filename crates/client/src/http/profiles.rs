//! Profiles: one's own, others', and finding people.

use super::{Http, read};
use crate::Error;
use bytes::Bytes;
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

    /// Sets one's picture.
    ///
    /// # Errors
    /// Refused: `too_large`, `picture_unreadable`, `picture_too_large`, `invalid`, `rate_limited`.
    pub async fn set_avatar(&self, bytes: impl Into<Bytes>) -> Result<Profile, Error> {
        read(self.request(Method::PUT, "/v1/me/avatar").body(bytes.into())).await
    }

    /// Takes one's picture away.
    ///
    /// # Errors
    /// Refused: `rate_limited`.
    pub async fn remove_avatar(&self) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, "/v1/me/avatar")).await
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
