//! The secret in a letter: 256 bits, or the 122 of a UUID, of which only a digest is stored. It is derived
//! from its id with a key, so that the job which sends it holds no secret, and sends the same one when it
//! tries again.

use super::{NewWork, Work};
use crate::{Chat, error::Result, secrets::hmac_sha256};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Time};
use sha2::{Digest, Sha256};
use std::time::Duration;
use uuid::Uuid;

chinwag_sql::statements! {
    /// How many letters went to an address since an instant, but for one.
    SENT = "SELECT count(*) FROM email_tokens WHERE email = ?1 AND created_at > ?2 AND id <> ?3";
    /// A new token; the same one again changes nothing.
    STORE = "INSERT INTO email_tokens (id, hash, account_id, purpose, email, created_at, expires_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT DO NOTHING";
    /// Forgets what has expired.
    FORGET_OLD = "DELETE FROM email_tokens WHERE account_id = ?1 AND expires_at < ?2";
    /// Uses a token up, if it is good.
    CLAIM = "DELETE FROM email_tokens WHERE hash = ?1 AND purpose = ?2 AND expires_at > ?3 RETURNING account_id, email";
    /// Whether a token is good.
    LOOK = "SELECT id FROM email_tokens WHERE hash = ?1 AND purpose = ?2 AND expires_at > ?3";
    /// Forgets all of an account for one purpose.
    FORGET = "DELETE FROM email_tokens WHERE account_id = ?1 AND purpose = ?2";
}

/// Opens every token, so that a leaked one is recognised for what it is.
const PREFIX: &str = "cwm_";
/// Letters that one address is sent in an hour, whoever asks for them.
pub const MOST_IN_AN_HOUR: i64 = 5;
const HOUR: Duration = Duration::from_secs(60 * 60);

/// What a token is for. It works for nothing else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// Showing that one reads the address. Works for a day.
    Verify,
    /// Choosing a new password. Works for half an hour.
    Reset,
    /// Showing, together with the password, that one reads the address an account was made with. Works for
    /// three days, and is kept so long.
    Confirm,
}

impl Purpose {
    fn name(self) -> &'static str {
        match self {
            Self::Verify => "verify",
            Self::Reset => "reset",
            Self::Confirm => "confirm",
        }
    }

    fn life(self) -> Duration {
        match self {
            Self::Verify => 24 * HOUR,
            Self::Reset => HOUR / 2,
            Self::Confirm => 72 * HOUR,
        }
    }
}

/// A token that is about to be stored.
#[derive(Clone)]
pub(crate) struct NewToken {
    pub(super) id: Uuid,
    pub(super) hash: [u8; 32],
    pub(super) account: AccountId,
    pub(super) purpose: Purpose,
    pub(super) email: String,
    pub(super) now: Time,
}

impl NewToken {
    /// The same for another account.
    pub(crate) fn of(self, account: AccountId) -> Self {
        Self { account, ..self }
    }

    /// Stores it. False, and nothing is stored, where its address has had enough letters for now.
    pub(super) async fn store(&self, tx: &mut Tx<'_>) -> Result<bool> {
        let recently = self.now.before(HOUR).0;
        let sent =
            tx.row(&SENT, &[self.email.as_str().into(), recently.into(), self.id.into()]).await?;
        if sent.get::<i64>(0)? >= MOST_IN_AN_HOUR {
            return Ok(false);
        }
        self.keep(tx).await?;
        Ok(true)
    }

    /// When its address may have another letter, however many it has had.
    pub(super) fn has_room_again(&self) -> Time {
        self.now.after(HOUR)
    }

