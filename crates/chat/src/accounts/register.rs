//! Makes an account and signs it in. Whether its names are free is decided by the unique keys of
//! the database, so that of any number who race for a name one has it.

use super::{
    new_account::{NewAccount, Username},
    owner_link,
    row::role_name,
};
use crate::{
    Bucket, Chat, LimitKey, Origin,
    audit::Entry,
    error::{Failure, Result},
    mail::{NewToken, NewWork},
    operation::{Change, Outcome},
    pressure::Class,
    profiles, random,
    sessions::{NewSession, Opened},
};
use chinwag_sql::{Error, Tx};
use chinwag_wire::{
    AccountId, AuditAct, Code, Credentials, InstanceRole, OwnAccount, Problem, Register, Time,
};

chinwag_sql::statements! {
    /// Makes an account if its username is free; a taken email address is an error.
    INSERT = "INSERT INTO accounts (id, username, username_key, email, email_key, display_name, role, password_hash, rev, created_at) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, ?9) ON CONFLICT (username_key) DO NOTHING";
}

struct Registering {
    id: AccountId,
    from: Origin,
    account: NewAccount,
    password_hash: String,
    owner_link: Option<String>,
    session: NewSession,
    /// Where an address was given, the letter that asks to verify it.
    verification: Option<(NewToken, NewWork)>,
    now: Time,
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
        let account = self.make(tx, role).await?;
        let opened = self.session.open(tx, account).await?;
        let entry = Entry::new(AuditAct::Register, self.now).by(self.id, opened.answer.session());
        if let Some((token, letter)) = &self.verification {
            token.send_if_room(tx, letter).await?;
        }
        entry.about(self.id).from(&self.from).record(tx).await?;
        Ok(Outcome { jobs: self.verification.is_some(), ..opened })
    }
}

impl Registering {
    async fn make(&self, tx: &mut Tx<'_>, role: InstanceRole) -> Result<OwnAccount> {
        for username in &self.account.usernames {
            if self.insert(tx, username, role).await? {
                profiles::index(tx, self.id).await?;
                return Ok(self.own(username, role));
            }
        }
        Err(Code::UsernameTaken.into())
    }

    /// Whether the username was free.
    async fn insert(
        &self,
        tx: &mut Tx<'_>,
        username: &Username,
        role: InstanceRole,
    ) -> Result<bool> {
        let own = self.own(username, role);
        let row = [
            own.id.0.into(),
            own.username.as_str().into(),
            username.key.as_str().into(),
            own.email.as_deref().into(),
            own.email.as_deref().into(),
            own.display_name.as_str().into(),
            role_name(role).into(),
            self.password_hash.as_str().into(),
            self.now.0.into(),
        ];
        match tx.exec(&INSERT, &row).await {
            Ok(inserted) => Ok(inserted == 1),
            Err(Error::Unique { .. }) => Err(Code::EmailTaken.into()),
            Err(error) => Err(Failure::Storage(error)),
        }
    }

    fn own(&self, username: &Username, role: InstanceRole) -> OwnAccount {
        OwnAccount {
            id: self.id,
            username: username.shown.clone(),
            display_name: self
                .account
                .display_name
                .clone()
                .unwrap_or_else(|| username.shown.clone()),
            email: self.account.email.clone(),
            email_verified: false,
            pending_email: None,
            role,
            created_at: self.now,
        }
    }
}

impl Chat {
    /// Makes an account and opens its first session. With the secret of the owner link it becomes
    /// the owner of the server.
    ///
    /// A taken email address is said to be taken: without mail there is no other way to tell the
    /// honest, and the limit by address is what bounds the curious.
    ///
    /// # Errors
    /// `invalid`, `username_taken`, `email_taken`, `link_used`, `forbidden` while registration is
    /// closed, `rate_limited`, `overloaded`.
    pub async fn register(&self, from: &Origin, body: Register) -> Result<Credentials, Problem> {
        self.limits.check(Bucket::Register, LimitKey::Address(from.address))?;
        self.pressure.admit(Class::Register)?;
        if !self.options.registration_open && body.owner_link.is_none() {
            return Err(Problem::from(Code::Forbidden)
                .with_detail("Registration is closed on this server."));
        }
        let account = NewAccount::read(&body)?;
        let password_hash = self.hasher.seat()?.hash(body.password).await?;
        let now = self.clock.now();
        let id = AccountId(random::id(now));
        let session = self.new_session(from, body.device);
        let verification = account.email.as_deref().map(|email| self.new_verification(id, email));
        let opened = self
            .change(Registering {
                id,
                from: *from,
                account,
                password_hash,
                owner_link: body.owner_link,
                session,
                verification,
                now,
            })
            .await?;
        let known_device = self.tokens.known_device(id, random::bytes());
        Ok(Credentials { known_device: Some(known_device), ..self.credentials(opened)? })
    }
}
