//! The name somebody signs in with, and what guesses at it are counted by, whether or not there is
//! such an account.

use super::Tokens;
use crate::{accounts::canon, secrets::hmac_sha256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::Problem;

/// More bytes than any name has.
const LONGEST: usize = 1_024;

/// A canonical username or email address.
pub(super) enum SignInName {
    Username(String),
    Email(String),
}

impl SignInName {
    /// Reads a name: an email address if it contains `@`, which no username does.
    ///
    /// # Errors
    /// `invalid` for what cannot be the name of anybody.
    pub(super) fn read(name: &str) -> Result<Self, Problem> {
        if name.is_empty() || name.len() > LONGEST || name.contains('\0') {
            return Err(Problem::field("name", "must be a username or an email address"));
        }
        let key = canon(name);
        Ok(if key.contains('@') { Self::Email(key) } else { Self::Username(key) })
    }

    /// What it is compared by.
    pub(super) fn key(&self) -> &str {
        match self {
            Self::Username(key) | Self::Email(key) => key,
        }
    }
}

impl Tokens {
    /// The key that guesses at a name are counted by. A digest, because people type their password
    /// into the wrong field.
    pub(super) fn throttle_key(&self, name: &SignInName) -> String {
        let digest = hmac_sha256(&self.refresh_key, &[b"guesses at", name.key().as_bytes()]);
        format!("name:{}", URL_SAFE_NO_PAD.encode(digest))
    }
}
