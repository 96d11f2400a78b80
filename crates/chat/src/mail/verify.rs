//! Takes the token of a letter: whoever has it reads the address it was sent to.

use super::{NewWork, Purpose, Work, claim, forget};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    audit::Entry,
    error::{Failure, Result},
    operation::{Change, Outcome},
};
use chinwag_sql::{Error, Tx};
use chinwag_wire::{AccountId, AuditAct, Code, Problem, Time, VerifyEmail};

chinwag_sql::statements! {
    /// The addresses of an account, held.
    HOLD = "SELECT email, pending_email, email_verified_at, username FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// The address it has is verified.
    VERIFIED = "UPDATE accounts SET email_verified_at = ?2 WHERE id = ?1 AND email_verified_at IS NULL";
    /// Whoever named the address without verifying it has none.
    YIELD = "UPDATE accounts SET email = NULL, email_key = NULL WHERE email_key = ?1 AND email_verified_at IS NULL AND id <> ?2";
    /// The address that was to be is the one that is.
    REPLACE = "UPDATE accounts SET email = ?2, email_key = ?2, email_verified_at = ?3, pending_email = NULL WHERE id = ?1";
}

struct Verify {
    token: String,
    from: Origin,
    now: Time,
    /// For the letter to the address that was replaced.
    told: NewWork,
}

/// The addresses of an account.
struct Addresses {
    email: Option<String>,
    pending: Option<String>,
    verified: bool,
    username: String,
}

impl Change for Verify {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let (account, email) = claim(tx, &self.token, Purpose::Verify, self.now).await?;
        let row = tx.maybe(&HOLD, &[account.0.into()]).await?.ok_or(Code::LinkUsed)?;
        let had = Addresses {
            email: row.get(0)?,
            pending: row.get(1)?,
            verified: row.get::<Option<i64>>(2)?.is_some(),
            username: row.get(3)?,
        };
        if had.email.as_ref() == Some(&email) {
            tx.exec(&VERIFIED, &[account.0.into(), self.now.0.into()]).await?;
            return Ok(Outcome::quiet(()));
        }
        if had.pending.as_ref() != Some(&email) {
            return Err(Code::LinkUsed.into());
        }
        self.replace(tx, account, &email, had).await?;
        Ok(Outcome::quiet(()).with_jobs())
    }
}

impl Verify {
    async fn replace(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        email: &str,
        had: Addresses,
    ) -> Result<()> {
        tx.exec(&YIELD, &[email.into(), account.0.into()]).await?;
        match tx.exec(&REPLACE, &[account.0.into(), email.into(), self.now.0.into()]).await {
            Ok(_) => {}
            Err(Error::Unique { .. }) => return Err(Code::EmailTaken.into()),
            Err(error) => return Err(Failure::Storage(error)),
        }
        // A link that was sent to the old address opens nothing any more.
        forget(tx, account, Purpose::Reset).await?;
        forget(tx, account, Purpose::Verify).await?;
        if let Some(to) = had.email.filter(|_| had.verified) {
            let work = Work::SendEmailChanged { to, username: had.username };
            self.told.of(account).queue_if_room(tx, &work).await?;
        }
        let entry = Entry::new(AuditAct::ChangeEmail, self.now).from(&self.from);
        entry.about(account).record(tx).await
    }
}

impl Chat {
    /// Verifies an address with the token that was sent to it, and makes it the account's where it was
    /// to replace another. An address that somebody else named without verifying it is taken from them.
    ///
    /// # Errors
    /// `link_used` for a token that is not good any more or never was, `email_taken` where somebody else
    /// has verified the address, `rate_limited`.
    #[crate::boxed]
    pub async fn verify_email(&self, from: &Origin, body: VerifyEmail) -> Result<(), Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        let (now, told) = (self.clock.now(), self.new_work());
        self.change(Verify { token: body.token, from: *from, now, told }).await
    }
}
