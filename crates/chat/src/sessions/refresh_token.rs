//! Refresh tokens: 256 random bits, of which only a digest is stored. Each derives its successor, so
//! that whoever lost the answer can ask again and get the same one.

use super::Tokens;
use crate::secrets::hmac_sha256;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Opens every refresh token, so that a leaked one is recognised for what it is.
const PREFIX: &str = "cwr_";

/// What a refresh token is made of.
pub(crate) type RefreshSecret = [u8; 32];

/// The token of a secret.
pub(super) fn write(secret: &RefreshSecret) -> String {
    format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret))
}

/// The secret of a token, if it has the shape of one.
pub(super) fn read(token: &str) -> Option<RefreshSecret> {
    let text = token.strip_prefix(PREFIX).filter(|text| text.len() == 43)?;
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}

/// What is stored of it.
pub(super) fn digest(secret: &RefreshSecret) -> [u8; 32] {
    Sha256::digest(secret).into()
}

impl Tokens {
    /// The one token that may follow.
    pub(super) fn successor(&self, secret: &RefreshSecret) -> RefreshSecret {
        hmac_sha256(&self.refresh_key, &[b"successor", secret])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_it_wrote_and_nothing_else() {
        let token = write(&[7; 32]);
        assert_eq!(read(&token), Some([7; 32]));
        for bad in [
            "",
            "cwr_",
            &token[1..],
            &token[..46],
            &format!("{token}="),
            &format!("{token}A"),
            &token.replace("cwr", "CWR"),
        ] {
            assert_eq!(read(bad), None, "{bad}");
        }
    }
}
