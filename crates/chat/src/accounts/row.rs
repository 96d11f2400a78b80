//! Reading one's own account from a row.

use crate::error::Result;
use chinwag_sql::Row;
use chinwag_wire::{Account, AccountId, InstanceRole, OwnAccount, Time};

/// How many columns [`own_columns`] names.
pub(crate) const OWN_COLUMNS: usize = 8;

/// The columns that [`own_account`] reads, of the table aliased `a`.
macro_rules! own_columns {
    () => {
        "a.id, a.username, a.display_name, a.email, a.role, a.created_at, a.email_verified_at, a.pending_email"
    };
}
pub(crate) use own_columns;

/// One's own account, from a row that opens with [`own_columns`].
pub(crate) fn own_account(row: &Row) -> Result<OwnAccount> {
    Ok(OwnAccount {
        id: AccountId(row.get(0)?),
        username: row.get(1)?,
        display_name: row.get(2)?,
        email: row.get(3)?,
        role: instance_role(&row.get::<String>(4)?),
        created_at: Time(row.get(5)?),
        email_verified: row.get::<Option<i64>>(6)?.is_some(),
        pending_email: row.get(7)?,
    })
}

/// An account as others see it, from three columns: id, username, display name.
pub(crate) fn account_at(row: &Row, at: usize) -> Result<Account> {
    Ok(Account {
        id: AccountId(row.get(at)?),
        username: row.get(at + 1)?,
        display_name: row.get(at + 2)?,
    })
}

/// A role as it is stored.
pub(crate) fn role_name(role: InstanceRole) -> &'static str {
    match role {
        InstanceRole::Owner => "owner",
        InstanceRole::Admin => "admin",
        InstanceRole::Moderator => "moderator",
        InstanceRole::Member => "member",
    }
}

/// Whatever is not known to be more is the least.
pub(crate) fn instance_role(name: &str) -> InstanceRole {
    let known = [InstanceRole::Owner, InstanceRole::Admin, InstanceRole::Moderator];
    known.into_iter().find(|role| role_name(*role) == name).unwrap_or(InstanceRole::Member)
}
