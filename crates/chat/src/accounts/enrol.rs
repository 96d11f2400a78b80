//! Makes an account without opening a session, for the surfaces on which signing up and signing in
//! are two steps.

use super::{
    make::{Address, Making},
    new_account::{DISPLAY_NAME, Enrolment, NewAccount},
};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    announcements::{Announcement, NewAnnouncement},
    audit::Entry,
    error::Result,
    mail::{NewCode, NewToken, NewWork},
    operation::{Change, Outcome},
    pressure::Class,
    random,
    sessions::{NewSession, Opened, SessionKind, SignedIn},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, Code, InstanceRole, OwnAccount, Problem};

struct Enrolling {
    making: Making,
    from: Origin,
    verification: Option<Verification>,
}

impl Enrolling {
    async fn make(&self, tx: &mut Tx<'_>) -> Result<OwnAccount> {
        let account = self.making.make(tx, InstanceRole::Member).await?;
        if let Some(verification) = &self.verification {
            verification.ask(tx, account.id).await?;
        }
        let entry = Entry::new(AuditAct::Register, self.making.now).about(account.id);
        entry.from(&self.from).record(tx).await?;
        Ok(account)
    }

    /// Whether a letter was queued.
    fn writes(&self) -> bool {
        self.verification.is_some()
    }
}

impl Change for Enrolling {
    type Answer = OwnAccount;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<OwnAccount>> {
        let account = self.make(tx).await?;
        let outcome = Outcome { jobs: self.writes(), ..Outcome::quiet(account) };
        Ok(outcome.announcing(&self.making.announcement))
    }
}

/// Makes an account and opens its first session: both, or neither.
struct Entering {
    enrolling: Enrolling,
    session: NewSession,
}

impl Change for Entering {
    type Answer = Opened;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Opened>> {
        let account = self.enrolling.make(tx).await?;
        let opened = self.session.open_recorded(tx, account, &self.enrolling.from).await?;
        let outcome = Outcome { jobs: self.enrolling.writes(), ..opened };
        Ok(outcome.announcing(&self.enrolling.making.announcement))
    }
}

/// The letter that asks to verify the address of a new account.
pub(super) enum Verification {
    /// With a link. Where too many letters wait, the account is made without.
    Link(NewToken, NewWork),
    /// With a code, which other systems are told too. The account is made with its letter, or not at all.
    Code(NewCode, NewAnnouncement),
}

impl Verification {
    /// Queues it for the account that was made.
    pub(super) async fn ask(&self, tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
        match self {
            Self::Link(token, letter) => {
                token.clone().of(account).send_if_room(tx, &letter.of(account)).await
            }
            Self::Code(code, announcement) => {
                code.send_or_wait(tx, account).await?;
                let created = Announcement::CodeCreated { account, code: code.id() };
                announcement.write(tx, &created).await.map(drop)
            }
        }
    }
}

impl Chat {
    /// Makes an account. A name that was written to before anybody had it becomes this account.
    ///
    /// An email address is the account's from the start, unverified, and a taken one is said to be taken:
    /// the surfaces that call this must. The limit by address is what bounds the curious.
    ///
    /// # Errors
    /// `invalid`, `username_taken`, `email_taken`, `forbidden` while registration is closed,
    /// `rate_limited`, `overloaded`.
    #[crate::boxed]
    pub async fn enrol(&self, from: &Origin, enrolment: Enrolment) -> Result<OwnAccount, Problem> {
        self.admit_registration(from, false)?;
        let account = NewAccount::read(&enrolment, DISPLAY_NAME, Vec::new())?;
        let verification = self.verification(&enrolment, &account);
        self.enrolled(from, account, enrolment.password, verification).await
    }

    /// The same, where the letter to the address holds a code that has to come back with the password
    /// ([`Chat::confirm_email`]). There is no account without its letter.
    ///
    /// # Errors
    /// As [`Chat::enrol`].
    #[crate::boxed]
    pub async fn enrol_with_code(
        &self,
        from: &Origin,
        enrolment: Enrolment,
    ) -> Result<OwnAccount, Problem> {
        self.admit_registration(from, false)?;
        let account = NewAccount::read(&enrolment, DISPLAY_NAME, Vec::new())?;
        let code = account.email.as_deref().map(|email| self.new_code(email));
        let verification = code.map(|code| Verification::Code(code, self.new_announcement()));
        self.enrolled(from, account, enrolment.password, verification).await
    }

    /// The same as [`Chat::enrol`], with a session of this kind opened at once: there is no account without it, so that
    /// whoever hears of a fault can sign up again.
    ///
    /// # Errors
    /// As [`Chat::enrol`].
    #[crate::boxed]
    pub async fn enrol_and_enter(
        &self,
        from: &Origin,
        enrolment: Enrolment,
        kind: &SessionKind,
    ) -> Result<SignedIn, Problem> {
        self.admit_registration(from, false)?;
        let account = NewAccount::read(&enrolment, DISPLAY_NAME, Vec::new())?;
        let verification = self.verification(&enrolment, &account);
        let making = self.making(account, Address::Claimed, enrolment.password).await?;
        let enrolling = Enrolling { making, from: *from, verification };
        let session = self.session_of(from, kind);
        self.signed_in(self.change(Entering { enrolling, session }).await?)
    }

    async fn enrolled(
        &self,
        from: &Origin,
        account: NewAccount,
        password: String,
        verification: Option<Verification>,
    ) -> Result<OwnAccount, Problem> {
        let making = self.making(account, Address::Claimed, password).await?;
        self.change(Enrolling { making, from: *from, verification }).await
    }

    /// Whether an account may be made now, from here.
    ///
    /// # Errors
    /// `rate_limited`, `overloaded`, `forbidden` while registration is closed, except with the owner link.
    pub(super) fn admit_registration(&self, from: &Origin, with_link: bool) -> Result<(), Problem> {
        self.limits.check(Bucket::Register, LimitKey::Address(from.address))?;
        self.pressure.admit(Class::Register)?;
        if !self.options.registration_open && !with_link {
            return Err(Problem::from(Code::Forbidden)
                .with_detail("Registration is closed on this server."));
        }
        Ok(())
    }

    /// Hashes the password, and draws the rest.
    pub(super) async fn making(
        &self,
        account: NewAccount,
        address: Address,
        password: String,
    ) -> Result<Making, Problem> {
        let password_hash = self.hasher.seat()?.hash(password).await?;
        let (now, announcement) = (self.clock.now(), self.new_announcement());
        let id = AccountId(random::id(now));
        Ok(Making { id, account, address, password_hash, announcement, now })
    }

    /// The letter, where one is to be sent.
    pub(super) fn verification(
        &self,
        enrolment: &Enrolment,
        account: &NewAccount,
    ) -> Option<Verification> {
        let email = account.email.as_deref().filter(|_| enrolment.verify)?;
        // Whose it is, is known once the account is made.
        let (token, letter) = self.new_verification(AccountId(uuid::Uuid::nil()), email);
        Some(Verification::Link(token, letter))
    }
}
