//! Makes an account inside a transaction. Whether its names are free is decided by the unique keys of
//! the database, so that of any number who race for a name one has it. A name that was written to
//! before anybody had it becomes the account of whoever asks for it.

use super::{
    new_account::{NewAccount, Username},
    row::role_name,
};
use crate::{
    announcements::{Announcement, NewAnnouncement},
    error::{Failure, Result},
    profiles,
};
use chinwag_sql::{Error, Tx, Value};
use chinwag_wire::{AccountId, Code, InstanceRole, OwnAccount, Time};

chinwag_sql::statements! {
    /// Makes an account if its username is free; a taken email address is an error.
    INSERT = "INSERT INTO accounts (id, username, username_key, email, email_key, display_name, role, password_hash, rev, created_at, extra, pending_email) \
              VALUES (?1, ?2, ?3, ?4, ?4, ?5, ?6, ?7, 0, ?8, ?9, ?10) ON CONFLICT (username_key) DO NOTHING";
    /// Makes an unclaimed name an account; what it was written stays its own.
    CLAIM = "UPDATE accounts SET username = ?1, email = ?3, email_key = ?3, display_name = ?4, role = ?5, password_hash = ?6, \
             created_at = ?7, extra = ?8, pending_email = ?9, unclaimed_by = NULL WHERE username_key = ?2 AND unclaimed_by IS NOT NULL RETURNING id";
    /// What it says of itself from the beginning.
    SAY = "INSERT INTO profiles (account_id, first_name, last_name, public_key, updated_at) VALUES (?1, ?2, ?3, ?4, ?5) \
           ON CONFLICT (account_id) DO UPDATE SET first_name = excluded.first_name, last_name = excluded.last_name, \
           public_key = excluded.public_key, updated_at = excluded.updated_at";
}

/// What becomes of the address that an account is made with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Address {
    /// It is the account's at once, unverified; a taken one is an error.
    Claimed,
    /// It is the account's once it is verified. Nothing tells before that whose it is.
    Named,
}

/// An account about to be made. All that is random about it has been drawn, so that the transaction can run again.
pub(super) struct Making {
    /// Its id, unless it claims a name that has one.
    pub(super) id: AccountId,
    pub(super) account: NewAccount,
    pub(super) address: Address,
    pub(super) password_hash: String,
    /// Tells other systems of it.
    pub(super) announcement: NewAnnouncement,
    pub(super) now: Time,
}

impl Making {
    /// Makes it, with this role.
    ///
    /// # Errors
    /// `username_taken`, `email_taken`.
    pub(super) async fn make(&self, tx: &mut Tx<'_>, role: InstanceRole) -> Result<OwnAccount> {
        for username in &self.account.usernames {
            if let Some(id) = self.take(tx, username, role).await? {
                self.say(tx, id).await?;
                profiles::index(tx, id).await?;
                let created = Announcement::AccountCreated { account: id };
                self.announcement.write(tx, &created).await?;
                return Ok(self.own(id, username, role));
            }
        }
        Err(Code::UsernameTaken.into())
    }

    /// The account's id, if the username was free or unclaimed.
    async fn take(
        &self,
        tx: &mut Tx<'_>,
        username: &Username,
        role: InstanceRole,
    ) -> Result<Option<AccountId>> {
        let row = self.row(username, role);
        let (id, rest) = row.split_first().expect("a row begins with its id");
        let inserted = tx.exec(&INSERT, &[std::slice::from_ref(id), rest].concat()).await;
        match inserted.map_err(email_taken)? {
            1 => Ok(Some(self.id)),
            _ if username.chosen => {
                let claimed = tx.maybe(&CLAIM, rest).await.map_err(email_taken)?;
                claimed.map(|row| Ok(AccountId(row.get(0)?))).transpose()
            }
            _ => Ok(None),
        }
    }

    async fn say(&self, tx: &mut Tx<'_>, id: AccountId) -> Result<()> {
        let NewAccount { first_name, last_name, public_key, .. } = &self.account;
        if first_name.is_some() || last_name.is_some() || public_key.is_some() {
            let said = [
                id.0.into(),
                first_name.as_deref().into(),
                last_name.as_deref().into(),
                public_key.as_deref().into(),
                self.now.0.into(),
            ];
            tx.exec(&SAY, &said).await?;
        }
        Ok(())
    }

    fn row<'a>(&'a self, username: &'a Username, role: InstanceRole) -> [Value<'a>; 10] {
        [
            self.id.0.into(),
            username.shown.as_str().into(),
            username.key.as_str().into(),
            self.email(Address::Claimed).into(),
            self.display_name(username).into(),
            role_name(role).into(),
            self.password_hash.as_str().into(),
            self.now.0.into(),
            self.account.extra.as_deref().into(),
            self.email(Address::Named).into(),
        ]
    }

    /// The address, if this is what becomes of it.
    fn email(&self, address: Address) -> Option<&str> {
        self.account.email.as_deref().filter(|_| self.address == address)
    }

    fn display_name<'a>(&'a self, username: &'a Username) -> &'a str {
        self.account.display_name.as_ref().unwrap_or(&username.shown)
    }

    fn own(&self, id: AccountId, username: &Username, role: InstanceRole) -> OwnAccount {
        OwnAccount {
            id,
            username: username.shown.clone(),
            display_name: self.display_name(username).to_owned(),
            email: self.email(Address::Claimed).map(str::to_owned),
            email_verified: false,
            pending_email: self.email(Address::Named).map(str::to_owned),
            role,
            created_at: self.now,
        }
    }
}

fn email_taken(error: Error) -> Failure {
    match error {
        Error::Unique { .. } => Code::EmailTaken.into(),
        error => Failure::Storage(error),
    }
}
