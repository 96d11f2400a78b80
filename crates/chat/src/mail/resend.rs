//! Sends the letter that verifies one's address once more.

use super::{NewToken, NewWork};
use crate::{
    Actor, Bucket, Chat, LimitKey, Origin,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem};

chinwag_sql::statements! {
    /// The address that one has yet to verify: the one to come, or the one that is.
    UNVERIFIED = "SELECT COALESCE(pending_email, CASE WHEN email_verified_at IS NULL THEN email END) FROM accounts WHERE id = ?1";
}

struct Unverified(AccountId);

impl Query for Unverified {
    type Answer = Option<String>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        Ok(tx.maybe(&UNVERIFIED, &[self.0.0.into()]).await?.ok_or(Code::AccountNotFound)?.get(0)?)
    }
}

struct Send(NewToken, NewWork);

impl Change for Send {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        self.0.send(tx, &self.1).await?;
        Ok(Outcome::quiet(()).with_jobs())
    }
}

impl Chat {
    /// Sends the letter again. Where there is nothing to verify, nothing is sent, and that is no error.
    ///
    /// # Errors
    /// `rate_limited`, `overloaded`.
    #[crate::boxed]
    pub async fn resend_verification(&self, actor: &Actor, from: &Origin) -> Result<(), Problem> {
        self.limits.check(Bucket::Mail, LimitKey::Address(from.address))?;
        let Some(email) = self.query(Unverified(actor.account)).await? else { return Ok(()) };
        let (token, letter) = self.new_verification(actor.account, &email);
        self.change(Send(token, letter)).await
    }
}
