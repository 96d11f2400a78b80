//! The keys that proofs of a session are made with, prepared once.

use super::proven::Proven;
use crate::ChatOptions;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use std::time::Duration;

/// Makes and reads access tokens, refresh tokens and device tokens.
pub(crate) struct Tokens {
    pub(super) header: Header,
    pub(super) sign: EncodingKey,
    pub(super) verify: DecodingKey,
    pub(super) validation: Validation,
    pub(super) access_life: Duration,
    pub(super) refresh_key: [u8; 32],
    /// For claims whose audience is any surface of ours.
    pub(super) any_audience: Validation,
    pub(super) sign_refresh: EncodingKey,
    pub(super) verify_refresh: DecodingKey,
    pub(super) ids_key: [u8; 32],
    pub(super) proven: Proven,
}

impl Tokens {
    /// Prepares the keys.
    pub(crate) fn new(options: &ChatOptions) -> Self {
        Self {
            header: Header::new(Algorithm::HS256),
            sign: EncodingKey::from_secret(&options.secrets.signing),
            verify: DecodingKey::from_secret(&options.secrets.signing),
            validation: validation(),
            access_life: options.access_life,
            refresh_key: options.secrets.refresh,
            any_audience: any_audience(),
            sign_refresh: EncodingKey::from_secret(&options.secrets.jwt_refresh),
            verify_refresh: DecodingKey::from_secret(&options.secrets.jwt_refresh),
            ids_key: options.secrets.ids,
            proven: Proven::default(),
        }
    }
}

/// One algorithm; what is required is looked at where the claims are read.
fn any_audience() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_aud = false;
    validation.set_required_spec_claims::<&str>(&[]);
    validation
}

/// One algorithm, issuer and audience. The times are compared with our own clock, not the system's.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.validate_exp = false;
    validation.validate_nbf = false;
    validation.set_issuer(&["chinwag"]);
    validation.set_audience(&["chinwag"]);
    validation.set_required_spec_claims(&["iss", "aud", "sub", "exp", "nbf"]);
    validation
}
