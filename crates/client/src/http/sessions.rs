//! Sessions: signing in, staying signed in, seeing and ending sessions.

use super::Http;
use crate::Error;
use chinwag_wire::{
    AuditEntry, Credentials, Page, Refresh, Session, SessionId, SignIn, SignInAttempt,
};
use reqwest::Method;

impl Http {
    /// Signs in.
    ///
    /// # Errors
    /// Refused: `credentials_wrong`, `too_many_attempts`, `overloaded`.
    pub async fn sign_in(&self, body: &SignIn) -> Result<Credentials, Error> {
        self.post("/v1/sessions", body).await
    }

    /// Exchanges a refresh token for the next pair. Trying again within seconds after a lost answer is safe.
    ///
    /// # Errors
    /// Refused: `session_ended`, `refresh_reused`.
    pub async fn refresh(&self, refresh_token: &str) -> Result<Credentials, Error> {
        self.post("/v1/sessions/refresh", &Refresh { refresh_token: refresh_token.to_owned() })
            .await
    }

    /// One's sessions.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn sessions(&self) -> Result<Vec<Session>, Error> {
        let page: Page<Session> = self.get("/v1/sessions", &[]).await?;
        Ok(page.items)
    }

    /// Ends this session.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn sign_out(&self) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, "/v1/sessions/current")).await
    }

    /// Ends one of one's sessions.
    ///
    /// # Errors
    /// Refused: `session_not_found`.
    pub async fn end_session(&self, id: SessionId) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, &format!("/v1/sessions/{id}"))).await
    }

    /// Ends all of one's sessions, this one too.
    ///
    /// # Errors
    /// Refused: `unauthenticated`.
    pub async fn end_all_sessions(&self) -> Result<(), Error> {
        self.done(self.request(Method::DELETE, "/v1/sessions")).await
    }

    /// Attempts to sign in to one's account, newest first.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn sign_ins(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<SignInAttempt>, Error> {
        self.get("/v1/me/sign-ins", &super::paging(cursor, limit)).await
    }

    /// What was done with one's account, newest first.
    ///
    /// # Errors
    /// Refused: `cursor_invalid`.
    pub async fn own_audit(
        &self,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<AuditEntry>, Error> {
        self.get("/v1/me/audit", &super::paging(cursor, limit)).await
    }
}
