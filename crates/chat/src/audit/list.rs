//! Reads the log: one's own, or, as an administrator, everybody's.

use super::{
    Entry,
    row::{HASH, columns, stored},
};
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    admin::staff,
    cursor::{self, Cursor},
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::{Row, Sql, Tx, Value};
use chinwag_wire::{AccountId, AuditAct, AuditEntry, Page, Problem, Time};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Everything, newest first.
    ALL = concat!("SELECT ", columns!(), " FROM audit WHERE seq < ?1 ORDER BY seq DESC LIMIT ?2");
    /// What was done, by the act.
    OF_ACT = concat!("SELECT ", columns!(), " FROM audit WHERE act = ?3 AND seq < ?1 ORDER BY seq DESC LIMIT ?2");
    /// What concerns an account; of one act, or of any where it is empty.
    OF_ACCOUNT = concat!("SELECT ", columns!(), " FROM audit WHERE account_id = ?3 AND (act = ?4 OR ?4 = '') AND seq < ?1 ORDER BY seq DESC LIMIT ?2");
    /// What an account did; of one act, or of any where it is empty.
    BY_ACTOR = concat!("SELECT ", columns!(), " FROM audit WHERE actor_id = ?3 AND (act = ?4 OR ?4 = '') AND seq < ?1 ORDER BY seq DESC LIMIT ?2");
}

/// Which entries.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AuditFilter {
    /// Those that concern this account.
    pub account: Option<AccountId>,
    /// Those of what this account did. At most one of the two.
    pub actor: Option<AccountId>,
    /// Those of this act.
    pub act: Option<AuditAct>,
}

impl AuditFilter {
    async fn rows(&self, tx: &mut Tx<'_>, before: i64, limit: usize) -> Result<Vec<AuditEntry>> {
        let act = self.act.map_or("", AuditAct::name);
        let mut values = vec![Value::from(before), (limit as i64 + 1).into()];
        let statement = match (self.account.or(self.actor), self.account.is_some()) {
            (Some(account), concerned) => {
                values.extend([account.0.into(), act.into()]);
                if concerned { &OF_ACCOUNT } else { &BY_ACTOR }
            }
            (None, _) if self.act.is_some() => {
                values.push(act.into());
                &OF_ACT
            }
            (None, _) => &ALL,
        };
        read(tx, statement, &values).await
    }
}

async fn read(tx: &mut Tx<'_>, statement: &Sql, values: &[Value<'_>]) -> Result<Vec<AuditEntry>> {
    tx.rows(statement, values).await?.iter().map(entry).collect()
}

fn entry(row: &Row) -> Result<AuditEntry> {
    stored(row)?.whole(&row.get::<Vec<u8>>(HASH)?)
}

/// An entry in one's own log: of others it says only what they did.
fn seen_by(account: AccountId, entry: AuditEntry) -> AuditEntry {
    let foreign = entry.actor_id.is_some_and(|actor| actor != account);
    let entry = AuditEntry { hash: None, ..entry };
    if foreign {
        AuditEntry { actor_id: None, session_id: None, address: None, ..entry }
    } else {
        entry
    }
}

struct Own {
    account: AccountId,
    before: i64,
    limit: usize,
}

impl Query for Own {
    type Answer = Vec<AuditEntry>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<AuditEntry>> {
        let filter = AuditFilter { account: Some(self.account), ..AuditFilter::default() };
        let entries = filter.rows(tx, self.before, self.limit).await?.into_iter();
        Ok(entries.map(|entry| seen_by(self.account, entry)).collect())
    }
}

struct All {
    actor: Actor,
    from: Origin,
    filter: AuditFilter,
    before: i64,
    limit: usize,
    at: Time,
}

impl Change for All {
    type Answer = Vec<AuditEntry>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Vec<AuditEntry>>> {
        staff(tx, &self.actor, StaffAct::ReadAudit).await?;
        let entries = self.filter.rows(tx, self.before, self.limit).await?;
        Entry::staff(AuditAct::ReadAudit, &self.actor, &self.from, self.at).record(tx).await?;
        Ok(Outcome::quiet(entries))
    }
}

impl Chat {
    /// What was done with one's own account, newest first.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn own_audit(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<AuditEntry>, Problem> {
        let limit = cursor::limit(limit)?;
        let before = Cursor::decode(cursor, Cursor::LAST)?.order;
        let entries = self.query(Own { account: actor.account, before, limit }).await?;
        Ok(cursor::page(entries, limit, place))
    }

    /// What was done with any account and with the server, newest first. Reading it is written down too.
    ///
    /// # Errors
    /// `forbidden`, `cursor_invalid`, `invalid` for a limit outside 1 to 200 or two accounts.
    #[crate::boxed]
    pub async fn audit(
        &self,
        actor: &Actor,
        from: &Origin,
        filter: AuditFilter,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<AuditEntry>, Problem> {
        let limit = cursor::limit(limit)?;
        let before = Cursor::decode(cursor, Cursor::LAST)?.order;
        if filter.account.is_some() && filter.actor.is_some() {
            return Err(Problem::field("actor_id", "give at most one of account_id and actor_id"));
        }
        let at = self.clock.now();
        let all = All { actor: *actor, from: *from, filter, before, limit, at };
        Ok(cursor::page(self.change(all).await?, limit, place))
    }
}

fn place(entry: &AuditEntry) -> Cursor {
    Cursor { order: entry.seq, id: Uuid::nil() }
}
