//! The keys, all derived from one master secret that the operator keeps.

use hmac::{Hmac, Mac};
use sha2::Sha256;

/// Keys for signing, refreshing and hashing. Never logged: it has no `Debug`.
#[derive(Clone)]
pub struct Secrets {
    /// Signs access tokens (HS256).
    pub(crate) signing: [u8; 32],
    /// Derives refresh tokens and device tokens.
    pub(crate) refresh: [u8; 32],
    /// Derives the tokens that are sent by mail.
    pub(crate) mail: [u8; 32],
    /// Signs the refresh tokens that are JWTs: never the key of an access token.
    pub(crate) jwt_refresh: [u8; 32],
    /// Signs the ids that some clients hold in place of a token.
    pub(crate) ids: [u8; 32],
    /// Keys the digest that passwords go through before bcrypt.
    pub(crate) pepper: [u8; 32],
}

impl Secrets {
    /// Derives every key from the master secret (HMAC-SHA-256 with a label each).
    pub fn from_master(master: &[u8]) -> Self {
        let derive = |label: &[u8]| hmac_sha256(master, &[label]);
        Self {
            signing: derive(b"chinwag signing v1"),
            refresh: derive(b"chinwag refresh v1"),
            mail: derive(b"chinwag mail v1"),
            jwt_refresh: derive(b"chinwag jwt refresh v1"),
            ids: derive(b"chinwag ids v1"),
            pepper: derive(b"chinwag pepper v1"),
        }
    }
}

/// HMAC-SHA-256 (RFC 2104) of the parts in order.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    parts.iter().for_each(|part| mac.update(part));
    mac.finalize().into_bytes().into()
}
