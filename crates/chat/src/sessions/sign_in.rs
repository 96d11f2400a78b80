//! Signs in with a name and a password. Whether there is such an account shows neither in the
//! answer nor in the work done for it.

use super::{
    DEVICE_CHARACTERS, NewSession, Opened,
    history::Attempt,
    known_device::DeviceId,
    password::Verdict,
    password_rules,
    sign_in_name::SignInName,
    throttle::{self, Guess},
};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    accounts::{OWN_COLUMNS, own_account, own_columns},
    audit::Entry,
    error::Result,
    operation::{Change, Outcome, Query},
    pressure::Class,
    random, text,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Code, Credentials, Problem, SignIn, Time};

chinwag_sql::statements! {
    /// What a username signs in to.
    BY_USERNAME = "SELECT id, password_hash FROM accounts WHERE username_key = ?1";
    /// What an email address signs in to.
    BY_EMAIL = "SELECT id, password_hash FROM accounts WHERE email_key = ?1";
    /// The account, locked, so that no password change comes between.
    LOCK = concat!("SELECT ", own_columns!(), ", a.password_hash, a.suspended_at FROM accounts a WHERE a.id = ?1 FOR NO KEY UPDATE");
    /// Replaces a hash by a better one of the same password.
    UPGRADE = "UPDATE accounts SET password_hash = ?2 WHERE id = ?1";
}

struct Find(SignInName);

/// An account somebody tries to sign in to.
#[derive(Clone)]
struct Candidate {
    id: AccountId,
    password_hash: Option<String>,
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

/// The password was right.
struct Succeeded {
    account: AccountId,
    from: Origin,
    verified: Option<String>,
    upgrade: Option<String>,
    throttle_key: String,
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
        throttle::succeeded(tx, &self.throttle_key).await?;
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
    address_key: String,
    address: String,
    device: Option<String>,
    at: Time,
}

impl Change for Failed {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        throttle::failed(tx, &self.address_key, self.at).await?;
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
    /// Signs in: opens a session.
    ///
    /// At most ten guesses at a name are verified in 15 minutes, whoever makes them; an earlier
    /// `known_device` of the account has ten of its own.
    ///
    /// # Errors
    /// `credentials_wrong`, `account_suspended` with the right password only, `too_many_attempts`,
    /// `rate_limited`, `overloaded`, `invalid`.
    pub async fn sign_in(&self, from: &Origin, body: SignIn) -> Result<Credentials, Problem> {
        self.limits.check(Bucket::SignIn, LimitKey::Address(from.address))?;
        self.pressure.admit(Class::SignIn)?;
        check(&body)?;
        let name = SignInName::read(&body.name)?;
        let key_of_name = self.tokens.throttle_key(&name);
        let found = self.query(Find(name)).await?;
        let known = self.known(found.as_ref(), body.known_device.as_deref());
        let throttle_key = known
            .map_or(key_of_name, |device| format!("device:{}", URL_SAFE_NO_PAD.encode(device)));

        let seat = self.hasher.seat()?;
        let address_key = throttle::address_key(from.address);
        let counted = Some(address_key.clone()).filter(|_| self.options.limits.enabled);
        self.change(Guess {
            key: throttle_key.clone(),
            address_key: counted,
            now: self.clock.now(),
        })
        .await?;
        let verified = found.as_ref().and_then(|found| found.password_hash.clone());
        let verdict = seat.verify(body.password, verified.clone()).await?;

        let session = self.new_session(from, body.device);
        let (at, from) = (self.clock.message_instant(), *from);
        let (Some(found), Verdict::Right { upgrade }) = (&found, verdict) else {
            let account = found.map(|found| found.id);
            let NewSession { address, device, .. } = session;
            self.change(Failed { account, from, address_key, address, device, at }).await?;
            return Err(Code::CredentialsWrong.into());
        };
        let entered = self
            .change(Succeeded {
                account: found.id,
                from,
                verified,
                upgrade,
                throttle_key,
                session,
                at,
            })
            .await?;
        let Entered::In(opened) = entered else { return Err(Code::AccountSuspended.into()) };
        let known_device = self.tokens.known_device(found.id, known.unwrap_or_else(random::bytes));
        Ok(Credentials { known_device: Some(known_device), ..self.credentials(opened)? })
    }

    /// The device, if it is known to the account.
    fn known(&self, found: Option<&Candidate>, token: Option<&str>) -> Option<DeviceId> {
        self.tokens.read_known_device(found?.id, token?)
    }
}

fn check(body: &SignIn) -> Result<(), Problem> {
    password_rules::may_be("password", &body.password)?;
    body.device.as_deref().map_or(Ok(()), |device| text::line("device", device, DEVICE_CHARACTERS))
}
