//! Changes one's own password; every other session ends with the old one.

use super::{
    PasswordRule,
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
use chinwag_wire::{AuditAct, ChangePassword, Code, Problem, SessionId, Time};

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
    keep: Option<SessionId>,
    throttle_key: String,
    now: Time,
}

/// A change of one's own password.
#[derive(Clone)]
pub struct PasswordChange {
    /// The password as it is, where the surface asks for it.
    pub old: Option<String>,
    /// The password as it shall be.
    pub new: String,
    /// What it must be like.
    pub rule: PasswordRule,
    /// Whether the session that asks goes on.
    pub keep_own: bool,
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
        let notices = end_others(tx, account, self.keep, self.now).await?;
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
    #[crate::boxed]
    pub async fn change_password(
        &self,
        actor: &Actor,
        from: &Origin,
        body: ChangePassword,
    ) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        if let Some(refused) = PasswordRule::Native.refusal("new_password", &body.new_password) {
            return Err(Problem::field(refused.field, refused.message));
        }
        password_rules::may_be("current_password", &body.current_password)?;
        let (old, new) = (Some(body.current_password), body.new_password);
        let change = PasswordChange { old, new, rule: PasswordRule::Native, keep_own: true };
        self.replace_password(actor, from, change).await
    }

    /// Changes the password as a surface asks for it. Whether the old one is right is said before what is wrong
    /// with the new one. Every other session ends, and one's own unless it is kept.
    ///
    /// # Errors
    /// `credentials_wrong`, `invalid` with the field `new_password`, `too_many_attempts`, `overloaded`.
    #[crate::boxed]
    pub async fn replace_password(
        &self,
        actor: &Actor,
        from: &Origin,
        change: PasswordChange,
    ) -> Result<(), Problem> {
        if let Some(refused) = change.rule.refusal("new_password", &change.new) {
            if let Some(old) = change.old
                && !self.prove_again(actor, old).await?.right
            {
                return Err(Code::CredentialsWrong.into());
            }
            return Err(Problem::field(refused.field, refused.message));
        }
        let verified = self.query(Read(actor.account)).await?;
        let seat = self.hasher.seat()?;
        let throttle_key = throttle::account_key(actor.account);
        let hash = match change.old {
            None => Some(seat.hash(change.new).await?),
            Some(old) => {
                let (key, now) = (throttle_key.clone(), self.clock.now());
                self.change(Guess { key, address_key: None, now }).await?;
                seat.replace(old, verified.clone(), change.new).await?
            }
        };
        let keep = Some(actor.session).filter(|_| change.keep_own);
        let (actor, from, now) = (*actor, *from, self.clock.now());
        match self.change(Replace { actor, from, verified, hash, keep, throttle_key, now }).await? {
            true => Ok(()),
            false => Err(Code::CredentialsWrong.into()),
        }
    }
}
