//! Contact requests and contacts.

use super::Http;
use crate::Error;
use chinwag_wire::{
    AccountId, Contact, ContactRequest, Page, RequestContact, RequestId, RequestSide,
};
use reqwest::Method;

impl Http {
    /// Asks somebody to be a contact, or accepts what they asked.
    ///
    /// # Errors
    /// Refused: `invalid`, `account_not_found`, `account_blocked`, `request_rejected`, `rate_limited`.
    pub async fn request_contact(&self, body: &RequestContact) -> Result<ContactRequest, Error> {
        self.post("/v1/contact-requests", body).await
    }

    /// A page of the contact requests that one sent or received, newest first.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn contact_requests(
        &self,
        side: RequestSide,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ContactRequest>, Error> {
        let query = [
            ("cursor", cursor.map(str::to_owned)),
            ("limit", limit.map(|limit| limit.to_string())),
        ];
        let path = match side {
            RequestSide::Sent => "/v1/contact-requests/sent",
            RequestSide::Received => "/v1/contact-requests/received",
        };
        self.get(path, &query).await
    }

    /// Accepts a request that one received.
    ///
    /// # Errors
    /// Refused: `request_not_found`, `request_answered`.
    pub async fn accept_contact(&self, id: RequestId) -> Result<ContactRequest, Error> {
        self.post(&format!("/v1/contact-requests/{id}/accept"), &()).await
    }

    /// Rejects a request that one received.
    ///
    /// # Errors
    /// Refused: `request_not_found`, `request_answered`.
    pub async fn reject_contact(&self, id: RequestId) -> Result<ContactRequest, Error> {
        self.post(&format!("/v1/contact-requests/{id}/reject"), &()).await
    }

    /// Takes back a request that one sent.
    ///
    /// # Errors
    /// Refused: `request_not_found`, `request_answered`.
    pub async fn cancel_contact(&self, id: RequestId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/contact-requests/{id}"))).await
    }

    /// A page of one's contacts, newest first.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn contacts(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Contact>, Error> {
        let query = [
            ("cursor", cursor.map(str::to_owned)),
            ("limit", limit.map(|limit| limit.to_string())),
        ];
        self.get("/v1/contacts", &query).await
    }

    /// Removes a contact, on both sides.
    ///
    /// # Errors
    /// Refused: `account_not_found`.
    pub async fn remove_contact(&self, account: AccountId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/contacts/{account}"))).await
    }
}
