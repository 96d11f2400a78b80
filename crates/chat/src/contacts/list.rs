//! One's contacts, newest first.

use crate::{
    Actor, Chat, accounts,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{
    AccountId, Contact, ContactAdded, ContactRemoved, EventBody, Page, Problem, Time,
};

chinwag_sql::statements! {
    /// One contact.
    ONE = "SELECT a.id, a.username, a.display_name, c.since FROM contacts c JOIN accounts a ON a.id = c.contact_id \
           WHERE c.account_id = ?1 AND c.contact_id = ?2";
    /// A page of contacts.
    LIST = "SELECT a.id, a.username, a.display_name, c.since FROM contacts c JOIN accounts a ON a.id = c.contact_id \
            WHERE c.account_id = ?1 AND (c.since, c.contact_id) < (?2, ?3) ORDER BY c.since DESC, c.contact_id DESC LIMIT ?4";
}

fn contact(row: &Row) -> Result<Contact> {
    Ok(Contact { account: accounts::account_at(row, 0)?, since: Time(row.get(3)?) })
}

/// What an account's devices hear of another as a contact, as it is now.
pub(crate) async fn event(
    tx: &mut Tx<'_>,
    account: AccountId,
    other: AccountId,
    account_rev: i64,
) -> Result<EventBody> {
    let row = tx.maybe(&ONE, &[account.0.into(), other.0.into()]).await?;
    Ok(match row.as_ref().map(contact).transpose()? {
        Some(contact) => EventBody::ContactAdded(ContactAdded { contact, account_rev }),
        None => {
            let account = accounts::look(tx, other).await?.ok_or(chinwag_sql::Error::NoRow)?;
            EventBody::ContactRemoved(ContactRemoved { account, account_rev })
        }
    })
}

struct List {
    account: AccountId,
    from: Cursor,
    limit: usize,
}

impl Query for List {
    type Answer = Vec<Contact>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Contact>> {
        let most = self.limit as i64 + 1;
        let values =
            [self.account.0.into(), self.from.order.into(), self.from.id.into(), most.into()];
        tx.rows(&LIST, &values).await?.iter().map(contact).collect()
    }
}

impl Chat {
    /// A page of one's contacts.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn contacts(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Contact>, Problem> {
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::LAST)?;
        let items = self.query(List { account: actor.account, from, limit }).await?;
        Ok(cursor::page(items, limit, |item| Cursor { order: item.since.0, id: item.account.id.0 }))
    }
}
