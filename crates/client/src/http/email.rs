//! Email addresses, and getting in again without the password.

use super::Http;
use crate::Error;
use chinwag_wire::{ChangeEmail, RequestReset, ResetPassword, VerifyEmail};
use reqwest::Method;

impl Http {
    /// Asks for another email address; it is one's own once the letter to it was answered.
    ///
    /// # Errors
    /// Refused: `credentials_wrong`, `invalid`, `too_many_attempts`, `rate_limited`.
    pub async fn change_email(&self, body: &ChangeEmail) -> Result<(), Error> {
        self.done(self.request(Method::PUT, "/v1/me/email").json(body)).await
    }

    /// Asks for the letter that verifies one's address once more.
    ///
    /// # Errors
    /// Refused: `rate_limited`, `overloaded`.
    pub async fn resend_verification(&self) -> Result<(), Error> {
        self.done(self.request(Method::POST, "/v1/me/email/verification")).await
    }

    /// Verifies an address with the token of a letter.
    ///
    /// # Errors
    /// Refused: `link_used`, `email_taken`.
    pub async fn verify_email(&self, body: &VerifyEmail) -> Result<(), Error> {
        self.done(self.request(Method::POST, "/v1/email-verifications").json(body)).await
    }

    /// Asks for a letter that replaces a forgotten password.
    ///
    /// # Errors
    /// Refused: `invalid`, `rate_limited`, `overloaded`.
    pub async fn request_reset(&self, body: &RequestReset) -> Result<(), Error> {
        self.done(self.request(Method::POST, "/v1/password-resets").json(body)).await
    }

    /// Replaces a forgotten password with the token of a letter.
    ///
    /// # Errors
    /// Refused: `link_used`, `invalid`.
    pub async fn reset_password(&self, body: &ResetPassword) -> Result<(), Error> {
        self.done(self.request(Method::POST, "/v1/password-resets/confirm").json(body)).await
    }
}
