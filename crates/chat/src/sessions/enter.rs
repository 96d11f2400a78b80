//! What every sign-in with a password does, whichever surface it comes through: the password is held
//! against what is stored, the attempt is written down, and a session opened. Whether there is such an
//! account shows neither in the answer nor in the work done for it.

use super::{
    NewSession, Opened, SignInName, failures, hasher::Seat, history::Attempt, password::Verdict,
    throttle,
};
use crate::{
    Chat, Origin,
    accounts::{OWN_COLUMNS, own_account, own_columns},
    audit::Entry,
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Code, Problem, Time};
use std::time::Duration;

chinwag_sql::statements! {
    /// What a username signs in to.
    BY_USERNAME = "SELECT id, password_hash FROM accounts WHERE username_key = ?1 AND unclaimed_by IS NULL";
    /// What an email address signs in to.
    BY_EMAIL = "SELECT id, password_hash FROM accounts WHERE email_key = ?1";
    /// The account, locked, so that no password change comes between.
    LOCK = concat!("SELECT ", own_columns!(), ", a.password_hash, a.suspended_at FROM accounts a WHERE a.id = ?1 FOR NO KEY UPDATE");
    /// Replaces a hash by a better one of the same password.
    UPGRADE = "UPDATE accounts SET password_hash = ?2 WHERE id = ?1";
}

/// Looks for the account of a name.
pub(super) struct Find(pub(super) SignInName);

/// An account somebody tries to sign in to.
#[derive(Clone)]
pub(super) struct Candidate {
    pub(super) id: AccountId,
    pub(super) password_hash: Option<String>,
}

impl Query for Find {
    type Answer = Option<Candidate>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Candidate>> {
        let statement = match &self.0 {
            SignInName::Username(_) => &BY_USERNAME,
            SignInName::Email(_) => &BY_EMAIL,
        };
        let row = tx.maybe(statement, &[self.0.key().into()]).await?;
        row.map(|row| Ok(Candidate { id: AccountId(row.get(0)?), password_hash: row.get(1)? }))
            .transpose()
    }
}

/// How failures are counted.
pub(super) enum Counter {
    /// By name and by address. The guess was counted before it was verified.
    Native {
        /// Of the name, or of the device that is known.
        key: String,
        /// Of the address.
        address_key: String,
    },
    /// By both together, as a surface asks.
    Surface {
        /// Of the two.
        key: failures::Key,
        /// For how long.
        window: Duration,
    },
}

impl Counter {
    async fn succeeded(&self, tx: &mut Tx<'_>) -> Result<()> {
        match self {
            Self::Native { key, .. } => throttle::succeeded(tx, key).await,
            Self::Surface { .. } => Ok(()),
        }
    }

    async fn failed(&self, tx: &mut Tx<'_>, at: Time) -> Result<()> {
        match self {
            Self::Native { address_key, .. } => throttle::failed(tx, address_key, at).await,
            Self::Surface { key, window } => failures::count(tx, key, *window, at).await,
        }
    }
}

/// The password was right.
struct Succeeded {
    account: AccountId,
    from: Origin,
    verified: Option<String>,
    upgrade: Option<String>,
    counter: Counter,
    session: NewSession,
    at: Time,
}

/// What came of the right password: a refusal is written down too.
enum Entered {
    In(Opened),
    Suspended,
}

impl Change for Succeeded {
    type Answer = Entered;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Entered>> {
        let row = tx.maybe(&LOCK, &[self.account.0.into()]).await?.ok_or(Code::CredentialsWrong)?;
        if row.get::<Option<String>>(OWN_COLUMNS)? != self.verified {
            return Err(Code::CredentialsWrong.into());
        }
        if let Some(hash) = &self.upgrade {
            tx.exec(&UPGRADE, &[self.account.0.into(), hash.into()]).await?;
        }
        self.counter.succeeded(tx).await?;
        let (address, device) = (self.session.address.as_str(), self.session.device.as_deref());
        let succeeded = row.get::<Option<i64>>(OWN_COLUMNS + 1)?.is_none();
        Attempt { account: self.account, at: self.at, succeeded, address, device }
            .record(tx)
            .await?;
        let entry = Entry::new(AuditAct::SignIn, self.at).about(self.account).from(&self.from);
        if !succeeded {
            entry.refused().record(tx).await?;
            return Ok(Outcome::quiet(Entered::Suspended));
        }
        let opened = self.session.open(tx, own_account(&row)?).await?;
        entry.by(self.account, opened.answer.session()).record(tx).await?;
        Ok(Outcome::telling(Entered::In(opened.answer), opened.notices))
    }
}

/// It was not, or there is no such account.
struct Failed {
    account: Option<AccountId>,
    from: Origin,
    counter: Counter,
    address: String,
    device: Option<String>,
    at: Time,
}

impl Change for Failed {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        self.counter.failed(tx, self.at).await?;
        if let Some(account) = self.account {
            let device = self.device.as_deref();
            Attempt { account, at: self.at, succeeded: false, address: &self.address, device }
                .record(tx)
                .await?;
        }
        // Also where there is no such account: it shall cost the same.
        let entry = Entry::new(AuditAct::SignIn, self.at).from(&self.from).refused();
        let entry = self.account.map_or(entry.clone(), |account| entry.about(account));
        entry.record(tx).await?;
        Ok(Outcome::quiet(()))
    }
}

impl Chat {
    /// Verifies a password; opens the session, or writes down that it failed.
    ///
    /// # Errors
    /// `credentials_wrong`, `account_suspended` with the right password only.
    pub(super) async fn enter(
        &self,
        from: &Origin,
        found: Option<Candidate>,
        seat: Seat,
        password: String,
        counter: Counter,
        session: NewSession,
    ) -> Result<Opened, Problem> {
        let verified = found.as_ref().and_then(|found| found.password_hash.clone());
        let verdict = seat.verify(password, verified.clone()).await?;
        let (at, from) = (self.clock.message_instant(), *from);
        let (Some(found), Verdict::Right { upgrade }) = (&found, verdict) else {
            let account = found.map(|found| found.id);
            let NewSession { address, device, .. } = session;
            self.change(Failed { account, from, counter, address, device, at }).await?;
            return Err(Code::CredentialsWrong.into());
        };
        let account = found.id;
        let succeeded = Succeeded { account, from, verified, upgrade, counter, session, at };
        match self.change(succeeded).await? {
            Entered::In(opened) => Ok(opened),
            Entered::Suspended => Err(Code::AccountSuspended.into()),
        }
    }
}
