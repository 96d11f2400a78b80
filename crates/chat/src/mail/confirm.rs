//! Takes the code of a letter together with the password: whoever has both reads the address that the
//! account was made with. The code is kept until it ends by itself, so that who sends it twice is told so.

use super::{token::digest, verify::VERIFIED};
use crate::{
    Chat, Guesses, Origin, SignInName,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Time};

chinwag_sql::statements! {
    /// Whose a code is, as long as the address it was sent to is theirs.
    WHOSE = "SELECT a.id, a.email_key FROM email_tokens t JOIN accounts a ON a.id = t.account_id AND a.email_key = t.email \
             WHERE t.hash = ?1 AND t.purpose = 'confirm' AND t.expires_at > ?2";
    /// What may have changed of the account meanwhile, held.
    HOLD = "SELECT email_key, password_hash, email_verified_at FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
}

/// What came of a code and a password that are both right.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// The address is confirmed.
    Now,
    /// It was before.
    Before,
}

/// Whose a code is.
#[derive(Clone)]
struct Asked {
    account: AccountId,
    email: String,
}

struct Whose {
    code: String,
    now: Time,
}

impl Query for Whose {
    type Answer = Asked;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Asked> {
        let hash = digest(&self.code);
        let row = tx.maybe(&WHOSE, &[(&hash).into(), self.now.0.into()]).await?;
        let row = row.ok_or(Code::LinkUsed)?;
        Ok(Asked { account: AccountId(row.get(0)?), email: row.get(1)? })
    }
}

struct Confirm {
    asked: Asked,
    /// What was stored of the password that was right.
    verified: Option<String>,
    now: Time,
}

impl Change for Confirm {
    type Answer = Confirmed;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Confirmed>> {
        let Asked { account, email } = &self.asked;
        let row = tx.maybe(&HOLD, &[account.0.into()]).await?.ok_or(Code::LinkUsed)?;
        if row.get::<Option<String>>(0)?.as_ref() != Some(email) {
            return Err(Code::LinkUsed.into());
        }
        if row.get::<Option<String>>(1)? != self.verified {
            return Err(Code::CredentialsWrong.into());
        }
        if row.get::<Option<i64>>(2)?.is_some() {
            return Ok(Outcome::quiet(Confirmed::Before));
        }
        tx.exec(&VERIFIED, &[account.0.into(), self.now.0.into()]).await?;
        Ok(Outcome::quiet(Confirmed::Now))
    }
}

impl Chat {
    /// Confirms the address of an account with the code that was sent to it and the account's password. Wrong
    /// passwords count together with failed sign-ins.
    ///
    /// # Errors
    /// `link_used` for a code that is not good any more or never was, `credentials_wrong`,
    /// `too_many_attempts`, `overloaded`.
    #[crate::boxed]
    pub async fn confirm_email(
        &self,
        from: &Origin,
        code: &str,
        password: String,
        guesses: Guesses,
    ) -> Result<Confirmed, Problem> {
        let asked = self.query(Whose { code: code.to_owned(), now: self.clock.now() }).await?;
        let name = SignInName::email(&asked.email);
        let verified = self.prove_owner(from, asked.account, &name, password, guesses).await?;
        self.change(Confirm { asked, verified, now: self.clock.now() }).await
    }
}
