//! Accounts as renderers of other contracts need them: with what those show to everybody who may see
//! the account at all. Deleted accounts and unclaimed names are nobody.

use super::{account_at, canon, email::email};
use crate::{Chat, error::Result, operation::Query};
use chinwag_sql::{Row, Sql, Tx, Value};
use chinwag_wire::{Account, AccountId, Problem, Time};

/// The columns [`person`] reads.
macro_rules! columns {
    () => {
        "SELECT a.id, a.username, a.display_name, a.email, a.email_verified_at, a.created_at, p.first_name, p.last_name, p.public_key \
         FROM accounts a LEFT JOIN profiles p ON p.account_id = a.id WHERE a.deleted_at IS NULL AND a.unclaimed_by IS NULL AND a."
    };
}

chinwag_sql::statements! {
    /// By id.
    BY_ID = concat!(columns!(), "id = ?1");
    /// By canonical username.
    BY_USERNAME = concat!(columns!(), "username_key = ?1");
    /// By canonical address.
    BY_EMAIL = concat!(columns!(), "email_key = ?1");
}

/// Most ids of one question.
const MOST: usize = 1_000;
/// More bytes than any name has; longer ones are nobody's.
const LONGEST: usize = 1_024;

/// Somebody with an account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// As others see it.
    pub account: Account,
    /// Email address, lower-cased.
    pub email: Option<String>,
    /// Whether somebody has shown that they read that address.
    pub email_verified: bool,
    /// When the account was made.
    pub created_at: Time,
    /// The key that others encrypt with.
    pub public_key: Option<String>,
    first_name: Option<String>,
    last_name: Option<String>,
}

impl Person {
    /// First and last name: as they were given, or else as [`names`] takes the display name apart.
    pub fn names(&self) -> (&str, &str) {
        let (first, last) = (self.first_name.as_deref(), self.last_name.as_deref());
        names(first, last, &self.account.display_name)
    }
}

/// First and last name of somebody: as they were given, or else the first word of the display name, and the rest
/// of it.
pub(crate) fn names<'a>(
    first: Option<&'a str>,
    last: Option<&'a str>,
    display_name: &'a str,
) -> (&'a str, &'a str) {
    if first.is_some() || last.is_some() {
        return (first.unwrap_or_default(), last.unwrap_or_default());
    }
    let whole = display_name.trim();
    let (first, last) = whole.split_once(char::is_whitespace).unwrap_or((whole, ""));
    (first, last.trim_start())
}

fn person(row: &Row) -> Result<Person> {
    Ok(Person {
        account: account_at(row, 0)?,
        email: row.get(3)?,
        email_verified: row.get::<Option<i64>>(4)?.is_some(),
        created_at: Time(row.get(5)?),
        first_name: row.get(6)?,
        last_name: row.get(7)?,
        public_key: row.get(8)?,
    })
}

struct Find {
    by: &'static Sql,
    key: String,
}

impl Query for Find {
    type Answer = Option<Person>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Person>> {
        tx.maybe(self.by, &[self.key.as_str().into()]).await?.as_ref().map(person).transpose()
    }
}

struct Several(Vec<AccountId>);

impl Query for Several {
    type Answer = Vec<Person>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Person>> {
        let mut people = Vec::with_capacity(self.0.len());
        for id in &self.0 {
            let found = tx.maybe(&BY_ID, &[Value::from(id.0)]).await?;
            people.extend(found.as_ref().map(person).transpose()?);
        }
        Ok(people)
    }
}

impl Chat {
    /// Those of these accounts who are there, in the order asked for.
    ///
    /// # Errors
    /// `invalid` beyond 1,000.
    #[crate::boxed]
    pub async fn people(&self, ids: &[AccountId]) -> Result<Vec<Person>, Problem> {
        if ids.len() > MOST {
            return Err(Problem::field("account_ids", "Ask for 1,000 at most."));
        }
        self.query(Several(ids.to_vec())).await
    }

    /// The account of this id.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn person(&self, id: AccountId) -> Result<Option<Person>, Problem> {
        Ok(self.people(&[id]).await?.pop())
    }

    /// The account of this username, in any spelling.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn person_named(&self, username: &str) -> Result<Option<Person>, Problem> {
        if username.len() > LONGEST || username.contains('\0') {
            return Ok(None);
        }
        self.query(Find { by: &BY_USERNAME, key: canon(username) }).await
    }

    /// The account of this address.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn person_of_email(&self, address: &str) -> Result<Option<Person>, Problem> {
        match email(address) {
            Ok(key) => self.query(Find { by: &BY_EMAIL, key }).await,
            Err(_) => Ok(None),
        }
    }
}
