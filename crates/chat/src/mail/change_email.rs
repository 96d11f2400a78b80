//! Asks for another email address. The one there is stays until the new one is verified.

use super::{NewToken, NewWork};
use crate::{
    Actor, Bucket, Chat, LimitKey, Origin,
    accounts::email,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    sessions::{Proof, password_rules, throttle},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, ChangeEmail, Code, Problem};

chinwag_sql::statements! {
    /// What is stored of the password, held.
    HOLD = "SELECT password_hash FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// The address that is to be.
    PEND = "UPDATE accounts SET pending_email = ?2 WHERE id = ?1";
}

struct Pend {
    account: AccountId,
    /// What was stored of the password that was right.
    verified: Option<String>,
    email: String,
    token: NewToken,
    letter: NewWork,
}

impl Change for Pend {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let row = tx.maybe(&HOLD, &[self.account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
        if row.get::<Option<String>>(0)? != self.verified {
            return Err(Code::CredentialsWrong.into());
        }
        throttle::succeeded(tx, &throttle::account_key(self.account)).await?;
        tx.exec(&PEND, &[self.account.0.into(), self.email.as_str().into()]).await?;
        self.token.send(tx, &self.letter).await?;
        Ok(Outcome::quiet(()).with_jobs())
    }
}

/// A try with a wrong password.
struct Refused(Entry);

impl Change for Refused {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        self.0.record(tx).await?;
        Ok(Outcome::quiet(()))
    }
}

impl Chat {
    /// Sends a letter to the new address; it is one's own once the link in it was opened. Whether it is
    /// somebody else's does not show before that. For whoever knows the password.
    ///
    /// # Errors
    /// `credentials_wrong`, `invalid`, `too_many_attempts`, `rate_limited`, `overloaded`.
    #[crate::boxed]
    pub async fn change_email(
        &self,
        actor: &Actor,
        from: &Origin,
        body: ChangeEmail,
    ) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        self.limits.check(Bucket::Mail, LimitKey::Address(from.address))?;
        password_rules::may_be("current_password", &body.current_password)?;
        let email = email(&body.email)?;
        let Proof { verified, right } = self.prove_again(actor, body.current_password).await?;
        if !right {
            let entry = Entry::own(AuditAct::ChangeEmail, actor, from, self.clock.now());
            self.change(Refused(entry.refused())).await?;
            return Err(Code::CredentialsWrong.into());
        }
        let account = actor.account;
        let (token, letter) = self.new_verification(account, &email);
        self.change(Pend { account, verified, email, token, letter }).await
    }
}
