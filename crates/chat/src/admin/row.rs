//! How an account stands before staff.

use crate::{accounts::instance_role, error::Result};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Code, InstanceRole, ManagedAccount, Time};

/// The columns [`managed`] reads.
macro_rules! columns {
    () => {
        "id, username, display_name, email, role, created_at, last_seen_at, suspended_at, suspended_for"
    };
}
pub(super) use columns;

chinwag_sql::statements! {
    /// One account.
    READ = concat!("SELECT ", columns!(), " FROM accounts WHERE id = ?1 AND deleted_at IS NULL AND unclaimed_by IS NULL");
}

/// An account from [`columns`], as staff of this role sees it.
pub(super) fn managed(row: &Row, to: InstanceRole) -> Result<ManagedAccount> {
    let email = row.get::<Option<String>>(3)?;
    Ok(ManagedAccount {
        id: AccountId(row.get(0)?),
        username: row.get(1)?,
        display_name: row.get(2)?,
        email: email.filter(|_| to >= InstanceRole::Admin),
        role: instance_role(&row.get::<String>(4)?),
        created_at: Time(row.get(5)?),
        last_seen_at: row.get::<Option<_>>(6)?.map(Time),
        suspended_at: row.get::<Option<_>>(7)?.map(Time),
        suspended_for: row.get(8)?,
    })
}

/// One account, as staff of this role sees it.
///
/// # Errors
/// `account_not_found`.
pub(super) async fn read(
    tx: &mut Tx<'_>,
    account: AccountId,
    to: InstanceRole,
) -> Result<ManagedAccount> {
    let row = tx.maybe(&READ, &[account.0.into()]).await?.ok_or(Code::AccountNotFound)?;
    managed(&row, to)
}
