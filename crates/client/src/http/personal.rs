//! What belongs to the person: taking one's data along, deleting one's account, telling staff.

use super::{Http, accepted};
use crate::Error;
use chinwag_wire::{DeleteOwnAccount, NewReport, Report};
use reqwest::{Method, Response};

impl Http {
    /// Everything the server knows of one's account, as lines of JSON; the last is of type `end`.
    ///
    /// # Errors
    /// Refused: `rate_limited`.
    pub async fn export(&self) -> Result<Response, Error> {
        accepted(self.request(Method::POST, "/v1/me/export")).await
    }

    /// The same with the bytes of one's files, as a tar archive; without blocks of zeroes at its end it is torn.
    ///
    /// # Errors
    /// Refused: `rate_limited`.
    pub async fn export_with_files(&self) -> Result<Response, Error> {
        accepted(self.request(Method::POST, "/v1/me/export?files=true")).await
    }

    /// Deletes one's account, for good; its connections are closed when this returns.
    ///
    /// # Errors
    /// Refused: `credentials_wrong`, `last_owner`, `too_many_attempts`.
    pub async fn delete_own_account(&self, password: &str) -> Result<(), Error> {
        let body = DeleteOwnAccount { password: password.to_owned() };
        self.done(self.request(Method::POST, "/v1/me/deletion").json(&body)).await
    }

    /// Reports a message or an account to the staff of the server.
    ///
    /// # Errors
    /// Refused: `invalid`, `account_not_found`, `conversation_not_found`, `message_not_found`.
    pub async fn report(&self, body: &NewReport) -> Result<Report, Error> {
        self.post("/v1/reports", body).await
    }
}
