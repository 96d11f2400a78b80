//! Device tokens: proof that someone signed in to this account from here before. They spare the
//! owner the throttle that strangers' guesses cause, and are good for nothing else.

use super::Tokens;
use crate::secrets::hmac_sha256;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_wire::AccountId;
use subtle::ConstantTimeEq;

/// Opens every device token.
const PREFIX: &str = "cwd_";

/// Names a device of an account.
pub(super) type DeviceId = [u8; 16];

impl Tokens {
    /// The token of a device.
    pub(crate) fn known_device(&self, account: AccountId, device: DeviceId) -> String {
        let proof = self.proof(account, &device);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode([&device[..], &proof].concat()))
    }

    /// The device, if the token was given for this account.
    pub(super) fn read_known_device(&self, account: AccountId, token: &str) -> Option<DeviceId> {
        let text = token.strip_prefix(PREFIX).filter(|text| text.len() == 64)?;
        let bytes: [u8; 48] = URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()?;
        let (device, proof) = bytes.split_first_chunk().expect("48 bytes hold 16");
        bool::from(self.proof(account, device).ct_eq(proof)).then_some(*device)
    }

    fn proof(&self, account: AccountId, device: &DeviceId) -> [u8; 32] {
        hmac_sha256(&self.refresh_key, &[b"device", account.0.as_bytes(), device])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ChatOptions, Secrets};
    use uuid::Uuid;

    #[test]
    fn proves_one_device_of_one_account() {
        let tokens = Tokens::new(&ChatOptions::new(Secrets::from_master(b"a")));
        let (one, other) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let token = tokens.known_device(one, [7; 16]);
        assert_eq!(tokens.read_known_device(one, &token), Some([7; 16]));
        assert_eq!(tokens.read_known_device(other, &token), None);
        for at in 0..token.len() {
            let flipped = if &token[at..=at] == "A" { "B" } else { "A" };
            assert_eq!(
                tokens.read_known_device(
                    one,
                    &format!("{}{flipped}{}", &token[..at], &token[at + 1..])
                ),
                None
            );
        }
    }
}
