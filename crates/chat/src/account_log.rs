//! The log of an account: what belongs to a person rather than to a conversation. Its number is `rev`, and
//! each thing stands in it once, under the `rev` that last touched it. What is told live and what `sync`
//! brings is made by the same function, from the state of that moment.

use crate::{
    Actor, Chat, Notice, blocks, contacts, error::Result, operation::Query, profiles, settings,
};
use chinwag_sql::{Error, Row, Tx};
use chinwag_wire::{AccountChanges, AccountId, Code, Event, EventBody, Problem, RequestId};
use uuid::Uuid;

chinwag_sql::statements! {
    /// The account's own counter moves.
    BUMP = "UPDATE accounts SET rev = rev + 1 WHERE id = ?1 AND deleted_at IS NULL RETURNING rev";
    /// The counter as it is.
    HEAD = "SELECT rev FROM accounts WHERE id = ?1";
    /// What the counter last moved for.
    NOTE = "INSERT INTO account_log (account_id, thing, subject, rev) VALUES (?1, ?2, ?3, ?4) \
            ON CONFLICT (account_id, thing, subject) DO UPDATE SET rev = excluded.rev";
    /// A page of what changed since.
    SINCE = "SELECT thing, subject, rev FROM account_log WHERE account_id = ?1 AND rev > ?2 ORDER BY rev LIMIT ?3";
}

/// Most changes of a page.
const PAGE: usize = 100;

/// What an account keeps, and its log knows of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Thing {
    /// A block of another account.
    Block(AccountId),
    /// A contact request that it is in.
    Request(RequestId),
    /// Another account as its contact.
    Contact(AccountId),
    /// Its settings.
    Settings,
    /// Its profile.
    Profile,
}

impl Thing {
    /// As it is stored: a word, and which.
    fn stored(self, account: AccountId) -> (&'static str, Uuid) {
        match self {
            Self::Block(other) => ("block", other.0),
            Self::Request(id) => ("request", id.0),
            Self::Contact(other) => ("contact", other.0),
            Self::Settings => ("settings", account.0),
            Self::Profile => ("profile", account.0),
        }
    }

    fn read(word: &str, subject: Uuid) -> Result<Self, Error> {
        match word {
            "block" => Ok(Self::Block(AccountId(subject))),
            "request" => Ok(Self::Request(RequestId(subject))),
            "contact" => Ok(Self::Contact(AccountId(subject))),
            "settings" => Ok(Self::Settings),
            "profile" => Ok(Self::Profile),
            other => {
                Err(Error::Statement(format!("column thing holds {other:?}, which nothing writes")))
            }
        }
    }

    /// What its owner hears of it, as it is now.
    async fn event(
        self,
        tx: &mut Tx<'_>,
        account: AccountId,
        account_rev: i64,
    ) -> Result<EventBody> {
        match self {
            Self::Block(other) => blocks::event(tx, account, other, account_rev).await,
            Self::Request(id) => contacts::request_event(tx, account, id, account_rev).await,
            Self::Contact(other) => contacts::contact_event(tx, account, other, account_rev).await,
            Self::Settings => settings::event(tx, account, account_rev).await,
            Self::Profile => profiles::event(tx, account, account_rev).await,
        }
    }
}

/// Moves an account's own counter on.
///
/// # Errors
/// `account_not_found` for one that was deleted just before.
pub(crate) async fn bump(tx: &mut Tx<'_>, account: AccountId) -> Result<i64> {
    let row = tx.maybe(&BUMP, &[account.0.into()]).await?;
    Ok(row.ok_or(Code::AccountNotFound)?.get(0)?)
}

/// How far an account's own counter is.
pub(crate) async fn head(tx: &mut Tx<'_>, account: AccountId) -> Result<i64> {
    Ok(tx.row(&HEAD, &[account.0.into()]).await?.get(0)?)
}

/// Notes that something of an account has changed; gives what its devices hear. Call it after the change.
pub(crate) async fn note(tx: &mut Tx<'_>, account: AccountId, thing: Thing) -> Result<Notice> {
    let rev = bump(tx, account).await?;
    let (word, subject) = thing.stored(account);
    tx.exec(&NOTE, &[account.0.into(), word.into(), subject.into(), rev.into()]).await?;
    let body = thing.event(tx, account, rev).await?;
    Ok(Notice::Account { account, event: Event { conversation_id: None, rev: None, body } })
}

struct Since {
    account: AccountId,
    rev: i64,
}

impl Query for Since {
    type Answer = AccountChanges;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<AccountChanges> {
        let head = head(tx, self.account).await?;
        if self.rev > head {
            return Err(Problem::field("rev", "is ahead of this account; start over").into());
        }
        let most = PAGE as i64 + 1;
        let mut rows =
            tx.rows(&SINCE, &[self.account.0.into(), self.rev.into(), most.into()]).await?;
        let more = rows.len() > PAGE;
        rows.truncate(PAGE);
        let mut changes = AccountChanges { events: Vec::new(), rev: head, more };
        for row in &rows {
            let (body, rev) = self.change(tx, row).await?;
            changes.events.push(Event { conversation_id: None, rev: None, body });
            changes.rev = if more { rev } else { head };
        }
        Ok(changes)
    }
}

impl Since {
    async fn change(&self, tx: &mut Tx<'_>, row: &Row) -> Result<(EventBody, i64)> {
        let rev = row.get(2)?;
        let thing = Thing::read(&row.get::<String>(0)?, row.get(1)?)?;
        Ok((thing.event(tx, self.account, rev).await?, rev))
    }
}

impl Chat {
    /// A page of what changed of one's account since a position.
    ///
    /// # Errors
    /// `invalid` for a position that is negative or ahead of the account.
    #[crate::boxed]
    pub async fn sync_account(&self, actor: &Actor, rev: i64) -> Result<AccountChanges, Problem> {
        if rev < 0 {
            return Err(Problem::field("rev", "must not be negative"));
        }
        self.query(Since { account: actor.account, rev }).await
    }
}
