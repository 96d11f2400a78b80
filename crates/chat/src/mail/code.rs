//! The code that confirms the address an account was made with: a UUID in a letter, which has to come back
//! together with the password. A new one ends the one before.

use super::{
    NewToken, NewWork, Purpose, Work,
    letter::{Draft, Postman},
    work::{Composed, Composition, written},
};
use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, Time};
use minijinja::Value;
use uuid::Uuid;

chinwag_sql::statements! {
    /// To whom a code goes, if it is good still.
    READ = "SELECT t.email, a.display_name FROM email_tokens t JOIN accounts a ON a.id = t.account_id \
            WHERE t.id = ?1 AND t.purpose = 'confirm' AND t.expires_at > ?2 AND a.email_verified_at IS NULL";
    /// The address of an account, where nobody has shown that they read it.
    UNCONFIRMED = "SELECT email FROM accounts WHERE id = ?1 AND email_verified_at IS NULL AND deleted_at IS NULL";
    /// Ends the codes that an account has.
    END = "UPDATE email_tokens SET expires_at = ?2 WHERE account_id = ?1 AND purpose = 'confirm' AND expires_at > ?2";
}

/// A code that is about to be stored, and the letter it is sent in.
pub(crate) struct NewCode(NewToken, NewWork);

impl NewCode {
    /// The id it has.
    pub(crate) fn id(&self) -> Uuid {
        self.0.id
    }

    /// Stores it for this account and queues its letter. False, and nothing is stored, where its address has
    /// had enough letters for now.
    ///
    /// # Errors
    /// `overloaded` where too many wait.
    pub(crate) async fn send(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
        if !self.0.clone().of(account).store(tx).await? {
            return Ok(false);
        }
        self.1.of(account).queue(tx, &Work::ConfirmRegistration).await?;
        Ok(true)
    }

    /// The same for a new account, which is made with its letter or not at all: where its address has had enough
    /// letters for now, this one waits.
    ///
    /// # Errors
    /// `overloaded` where too many wait.
    pub(crate) async fn send_or_wait(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
        if !self.send(tx, account).await? {
            self.0.clone().of(account).keep(tx).await?;
            let late = self.1.of(account).not_before(self.0.has_room_again());
            late.queue(tx, &Work::ConfirmRegistration).await?;
        }
        Ok(())
    }
}

struct Unconfirmed(AccountId);

impl Query for Unconfirmed {
    type Answer = Option<String>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>> {
        let row = tx.maybe(&UNCONFIRMED, &[self.0.0.into()]).await?;
        Ok(row.map(|row| row.get::<Option<String>>(0)).transpose()?.flatten())
    }
}

struct SendAgain {
    account: AccountId,
    code: NewCode,
    now: Time,
}

impl Change for SendAgain {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        tx.exec(&END, &[self.account.0.into(), self.now.0.into()]).await?;
        match self.code.send(tx, self.account).await? {
            true => Ok(Outcome::quiet(()).with_jobs()),
            // The one before stays good.
            false => Err(Code::RateLimited.into()),
        }
    }
}

struct Read(Uuid, Time);

impl Query for Read {
    type Answer = Option<(String, String)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<(String, String)>> {
        let row = tx.maybe(&READ, &[self.0.into(), self.1.0.into()]).await?;
        row.map(|row| Ok((row.get(0)?, row.get(1)?))).transpose()
    }
}

impl Chat {
    /// A code for an account that has this address.
    pub(crate) fn new_code(&self, email: &str) -> NewCode {
        let (letter, nobody_yet) = (self.new_work(), AccountId(Uuid::nil()));
        NewCode(self.new_token(letter.id, nobody_yet, Purpose::Confirm, email.to_owned()), letter)
    }

    /// Sends an account a new code, which ends the one before. Where its address has been confirmed already,
    /// or it has none, nothing is sent, and that is no error.
    ///
    /// # Errors
    /// `rate_limited` where the address has had enough letters, `overloaded`.
    #[crate::boxed]
    pub async fn send_code(&self, account: AccountId) -> Result<(), Problem> {
        let Some(email) = self.query(Unconfirmed(account)).await? else { return Ok(()) };
        let (code, now) = (self.new_code(&email), self.clock.now());
        self.change(SendAgain { account, code, now }).await
    }

    /// The code of this id.
    pub(crate) fn code(&self, id: Uuid) -> String {
        self.token(id, Purpose::Confirm)
    }

    /// The letter with the code of this id, unless a newer one ended it.
    pub(super) async fn compose_code(&self, postman: &Postman, id: Uuid) -> Composed {
        let Some((to, name)) = self.query(Read(id, self.clock.now())).await? else {
            return Ok(Composition::Nothing);
        };
        let link = format!("{}{}", postman.confirmation.url, self.code(id));
        let subject = Value::from(postman.confirmation.subject.as_str());
        let about = vec![("name", Value::from(name)), ("subject", subject)];
        let (template, link) = ("confirmation", Some(link));
        written(self.letter(postman, Draft { id, to, template, link, unsubscribe: None, about }))
    }
}
