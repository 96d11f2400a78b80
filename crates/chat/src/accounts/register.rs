//! Registers on the native surfaces: makes an account and signs it in. It tells nobody whose an email address
//! is: see docs/decisions/registering-tells-nobody.md.

use super::{
    NameRule,
    enrol::Verification,
    make::{Address, Making},
    new_account::{Enrolment, Handle, NewAccount, line},
    owner_link,
};
use crate::{
    Chat, Origin,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
    profiles::bounds::NAME,
    random,
    sessions::{DEVICE_CHARACTERS, NewSession, Opened, PasswordRule},
};
use chinwag_sql::Tx;
use chinwag_wire::{AuditAct, Credentials, InstanceRole, Problem, Register};

struct Registering {
    from: Origin,
    making: Making,
    owner_link: Option<String>,
    session: NewSession,
    /// Where an address was given, the letter that asks to verify it.
    verification: Option<Verification>,
}

impl Change for Registering {
    type Answer = Opened;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Opened>> {
        let role = match &self.owner_link {
            None => InstanceRole::Member,
            Some(secret) => {
                owner_link::claim(tx, secret).await?;
                InstanceRole::Owner
            }
        };
        let account = self.making.make(tx, role).await?;
        let id = account.id;
        let opened = self.session.open(tx, account).await?;
        if let Some(verification) = &self.verification {
            verification.ask(tx, id).await?;
        }
        let entry = Entry::new(AuditAct::Register, self.making.now).by(id, opened.answer.session());
        entry.about(id).from(&self.from).record(tx).await?;
        let outcome = Outcome { jobs: self.verification.is_some(), ..opened };
        Ok(outcome.announcing(&self.making.announcement))
    }
}

impl Chat {
    /// Makes an account and opens its first session. With the secret of the owner link it becomes
    /// the owner of the server. Nothing tells whether an email address is known: it is the account's once
    /// the letter to it was answered. Who has it already learns of it by that letter.
    ///
    /// # Errors
    /// Those of [`Chat::enrol`] but for `email_taken`; `link_used`.
    #[crate::boxed]
    pub async fn register(&self, from: &Origin, body: Register) -> Result<Credentials, Problem> {
        self.admit_registration(from, body.owner_link.is_some())?;
        let refused = line("device", body.device.as_deref(), DEVICE_CHARACTERS);
        let enrolment = Enrolment {
            handle: body
                .username
                .map_or(Handle::Derived, |name| Handle::Named(name, NameRule::Native)),
            email: body.email,
            display_name: body.display_name,
            first_name: None,
            last_name: None,
            public_key: None,
            password: body.password,
            password_rule: PasswordRule::Native,
            extra: None,
            verify: true,
        };
        let account = NewAccount::read(&enrolment, NAME, refused)?;
        let verification = self.verification(&enrolment, &account);
        let making = self.making(account, Address::Named, enrolment.password).await?;
        let (session, owner_link) = (self.new_session(from, body.device), body.owner_link);
        let registering = Registering { from: *from, making, owner_link, session, verification };
        let opened = self.change(registering).await?;
        let known_device = self.tokens.known_device(opened.account(), random::bytes());
        Ok(Credentials { known_device: Some(known_device), ..self.credentials(opened)? })
    }
}
