//! Names that somebody is written to by before anybody has them. Nobody can sign in to one, only those
//! who wrote to it see it, and it becomes the account of whoever registers it.

use super::{NameRule, canon, role_name};
use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome, Query},
    random,
};
use chinwag_sql::{Sql, Tx};
use chinwag_wire::{AccountId, Code, InstanceRole, Problem, Time};

chinwag_sql::statements! {
    /// Who goes by a name, or is to.
    FIND = "SELECT id, username, unclaimed_by FROM accounts WHERE username_key = ?1 AND deleted_at IS NULL";
    /// Keeps others of the same account from making names meanwhile.
    HOLD = "SELECT id FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// How many unclaimed names an account wrote to, or made without blocking them, besides this one.
    WRITTEN = "SELECT count(*) FROM (SELECT n.id FROM accounts n WHERE n.unclaimed_by = ?1 AND NOT EXISTS \
               (SELECT 1 FROM blocks b WHERE b.account_id = ?1 AND b.blocked_id = n.id) \
               UNION SELECT a.id FROM members m JOIN members o ON o.conversation_id = m.conversation_id \
               JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'direct' \
               JOIN accounts a ON a.id = o.account_id AND a.unclaimed_by IS NOT NULL WHERE m.account_id = ?1 AND m.left_at IS NULL) names \
               WHERE id <> ?2";
    /// How many it blocked, besides this one.
    BLOCKED = "SELECT count(*) FROM blocks b JOIN accounts a ON a.id = b.blocked_id AND a.unclaimed_by IS NOT NULL \
               WHERE b.account_id = ?1 AND b.blocked_id <> ?2";
    /// A name of nobody's.
    MAKE = "INSERT INTO accounts (id, username, username_key, display_name, role, rev, created_at, unclaimed_by) \
            VALUES (?1, ?2, ?3, ?2, ?4, 0, ?5, ?6) ON CONFLICT (username_key) DO NOTHING";
}

/// Most unclaimed names that one account writes to.
pub const MOST_UNCLAIMED: i64 = 50;
/// Most that it blocks.
const MOST_BLOCKED: i64 = 1_000;

/// What a name is wanted for. Each has a bound of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// To write to it.
    Write,
    /// To block it.
    Block,
}

impl Purpose {
    /// The bound, and what counts towards it.
    fn bound(self) -> (&'static Sql, i64) {
        match self {
            Self::Write => (&WRITTEN, MOST_UNCLAIMED),
            Self::Block => (&BLOCKED, MOST_BLOCKED),
        }
    }
}

/// Who goes by a name, or is to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The id, which stays when the name is claimed.
    pub id: AccountId,
    /// As first written.
    pub username: String,
    /// Whether it is somebody's.
    pub claimed: bool,
}

async fn find(tx: &mut Tx<'_>, key: &str) -> Result<Option<Named>> {
    let row = tx.maybe(&FIND, &[key.into()]).await?;
    row.map(|row| {
        let claimed = row.get::<Option<uuid::Uuid>>(2)?.is_none();
        Ok(Named { id: AccountId(row.get(0)?), username: row.get(1)?, claimed })
    })
    .transpose()
}

struct Naming {
    by: AccountId,
    id: AccountId,
    name: String,
    key: String,
    purpose: Purpose,
    now: Time,
}

impl Change for Naming {
    type Answer = Named;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Named>> {
        if let Some(named) = find(tx, &self.key).await?.filter(|named| named.claimed) {
            return Ok(Outcome::quiet(named));
        }
        tx.row(&HOLD, &[self.by.0.into()]).await?;
        let row = [
            self.id.0.into(),
            self.name.as_str().into(),
            self.key.as_str().into(),
            role_name(InstanceRole::Member).into(),
            self.now.0.into(),
            self.by.0.into(),
        ];
        tx.exec(&MAKE, &row).await?;
        let named = find(tx, &self.key).await?.ok_or(chinwag_sql::Error::NoRow)?;
        let (count, most) = self.purpose.bound();
        let others = tx.row(count, &[self.by.0.into(), named.id.0.into()]).await?;
        if !named.claimed && others.get::<i64>(0)? >= most {
            return Err(Code::TooManyNames.into());
        }
        Ok(Outcome::quiet(named))
    }
}

struct Looking(String);

impl Query for Looking {
    type Answer = Option<Named>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Named>> {
        find(tx, &self.0).await
    }
}

impl Chat {
    /// Who goes by this name. Where nobody does, the name is made, to be claimed by whoever registers it.
    ///
    /// # Errors
    /// `invalid` for what cannot be a name, `too_many_names` where the actor writes to 50 others that nobody has
    /// claimed, or blocks 1,000.
    #[crate::boxed]
    pub async fn name_or_unclaimed(
        &self,
        actor: &Actor,
        name: &str,
        purpose: Purpose,
    ) -> Result<Named, Problem> {
        if let Some(named) = self.named(name).await?.filter(|named| named.claimed) {
            return Ok(named);
        }
        let key = NameRule::Plain.canonical(name);
        let key = key.map_err(|error| Problem::field(error.field, error.message))?;
        let now = self.clock.now();
        let (by, id) = (actor.account, AccountId(random::id(now)));
        self.change(Naming { by, id, name: name.to_owned(), key, purpose, now }).await
    }

    /// Who goes by this name, or is to; looks only.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn named(&self, name: &str) -> Result<Option<Named>, Problem> {
        if NameRule::Plain.canonical(name).is_err() {
            return Ok(None);
        }
        self.query(Looking(canon(name))).await
    }
}
