//! The name somebody signs in with, and what guesses at it are counted by, whether or not there is
//! such an account.

use super::Tokens;
use crate::{accounts::canon, secrets::hmac_sha256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::Problem;

/// More bytes than any name has.
const LONGEST: usize = 1_024;

/// A canonical username or email address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInName {
    /// Matched against usernames alone.
    Username(String),
    /// Matched against email addresses alone.
    Email(String),
}

impl SignInName {
    /// A username, as somebody wrote it. What cannot be one is nobody's.
    pub fn username(text: &str) -> Self {
        Self::Username(key(text))
    }

    /// An email address, as somebody wrote it. What cannot be one is nobody's.
    pub fn email(text: &str) -> Self {
        Self::Email(key(text))
    }

    /// Reads a name: an email address if it contains `@`, which no username of the native surfaces does.
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

/// The canonical form; of what is nobody's, nothing.
fn key(text: &str) -> String {
    if text.len() > LONGEST || text.contains('\0') { String::new() } else { canon(text) }
}

impl Tokens {
    /// The key that guesses at a name are counted by. A digest, because people type their password
    /// into the wrong field.
    pub(super) fn throttle_key(&self, name: &SignInName) -> String {
        let digest = hmac_sha256(&self.refresh_key, &[b"guesses at", name.key().as_bytes()]);
        format!("name:{}", URL_SAFE_NO_PAD.encode(digest))
    }
}
