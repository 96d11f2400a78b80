//! The two values of the opening handshake (RFC 6455, section 4.2.2): the client's key and the
//! server's proof that it read it.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use sha1::{Digest as _, Sha1};

/// Appended to the client's key before hashing (RFC 6455, section 1.3).
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The `Sec-WebSocket-Accept` value that answers this `Sec-WebSocket-Key`.
pub fn accept_key(key: &str) -> String {
    let mut hash = Sha1::new();
    hash.update(key.as_bytes());
    hash.update(GUID);
    STANDARD.encode(hash.finalize())
}

/// The `Sec-WebSocket-Key` a client sends for 16 random bytes.
pub fn request_key(nonce: [u8; 16]) -> String {
    STANDARD.encode(nonce)
}

/// Whether a client's key is what RFC 6455 asks for: 16 bytes in base64.
pub fn is_valid_key(key: &str) -> bool {
    STANDARD.decode(key).is_ok_and(|nonce| nonce.len() == 16)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_the_example_of_the_rfc() {
        assert_eq!(accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn accepts_only_sixteen_bytes_of_base64() {
        assert!(is_valid_key(&request_key([7; 16])));
        for bad in ["", "short", "AAAA", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZQ==="] {
            assert!(!is_valid_key(bad), "{bad:?}");
        }
    }
}
