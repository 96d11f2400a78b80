//! Two request headers of those who write: `Idempotency-Key`, another way to give a `client_id`,
//! and `Prefer: return=representation` (RFC 7240).

use crate::{app::Api, problem::Failure};
use axum::{extract::FromRequestParts, http::request::Parts};
use chinwag_wire::Problem;

/// The `Idempotency-Key` header, bare or as a quoted string.
pub(crate) struct IdempotencyKey(Option<String>);

impl IdempotencyKey {
    /// Puts the key in the place of the body's `client_id`.
    ///
    /// # Errors
    /// `invalid` where both are given and differ.
    pub(crate) fn merge(self, client_id: &mut Option<String>) -> Result<(), Problem> {
        match (self.0, client_id.as_ref()) {
            (Some(key), Some(id)) if key != *id => {
                Err(Problem::field("client_id", "differs from the `Idempotency-Key` header"))
            }
            (Some(key), _) => {
                *client_id = Some(key);
                Ok(())
            }
            (None, _) => Ok(()),
        }
    }
}

impl FromRequestParts<Api> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        let Some(value) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let text = value
            .to_str()
            .map_err(|_| Problem::field("Idempotency-Key", "must be visible ASCII"))?;
        let bare = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        Ok(Self(Some(bare.to_owned())))
    }
}

/// Whether the client asks for the whole thing it made.
pub(crate) struct WantsWhole(pub(crate) bool);

impl FromRequestParts<Api> for WantsWhole {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        let lines = parts.headers.get_all("prefer").iter().filter_map(|line| line.to_str().ok());
        let mut wishes = lines.flat_map(|line| line.split([',', ';']));
        Ok(Self(wishes.any(|wish| wish.trim().eq_ignore_ascii_case("return=representation"))))
    }
}
