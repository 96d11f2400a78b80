//! Staff lists accounts, finds some, and looks at one. Each look is written down.

use super::{
    row::{columns, managed, read},
    staff,
};
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    accounts::{canon, role_name},
    audit::Entry,
    cursor::{self, Cursor},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, AuditAct, InstanceRole, ManagedAccount, Page, Problem, Time};

chinwag_sql::statements! {
    /// A page of accounts, the youngest first: of this name or address, of this role, suspended ones only.
    LIST = concat!("SELECT ", columns!(), " FROM accounts WHERE deleted_at IS NULL AND unclaimed_by IS NULL AND (created_at, id) < (?1, ?2) \
            AND (username_key LIKE ?3 ESCAPE '!' OR email_key = ?4) AND (role = ?5 OR ?5 = '') \
            AND (CAST(?6 AS BIGINT) = 0 OR suspended_at IS NOT NULL) ORDER BY created_at DESC, id DESC LIMIT ?7");
}

/// More bytes than any name has.
const LONGEST: usize = 1_024;

/// Which accounts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AccountFilter {
    /// Those whose username begins so, or whose email address is this.
    pub find: Option<String>,
    /// Those of this role.
    pub role: Option<InstanceRole>,
    /// Only suspended ones.
    pub suspended: bool,
}

struct List {
    actor: Actor,
    from: Origin,
    filter: AccountFilter,
    after: Cursor,
    limit: usize,
    at: Time,
}

impl Change for List {
    type Answer = Vec<ManagedAccount>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Vec<ManagedAccount>>> {
        let role = staff(tx, &self.actor, StaffAct::SeeAccounts).await?;
        let name = self.filter.find.as_deref().map(canon).unwrap_or_default();
        // What moderators do not see, they do not search by.
        let email = if role >= InstanceRole::Admin { name.as_str() } else { "" };
        let values = [
            self.after.order.into(),
            self.after.id.into(),
            beginning_with(&name).into(),
            email.into(),
            self.filter.role.map_or("", role_name).into(),
            self.filter.suspended.into(),
            (self.limit as i64 + 1).into(),
        ];
        let rows = tx.rows(&LIST, &values).await?;
        let accounts = rows.iter().map(|row| managed(row, role)).collect::<Result<_>>()?;
        Entry::staff(AuditAct::ListAccounts, &self.actor, &self.from, self.at).record(tx).await?;
        Ok(Outcome::quiet(accounts))
    }
}

/// A pattern for what begins so, whatever it holds.
fn beginning_with(name: &str) -> String {
    let escaped = name.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("{escaped}%")
}

struct Look {
    actor: Actor,
    from: Origin,
    account: AccountId,
    at: Time,
}

impl Change for Look {
    type Answer = ManagedAccount;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<ManagedAccount>> {
        let role = staff(tx, &self.actor, StaffAct::SeeAccounts).await?;
        let account = read(tx, self.account, role).await?;
        let entry = Entry::staff(AuditAct::ReadAccount, &self.actor, &self.from, self.at);
        entry.on(self.account).record(tx).await?;
        Ok(Outcome::quiet(account))
    }
}

impl Chat {
    /// A page of accounts, the youngest first.
    ///
    /// # Errors
    /// `forbidden`, `cursor_invalid`, `invalid` for a limit outside 1 to 200 or a name that nobody can have.
    #[crate::boxed]
    pub async fn managed_accounts(
        &self,
        actor: &Actor,
        from: &Origin,
        filter: AccountFilter,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<ManagedAccount>, Problem> {
        let limit = cursor::limit(limit)?;
        let after = Cursor::decode(cursor, Cursor::LAST)?;
        if filter.find.as_ref().is_some_and(|name| name.len() > LONGEST || name.contains('\0')) {
            return Err(Problem::field("find", "must be the beginning of a name, or an address"));
        }
        let at = self.clock.now();
        let list = List { actor: *actor, from: *from, filter, after, limit, at };
        let place = |item: &ManagedAccount| Cursor { order: item.created_at.0, id: item.id.0 };
        Ok(cursor::page(self.change(list).await?, limit, place))
    }

    /// One account, as staff sees it.
    ///
    /// # Errors
    /// `forbidden`, `account_not_found`.
    #[crate::boxed]
    pub async fn managed_account(
        &self,
        actor: &Actor,
        from: &Origin,
        account: AccountId,
    ) -> Result<ManagedAccount, Problem> {
        let at = self.clock.now();
        self.change(Look { actor: *actor, from: *from, account, at }).await
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn wildcards_are_letters() {
        assert_eq!(super::beginning_with("a_%!b"), "a!_!%!!b%");
    }
}
