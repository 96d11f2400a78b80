//! Where randomness enters: ids and secrets.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::Time;
use uuid::Uuid;

/// Random bytes from the operating system.
pub(crate) fn bytes<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A number below `end`, each as likely as the others for the small ends it is asked for.
pub(crate) fn below(end: u64) -> u64 {
    u64::from_ne_bytes(bytes()) % end.max(1)
}

/// A new id: UUIDv7 of the time given (RFC 9562).
pub(crate) fn id(now: Time) -> Uuid {
    let milliseconds = u64::try_from(now.0 / 1_000_000).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(milliseconds, &bytes()).into_uuid()
}

/// A name that nobody can guess: 128 random bits, in characters that stand in any address.
pub fn unguessable() -> String {
    URL_SAFE_NO_PAD.encode(bytes::<16>())
}
