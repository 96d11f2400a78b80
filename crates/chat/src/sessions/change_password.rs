//! Changes one's own password; every other session ends with the old one.

use super::{
    end::end_others,
    password_rules,
    throttle::{self, Guess},
};
use crate::{
    Actor, Bucket, Chat, LimitKey, Origin,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ChangePassword, Code, Problem, Time};

chinwag_sql::statements! {
    /// What is stored of the password.
    READ = "SELECT password_hash FROM accounts WHERE id = ?1";
    /// The same, locked.
    LOCK = "SELECT password_hash FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// Stores the new one.
    STORE = "UPDATE accounts SET password_hash = ?2 WHERE id = ?1";
}

struct Read(AccountId);

impl Query for Read {
    type Answer = Option<String>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        let row = tx.maybe(&READ, &[self.0.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        Ok(row.get(0)?)
    }
}

struct Replace {
    actor: Actor,
    verified: Option<String>,
    hash: String,
    throttle_key: String,
    now: Time,
}

impl Change for Replace {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let account = self.actor.account;
        let row = tx.maybe(&LOCK, &[account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        if row.get::<Option<String>>(0)? != self.verified {
            return Err(Code::CredentialsWrong.into());
        }
        tx.exec(&STORE, &[account.0.into(), self.hash.as_str().into()]).await?;
        throttle::succeeded(tx, &self.throttle_key).await?;
        let notices = end_others(tx, account, Some(self.actor.session), self.now).await?;
        Ok(Outcome::telling((), notices))
    }
}

impl Chat {
    /// Changes the password, for whoever knows the current one. Every other session ends; this one
    /// stays. Guesses are bounded as at sign-in, by a count of their own.
    ///
    /// # Errors
    /// `credentials_wrong`, `invalid`, `too_many_attempts`, `rate_limited`, `overloaded`.
    pub async fn change_password(
        &self,
        actor: &Actor,
        from: &Origin,
        body: ChangePassword,
    ) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        if let Some(refused) = password_rules::refusal("new_password", &body.new_password) {
            return Err(Problem::field(refused.field, refused.message));
        }
        if body.current_password.len() > password_rules::MOST_BYTES {
            return Err(Problem::field("current_password", "must be at most 1,024 bytes"));
        }
        let verified = self.query(Read(actor.account)).await?;
        let seat = self.hasher.seat()?;
        let throttle_key = format!("account:{}", actor.account);
        self.change(Guess { key: throttle_key.clone(), address_key: None, now: self.clock.now() })
            .await?;
        let replaced =
            seat.replace(body.current_password, verified.clone(), body.new_password).await?;
        let hash = replaced.ok_or(Code::CredentialsWrong)?;
        self.change(Replace { actor: *actor, verified, hash, throttle_key, now: self.clock.now() })
            .await
    }
}
