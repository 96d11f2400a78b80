//! The owner link: how the first person of a new server proves to be the one who started it.

use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome},
    random,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{Code, Problem};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

chinwag_sql::statements! {
    /// Whether there is an account.
    ANY_ACCOUNT = "SELECT id FROM accounts LIMIT 1";
    /// Makes a link the one that works; an earlier one stops working.
    STORE = "INSERT INTO meta (key, value) VALUES ('owner_link', ?1) ON CONFLICT (key) DO UPDATE SET value = excluded.value";
    /// The link that works, kept from being used twice at once.
    READ = "SELECT value FROM meta WHERE key = 'owner_link' FOR UPDATE";
    /// The link has been used.
    FORGET = "DELETE FROM meta WHERE key = 'owner_link'";
}

struct Offer {
    secret: String,
}

impl Change for Offer {
    type Answer = Option<String>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Option<String>>> {
        if tx.maybe(&ANY_ACCOUNT, &[]).await?.is_some() {
            return Ok(Outcome::quiet(None));
        }
        tx.exec(&STORE, &[digest(&self.secret).into()]).await?;
        Ok(Outcome::quiet(Some(self.secret.clone())))
    }
}

/// Uses the link up, inside the transaction that makes the owner's account.
///
/// # Errors
/// `link_used` if it is not the link that works.
pub(super) async fn claim(tx: &mut Tx<'_>, secret: &str) -> Result<()> {
    let stored: String = tx.maybe(&READ, &[]).await?.ok_or(Code::LinkUsed)?.get(0)?;
    if !bool::from(stored.as_bytes().ct_eq(digest(secret).as_bytes())) {
        return Err(Code::LinkUsed.into());
    }
    tx.exec(&FORGET, &[]).await?;
    Ok(())
}

/// What is stored of a secret that has 128 random bits.
fn digest(secret: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(secret))
}

impl Chat {
    /// While there is no account: a new secret that makes whoever registers with it the owner, once.
    /// Only its digest is kept, so show it now; an earlier one stops working. Else `None`.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn owner_link(&self) -> Result<Option<String>, Problem> {
        let secret = URL_SAFE_NO_PAD.encode(random::bytes::<16>());
        self.change(Offer { secret }).await
    }
}
