//! How passwords are stored: `v1$` and bcrypt over base64(HMAC-SHA-384(pepper, password)). The digest
//! is 64 bytes, so that nothing is cut at bcrypt's 72, and it is keyed, so that a stolen table alone
//! cannot be searched. Plain bcrypt from elsewhere is verified, and replaced when it is.

use crate::random;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, Mac};
use sha2::Sha384;

/// Opens a hash of ours, so that the next scheme can tell it apart.
const OURS: &str = "v1$";
/// No import may make one sign-in cost more than this (each step doubles).
const DEAREST: u32 = 15;
/// A salt and a digest that no password is known to have.
const NOBODY: &str = "abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ0123C";

/// Hashes and verifies. Slow on purpose: only the hashing threads may call it.
pub(super) struct Scheme {
    pepper: [u8; 32],
    cost: u32,
    dummy: String,
}

/// What came of verifying a password.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It is not the password, or there is none.
    Wrong,
    /// It is; with a new hash where the stored one is not what it would be today.
    Right { upgrade: Option<String> },
}

impl Scheme {
    pub(super) fn new(pepper: [u8; 32], cost: u32) -> Self {
        Self { pepper, cost, dummy: format!("{OURS}$2b${cost:02}${NOBODY}") }
    }

    /// What is stored for a password.
    pub(super) fn hash(&self, password: &str) -> String {
        count();
        let hash = bcrypt::non_truncating_hash_with_salt(
            self.digest(password),
            self.cost,
            random::bytes(),
        );
        let parts = hash.expect("64 bytes without NUL, and a cost that was checked at start");
        format!("{OURS}{}", parts.format_for_version(bcrypt::Version::TwoB))
    }

    /// Compares in constant time. Where nothing is stored the same work is done for nothing, so that
    /// the time does not tell.
    pub(super) fn verify(&self, password: &str, stored: Option<&str>) -> Verdict {
        let right = self.matches(password, stored.unwrap_or(&self.dummy));
        match stored {
            Some(stored) if right => {
                Verdict::Right { upgrade: self.is_outdated(stored).then(|| self.hash(password)) }
            }
            _ => Verdict::Wrong,
        }
    }

    fn matches(&self, password: &str, stored: &str) -> bool {
        let outcome = match stored.strip_prefix(OURS) {
            Some(hash) if is_affordable(hash) => {
                count();
                bcrypt::non_truncating_verify(self.digest(password), hash)
            }
            None if is_affordable(stored) => plain(password, stored),
            _ => Err(bcrypt::BcryptError::InvalidHash(
                "of an unknown kind, or dearer than any should be",
            )),
        };
        outcome.unwrap_or_else(|error| {
            tracing::error!(%error, "a stored password hash cannot be verified");
            false
        })
    }

    fn is_outdated(&self, stored: &str) -> bool {
        stored.strip_prefix(OURS).and_then(cost) != Some(self.cost)
    }

    fn digest(&self, password: &str) -> String {
        let mut mac =
            Hmac::<Sha384>::new_from_slice(&self.pepper).expect("HMAC takes keys of any length");
        mac.update(password.as_bytes());
        STANDARD.encode(mac.finalize().into_bytes())
    }
}

/// One run of bcrypt, which is nearly all that a sign-in costs.
fn count() {
    metrics::counter!("chinwag_password_hashes_total").increment(1);
}

#[expect(
    clippy::disallowed_methods,
    reason = "a hash from elsewhere was cut at 72 bytes by whoever made it"
)]
fn plain(password: &str, stored: &str) -> bcrypt::BcryptResult<bool> {
    count();
    bcrypt::verify(password, stored)
}

/// The cost in `$2b$10$…`.
fn cost(hash: &str) -> Option<u32> {
    hash.split('$').nth(2)?.parse().ok()
}

fn is_affordable(hash: &str) -> bool {
    cost(hash).is_some_and(|cost| cost <= DEAREST)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scheme() -> Scheme {
        Scheme::new([7; 32], 4)
    }

    #[test]
    fn nothing_is_cut() {
        let (one, other) = ("p".repeat(100), format!("{}q", "p".repeat(99)));
        let stored = scheme().hash(&one);
        assert!(stored.starts_with("v1$$2b$04$"));
        assert_eq!(scheme().verify(&one, Some(&stored)), Verdict::Right { upgrade: None });
        assert_eq!(scheme().verify(&other, Some(&stored)), Verdict::Wrong);
        assert_eq!(
            Scheme::new([8; 32], 4).verify(&one, Some(&stored)),
            Verdict::Wrong,
            "another pepper"
        );
    }

    #[test]
    fn hashes_from_elsewhere_and_of_another_cost_are_replaced() {
        // The first vector of crypt_blowfish, the implementation that others are measured by.
        let plain = "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW".to_owned();
        for stored in [plain, Scheme::new([7; 32], 5).hash("U*U")] {
            let Verdict::Right { upgrade: Some(new) } = scheme().verify("U*U", Some(&stored))
            else {
                panic!("{stored}")
            };
            assert_eq!(scheme().verify("U*U", Some(&new)), Verdict::Right { upgrade: None });
            assert_eq!(scheme().verify("U*V", Some(&stored)), Verdict::Wrong);
        }
    }

    #[test]
    fn nobody_and_nonsense_are_wrong() {
        assert!(
            bcrypt::non_truncating_verify("x", scheme().dummy.strip_prefix(OURS).unwrap()).is_ok(),
            "the dummy is well formed"
        );
        for stored in [
            None,
            Some(""),
            Some("v1$"),
            Some("v2$x"),
            Some("$2b$31$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234"),
        ] {
            assert_eq!(scheme().verify("anything", stored), Verdict::Wrong);
        }
    }
}
