//! Changes one's own password; every other session ends with the old one.

use super::{
    end::end_others,
    password_rules,
    prove_again::Read,
    throttle::{self, Guess},
};
use crate::{
    Actor, Bucket, Chat, LimitKey, Origin,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, ChangePassword, Code, Problem, Time};

chinwag_sql::statements! {
    /// What is stored of the password, locked.
    LOCK = "SELECT password_hash FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// Stores the new one.
    STORE = "UPDATE accounts SET password_hash = ?2 WHERE id = ?1";
}

struct Replace {
    actor: Actor,
    from: Origin,
    verified: Option<String>,
    /// What is stored of the new one; absent where the current one was wrong.
    hash: Option<String>,
    throttle_key: String,
    now: Time,
}

impl Change for Replace {
    /// Whether it was replaced: a refusal is written down too.
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<bool>> {
        let account = self.actor.account;
        let entry = Entry::own(AuditAct::ChangePassword, &self.actor, &self.from, self.now);
        let row = tx.maybe(&LOCK, &[account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        let unchanged = row.get::<Option<String>>(0)? == self.verified;
        let Some(hash) = self.hash.as_ref().filter(|_| unchanged) else {
            entry.refused().record(tx).await?;
            return Ok(Outcome::quiet(false));
        };
        tx.exec(&STORE, &[account.0.into(), hash.into()]).await?;
        throttle::succeeded(tx, &self.throttle_key).await?;
        let notices = end_others(tx, account, Some(self.actor.session), self.now).await?;
        entry.record(tx).await?;
        Ok(Outcome::telling(true, notices))
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
        password_rules::may_be("current_password", &body.current_password)?;
        let verified = self.query(Read(actor.account)).await?;
        let seat = self.hasher.seat()?;
        let throttle_key = throttle::account_key(actor.account);
        self.change(Guess { key: throttle_key.clone(), address_key: None, now: self.clock.now() })
            .await?;
        let hash = seat.replace(body.current_password, verified.clone(), body.new_password).await?;
        let (actor, from, now) = (*actor, *from, self.clock.now());
        match self.change(Replace { actor, from, verified, hash, throttle_key, now }).await? {
            true => Ok(()),
            false => Err(Code::CredentialsWrong.into()),
        }
    }
}
