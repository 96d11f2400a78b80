//! What an account chose for itself.

use crate::{
    Actor, Chat,
    account_log::{Thing, note},
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::{Error, Row, Tx};
use chinwag_wire::{
    AccountId, DirectFrom, EventBody, Problem, Settings, SettingsChanged, Time, UpdateSettings,
};
use std::{ops::RangeInclusive, time::Duration};

chinwag_sql::statements! {
    /// What an account chose.
    READ = "SELECT direct_from, found_by_name, found_by_email, mail_contact_requests, mail_missed_messages FROM settings WHERE account_id = ?1";
    /// It chose again. The account's row is held by then.
    WRITE = "INSERT INTO settings (account_id, direct_from, found_by_name, found_by_email, mail_contact_requests, mail_missed_messages, missed_due_at) \
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (account_id) DO UPDATE SET direct_from = excluded.direct_from, \
             found_by_name = excluded.found_by_name, found_by_email = excluded.found_by_email, \
             mail_contact_requests = excluded.mail_contact_requests, mail_missed_messages = excluded.mail_missed_messages, \
             missed_due_at = excluded.missed_due_at";
    /// Holds the account, so that two changes of its settings come one after the other.
    HOLD = "SELECT id FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
}

/// How many minutes messages may stay unread before a letter tells of them.
const MISSED_AFTER: RangeInclusive<u32> = 15..=7 * 24 * 60;
const MINUTE: Duration = Duration::from_secs(60);

/// What an account chose, each absent where it did not.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Chosen {
    direct_from: Option<DirectFrom>,
    found_by_name: Option<bool>,
    found_by_email: Option<bool>,
    mail_contact_requests: Option<bool>,
    mail_missed_messages: Option<u32>,
}

impl Chosen {
    async fn read(tx: &mut Tx<'_>, account: AccountId) -> Result<Self> {
        let row = tx.maybe(&READ, &[account.0.into()]).await?;
        row.as_ref().map_or_else(|| Ok(Self::default()), Self::from_row)
    }

    fn from_row(row: &Row) -> Result<Self> {
        let direct_from = row.get::<Option<String>>(0)?;
        Ok(Self {
            direct_from: direct_from.as_deref().map(direct_from_named).transpose()?,
            found_by_name: row.get(1)?,
            found_by_email: row.get(2)?,
            mail_contact_requests: row.get(3)?,
            mail_missed_messages: row.get(4)?,
        })
    }

    async fn write(&self, tx: &mut Tx<'_>, account: AccountId, at: Time) -> Result<()> {
        let due = self.mail_missed_messages.map(|minutes| at.after(MINUTE * minutes).0);
        let values = [
            account.0.into(),
            self.direct_from.map(direct_from_name).into(),
            self.found_by_name.into(),
            self.found_by_email.into(),
            self.mail_contact_requests.into(),
            self.mail_missed_messages.into(),
            due.into(),
        ];
        tx.exec(&WRITE, &values).await?;
        Ok(())
    }

    /// The same, with what is chosen anew.
    fn with(&self, body: &UpdateSettings) -> Self {
        Self {
            direct_from: body.direct_from.over(self.direct_from),
            found_by_name: body.found_by_name.over(self.found_by_name),
            found_by_email: body.found_by_email.over(self.found_by_email),
            mail_contact_requests: body.mail_contact_requests.over(self.mail_contact_requests),
            mail_missed_messages: body.mail_missed_messages.over(self.mail_missed_messages),
        }
    }

    /// What holds: the choice, or what an account begins with.
    fn settings(&self) -> Settings {
        Settings {
            direct_from: self.direct_from,
            found_by_name: self.found_by_name,
            found_by_email: self.found_by_email,
            mail_contact_requests: self.mail_contact_requests,
            mail_missed_messages: self.mail_missed_messages,
        }
    }
}

/// The settings that hold for an account.
pub(crate) async fn settings(tx: &mut Tx<'_>, account: AccountId) -> Result<Settings> {
    Ok(Chosen::read(tx, account).await?.settings())
}

/// What an account's devices hear of its settings.
pub(crate) async fn event(
    tx: &mut Tx<'_>,
    account: AccountId,
    account_rev: i64,
) -> Result<EventBody> {
    let settings = settings(tx, account).await?;
    Ok(EventBody::SettingsChanged(SettingsChanged { settings, account_rev }))
}

fn direct_from_name(direct_from: DirectFrom) -> &'static str {
    match direct_from {
        DirectFrom::Anyone => "anyone",
        DirectFrom::Shared => "shared",
        DirectFrom::Contacts => "contacts",
    }
}

fn direct_from_named(name: &str) -> Result<DirectFrom, Error> {
    match name {
        "anyone" => Ok(DirectFrom::Anyone),
        "shared" => Ok(DirectFrom::Shared),
        "contacts" => Ok(DirectFrom::Contacts),
        other => Err(Error::Statement(format!(
            "column direct_from holds {other:?}, which nothing writes"
        ))),
    }
}

struct Reading(AccountId);

impl Query for Reading {
    type Answer = Settings;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Settings> {
        settings(tx, self.0).await
    }
}

/// Changes the settings of an account; tells its devices where that changes anything.
///
/// # Errors
/// Those of storage.
pub(crate) async fn update(
    tx: &mut Tx<'_>,
    account: AccountId,
    body: &UpdateSettings,
    at: Time,
) -> Result<Outcome<Settings>> {
    tx.rows(&HOLD, &[account.0.into()]).await?;
    let before = Chosen::read(tx, account).await?;
    let chosen = before.with(body);
    let settings = chosen.settings();
    if chosen == before {
        return Ok(Outcome::quiet(settings));
    }
    chosen.write(tx, account, at).await?;
    let told = note(tx, account, Thing::Settings).await?;
    Ok(Outcome::telling(settings, vec![told]))
}

struct Updating {
    account: AccountId,
    body: UpdateSettings,
    at: Time,
}

impl Change for Updating {
    type Answer = Settings;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Settings>> {
        update(tx, self.account, &self.body, self.at).await
    }
}

impl Chat {
    /// One's settings.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn settings(&self, actor: &Actor) -> Result<Settings, Problem> {
        self.query(Reading(actor.account)).await
    }

    /// Changes one's settings, and tells one's devices.
    ///
    /// # Errors
    /// `invalid` for a value out of its range.
    #[crate::boxed]
    pub async fn update_settings(
        &self,
        actor: &Actor,
        body: UpdateSettings,
    ) -> Result<Settings, Problem> {
        if body.mail_missed_messages.value().is_some_and(|minutes| !MISSED_AFTER.contains(minutes))
        {
            return Err(Problem::field(
                "mail_missed_messages",
                "must be 15 to 10080 minutes, or null",
            ));
        }
        let at = self.clock.now();
        self.change(Updating { account: actor.account, body, at }).await
    }
}