    /// Stores it, however many letters its address has had.
    pub(super) async fn keep(&self, tx: &mut Tx<'_>) -> Result<()> {
        let recently = self.now.before(HOUR).0;
        tx.exec(&FORGET_OLD, &[self.account.0.into(), recently.into()]).await?;
        let row = [
            self.id.into(),
            (&self.hash).into(),
            self.account.0.into(),
            self.purpose.name().into(),
            self.email.as_str().into(),
            self.now.0.into(),
            self.now.after(self.purpose.life()).0.into(),
        ];
        tx.exec(&STORE, &row).await?;
        Ok(())
    }

    /// Stores it and queues the letter that asks to verify the address.
    ///
    /// # Errors
    /// `rate_limited` where the address has had enough letters, `overloaded` where too many wait.
    pub(crate) async fn send(&self, tx: &mut Tx<'_>, letter: &NewWork) -> Result<()> {
        if !self.store(tx).await? {
            return Err(rate_limited().into());
        }
        letter.queue(tx, &Work::SendVerification).await
    }

    /// The same for a change that goes on without the letter where there are too many.
    pub(crate) async fn send_if_room(&self, tx: &mut Tx<'_>, letter: &NewWork) -> Result<()> {
        if self.store(tx).await? {
            letter.queue_if_room(tx, &Work::SendVerification).await?;
        }
        Ok(())
    }
}

fn rate_limited() -> chinwag_wire::Problem {
    chinwag_wire::Problem::from(Code::RateLimited).retry_after(HOUR.as_secs())
}

/// Uses a token up: whose it is, and the address it was sent to. If the transaction fails it stays good.
///
/// # Errors
/// `link_used` if it is not good, or not for this.
pub(crate) async fn claim(
    tx: &mut Tx<'_>,
    token: &str,
    purpose: Purpose,
    now: Time,
) -> Result<(AccountId, String)> {
    let digest = digest(token);
    let good = [(&digest).into(), purpose.name().into(), now.0.into()];
    let row = tx.maybe(&CLAIM, &good).await?.ok_or(Code::LinkUsed)?;
    Ok((AccountId(row.get(0)?), row.get(1)?))
}

/// Whether a token is good, without using it up.
pub(crate) async fn is_good(
    tx: &mut Tx<'_>,
    token: &str,
    purpose: Purpose,
    now: Time,
) -> Result<bool> {
    let digest = digest(token);
    let good = [(&digest).into(), purpose.name().into(), now.0.into()];
    Ok(tx.maybe(&LOOK, &good).await?.is_some())
}

/// Forgets all tokens that an account has for this.
pub(crate) async fn forget(tx: &mut Tx<'_>, account: AccountId, purpose: Purpose) -> Result<()> {
    tx.exec(&FORGET, &[account.0.into(), purpose.name().into()]).await?;
    Ok(())
}

pub(super) fn digest(token: &str) -> [u8; 32] {
    Sha256::digest(token).into()
}

impl Chat {
    /// A token that shows that one reads an address, and the letter it is sent in.
    pub(crate) fn new_verification(&self, account: AccountId, email: &str) -> (NewToken, NewWork) {
        let letter = self.new_work().of(account);
        (self.new_token(letter.id, account, Purpose::Verify, email.to_owned()), letter)
    }

    /// A token with this id, which is that of the job that sends it.
    pub(super) fn new_token(
        &self,
        id: Uuid,
        account: AccountId,
        purpose: Purpose,
        email: String,
    ) -> NewToken {
        let hash = digest(&self.token(id, purpose));
        NewToken { id, hash, account, purpose, email, now: self.clock.now() }
    }

    /// The token with this id, as it stands in the letter.
    pub(super) fn token(&self, id: Uuid, purpose: Purpose) -> String {
        let key = &self.options.secrets.mail;
        if purpose == Purpose::Confirm {
            let secret = hmac_sha256(key, &[b"code", id.as_bytes()]);
            let random = *secret.first_chunk().expect("a digest has 32 bytes");
            return uuid::Builder::from_random_bytes(random).into_uuid().to_string();
        }
        let secret = hmac_sha256(key, &[id.as_bytes()]);
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(secret))
    }
}
