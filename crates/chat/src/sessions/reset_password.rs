//! Replaces a forgotten password with the token of a letter. Every session ends with the old one.

use super::{PasswordRule, end::end_others, throttle};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    audit::Entry,
    error::Result,
    mail::{self, Purpose},
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, Code, Problem, ResetPassword, Time};

chinwag_sql::statements! {
    /// The account, held, if the address is its own still.
    HOLD = "SELECT id FROM accounts WHERE id = ?1 AND email = ?2 AND email_verified_at IS NOT NULL FOR NO KEY UPDATE";
    /// Stores the new password.
    STORE = "UPDATE accounts SET password_hash = ?2 WHERE id = ?1";
}

struct Look {
    token: String,
    now: Time,
}

impl Query for Look {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        mail::is_good(tx, &self.token, Purpose::Reset, self.now).await
    }
}

struct Reset {
    token: String,
    from: Origin,
    hash: String,
    now: Time,
}

impl Change for Reset {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let (account, email) = mail::claim(tx, &self.token, Purpose::Reset, self.now).await?;
        let held = tx.maybe(&HOLD, &[account.0.into(), email.as_str().into()]).await?;
        held.ok_or(Code::LinkUsed)?;
        tx.exec(&STORE, &[account.0.into(), self.hash.as_str().into()]).await?;
        mail::forget(tx, account, Purpose::Reset).await?;
        throttle::succeeded(tx, &throttle::account_key(account)).await?;
        let notices = end_others(tx, account, None, self.now).await?;
        let entry = Entry::new(AuditAct::ResetPassword, self.now).from(&self.from);
        entry.about(account).record(tx).await?;
        Ok(Outcome::telling((), notices))
    }
}

impl Chat {
    /// Stores a new password for whoever has the token of a letter; every session ends, and every other
    /// such token with it. A refused password does not use the token up.
    ///
    /// # Errors
    /// `link_used` for a token that is not good any more or never was, `invalid`, `rate_limited`,
    /// `overloaded`.
    #[crate::boxed]
    pub async fn reset_password(&self, from: &Origin, body: ResetPassword) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        if let Some(refused) = PasswordRule::Native.refusal("password", &body.password) {
            return Err(Problem::field(refused.field, refused.message));
        }
        let now = self.clock.now();
        // Looked at first: whoever guesses tokens has no password hashed.
        if !self.query(Look { token: body.token.clone(), now }).await? {
            return Err(Code::LinkUsed.into());
        }
        let hash = self.hasher.seat()?.hash(body.password).await?;
        self.change(Reset { token: body.token, from: *from, hash, now }).await
    }
}
