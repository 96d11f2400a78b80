//! The link that ends letters of one kind. It needs no sign-in and works for as long as the account has
//! the address it was sent to, because letters are kept; all it can do is turn them off.

use super::{choice::Topic, letter::Postman};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    error::Result,
    operation::{Change, Outcome},
    secrets::hmac_sha256,
    settings,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Time};
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The address that somebody's letters go to.
    ADDRESS = "SELECT email FROM accounts WHERE id = ?1 AND email_verified_at IS NOT NULL AND deleted_at IS NULL";
}

/// Opens every such token, so that a leaked one is recognised for what it is.
const PREFIX: &str = "cwu_";

/// What a token says: whose letters, which, and the proof that it was sent to them.
struct Token {
    account: AccountId,
    topic: Topic,
    proof: [u8; 32],
}

impl Token {
    fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        let bytes: [u8; 49] = bytes.try_into().ok()?;
        let account = AccountId(Uuid::from_slice(&bytes[..16]).ok()?);
        let topic = *Topic::ALL.get(usize::from(bytes[16]))?;
        Some(Self { account, topic, proof: bytes[17..].try_into().ok()? })
    }

    fn written(&self) -> String {
        let topic = Topic::ALL.iter().position(|topic| *topic == self.topic);
        let topic = topic.and_then(|place| u8::try_from(place).ok());
        let topic = [topic.expect("every topic is in the short list")];
        let bytes = [self.account.0.as_bytes().as_slice(), &topic, &self.proof].concat();
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes))
    }
}

struct Ending {
    token: Token,
    key: [u8; 32],
    at: Time,
}

impl Change for Ending {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let Token { account, topic, proof } = &self.token;
        let row = tx.maybe(&ADDRESS, &[account.0.into()]).await?.ok_or(Code::LinkUsed)?;
        let email = row.get::<Option<String>>(0)?.unwrap_or_default();
        let expected = prove(&self.key, *account, *topic, &email);
        if !bool::from(expected.ct_eq(proof)) {
            return Err(Code::LinkUsed.into());
        }
        let changed = settings::update(tx, *account, &topic.off(), self.at).await?;
        Ok(Outcome::telling((), changed.notices))
    }
}

fn prove(key: &[u8], account: AccountId, topic: Topic, email: &str) -> [u8; 32] {
    let parts = [b"unsubscribe ", topic.name().as_bytes(), account.0.as_bytes(), email.as_bytes()];
    hmac_sha256(key, &parts)
}

impl Chat {
    /// The link that ends these letters to this address.
    pub(super) fn unsubscribe_link(
        &self,
        postman: &Postman,
        account: AccountId,
        topic: Topic,
        email: &str,
    ) -> String {
        let proof = prove(&self.options.secrets.mail, account, topic, email);
        let token = Token { account, topic, proof };
        format!("{}/unsubscribe?token={}", postman.base_url, token.written())
    }

    /// Ends letters of one kind with the token of one of them. Doing so twice changes nothing.
    ///
    /// # Errors
    /// `link_used` for a token that was never sent, or to an address that the account has no more,
    /// `rate_limited`.
    #[crate::boxed]
    pub async fn unsubscribe(&self, from: &Origin, token: &str) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        let token = Token::read(token).ok_or(Code::LinkUsed)?;
        let (key, at) = (self.options.secrets.mail, self.clock.now());
        self.change(Ending { token, key, at }).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_written() {
        for topic in Topic::ALL {
            let account = AccountId(Uuid::from_u128(7));
            let text = Token { account, topic, proof: [9; 32] }.written();
            let read = Token::read(&text).unwrap();
            assert_eq!((read.account, read.topic, read.proof), (account, topic, [9; 32]));
            for bad in
                [&text[1..], &text[..text.len() - 1], "", "cwu_", &text.replace("cwu_", "cwm_")]
            {
                assert!(Token::read(bad).is_none(), "{bad}");
            }
        }
    }
}
