//! Holds the accounts that a decision about one of them depends on: who acts, who is acted on, and
//! the owners of the server, so that one of them remains.

use crate::{
    Actor,
    access::{StaffAct, check_staff, check_staff_over},
    accounts::instance_role,
    error::Result,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, InstanceRole};

chinwag_sql::statements! {
    /// Two accounts and all owners, in order of id so that nobody waits for each other.
    HOLD = "SELECT id, role, suspended_at FROM accounts WHERE (id = ?1 OR id = ?2 OR role = 'owner') AND deleted_at IS NULL AND unclaimed_by IS NULL \
            ORDER BY id FOR NO KEY UPDATE";
}

/// An account that stays as it is until the transaction ends.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held {
    id: AccountId,
    pub(crate) role: InstanceRole,
    pub(crate) suspended: bool,
    /// Whether the server would have no owner without it.
    pub(crate) last_owner: bool,
}

/// Holds an account for a decision of its own.
///
/// # Errors
/// `account_not_found`.
pub(crate) async fn hold_one(tx: &mut Tx<'_>, account: AccountId) -> Result<Held> {
    Ok(find(&hold_all(tx, account, account).await?, account).ok_or(Code::AccountNotFound)?)
}

/// Holds an account that staff wants to do something to, and checks that they may.
///
/// # Errors
/// `forbidden`, `account_not_found`.
pub(crate) async fn hold(
    tx: &mut Tx<'_>,
    actor: &Actor,
    account: AccountId,
    act: StaffAct,
) -> Result<Held> {
    let held = hold_all(tx, actor.account, account).await?;
    let acting = find(&held, actor.account).filter(|acting| !acting.suspended);
    let role = acting.ok_or(Code::Forbidden)?.role;
    check_staff(act, role)?;
    let found = find(&held, account).ok_or(Code::AccountNotFound)?;
    check_staff_over(act, role, found.role)?;
    Ok(found)
}

fn find(held: &[Held], account: AccountId) -> Option<Held> {
    held.iter().copied().find(|held| held.id == account)
}

async fn hold_all(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<Vec<Held>> {
    let rows = tx.rows(&HOLD, &[one.0.into(), other.0.into()]).await?;
    let read = rows.iter().map(|row| -> Result<Held> {
        Ok(Held {
            id: AccountId(row.get(0)?),
            role: instance_role(&row.get::<String>(1)?),
            suspended: row.get::<Option<i64>>(2)?.is_some(),
            last_owner: false,
        })
    });
    let held: Vec<Held> = read.collect::<Result<_>>()?;
    let is_owner = |held: &Held| held.role == InstanceRole::Owner && !held.suspended;
    let owners = held.iter().filter(|held| is_owner(held)).count();
    let marked =
        held.into_iter().map(|held| Held { last_owner: is_owner(&held) && owners == 1, ..held });
    Ok(marked.collect())
}
