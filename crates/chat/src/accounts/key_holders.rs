//! People with the keys they published, for surfaces on which messages are encrypted by their senders.

use super::canon;
use crate::{Chat, error::Result, operation::Query, pressure::Class};
use chinwag_sql::{Row, Sql, Tx};
use chinwag_wire::{Account, AccountId, Problem, Time};

/// Somebody, with or without a key.
macro_rules! columns {
    () => {
        "SELECT a.id, a.username, a.display_name, p.public_key, a.created_at, p.updated_at FROM accounts a \
         LEFT JOIN profiles p ON p.account_id = a.id WHERE a.deleted_at IS NULL AND a.unclaimed_by IS NULL AND "
    };
}

chinwag_sql::statements! {
    /// By id.
    BY_ID = concat!(columns!(), "a.id = ?1");
    /// By canonical username.
    BY_USERNAME = concat!(columns!(), "a.username_key = ?1");
    /// A page of those with keys whose name is like this, newest first.
    LIST = concat!(columns!(), "p.public_key IS NOT NULL AND a.username_key LIKE ?1 ESCAPE '!' \
                   ORDER BY a.created_at DESC, a.id DESC LIMIT ?2 OFFSET ?3");
}

/// More bytes than any name has; longer ones are nobody's.
const LONGEST: usize = 1_024;
/// Most of a page.
const MOST: u32 = 200;

/// Somebody, and the key they published, if they did.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyHolder {
    /// As others see the account.
    pub account: Account,
    /// The key, as it was given.
    pub public_key: Option<String>,
    /// When the account was made.
    pub created_at: Time,
    /// When the key, or something else they say of themselves, was changed last.
    pub updated_at: Time,
}

fn holder(row: &Row) -> Result<KeyHolder> {
    let created_at = row.get(4)?;
    Ok(KeyHolder {
        account: Account {
            id: AccountId(row.get(0)?),
            username: row.get(1)?,
            display_name: row.get(2)?,
        },
        public_key: row.get(3)?,
        created_at: Time(created_at),
        updated_at: Time(row.get::<Option<i64>>(5)?.unwrap_or(created_at)),
    })
}

enum Who {
    Id(AccountId),
    Username(String),
}

impl Query for Who {
    type Answer = Option<KeyHolder>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<KeyHolder>> {
        let row = match self {
            Self::Id(id) => tx.maybe(&BY_ID, &[id.0.into()]).await?,
            Self::Username(key) => tx.maybe(&BY_USERNAME, &[key.as_str().into()]).await?,
        };
        row.as_ref().map(holder).transpose()
    }
}

struct List {
    like: String,
    limit: u32,
    offset: u32,
}

impl Query for List {
    type Answer = Vec<KeyHolder>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<KeyHolder>> {
        let statement: &Sql = &LIST;
        let (limit, offset) = (i64::from(self.limit), i64::from(self.offset));
        let rows =
            tx.rows(statement, &[self.like.as_str().into(), limit.into(), offset.into()]).await?;
        rows.iter().map(holder).collect()
    }
}

impl Chat {
    /// The account of this id.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn key_holder(&self, id: AccountId) -> Result<Option<KeyHolder>, Problem> {
        self.query(Who::Id(id)).await
    }

    /// The account of this username, in any spelling.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn key_holder_named(&self, username: &str) -> Result<Option<KeyHolder>, Problem> {
        if username.len() > LONGEST || username.contains('\0') {
            return Ok(None);
        }
        self.query(Who::Username(canon(username))).await
    }

    /// A page of those who published a key, newest first; where something is searched, those whose username has it
    /// as a part.
    ///
    /// # Errors
    /// `overloaded`.
    #[crate::boxed]
    pub async fn key_holders(
        &self,
        search: Option<&str>,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<KeyHolder>, Problem> {
        self.pressure.admit(Class::Browse)?;
        let search = search.unwrap_or_default();
        if search.len() > LONGEST || search.contains('\0') {
            return Ok(Vec::new());
        }
        self.query(List { like: part(&canon(search)), limit: limit.min(MOST), offset }).await
    }
}

/// A pattern for texts that have this part.
fn part(text: &str) -> String {
    let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn wildcards_are_characters() {
        assert_eq!(part("a_1%!"), "%a!_1!%!!%");
        assert_eq!(part(""), "%%");
    }
}
