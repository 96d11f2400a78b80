//! Who is staff, and what they may: every administrative operation begins here.

use crate::{
    Actor, Chat,
    access::{StaffAct, check_staff},
    accounts::instance_role,
    error::Result,
    operation::Query,
};
use chinwag_sql::{Sql, Tx};
use chinwag_wire::{Code, InstanceRole, Problem};

chinwag_sql::statements! {
    /// What an account is on this server, kept from changing until the transaction ends.
    ROLE = "SELECT role FROM accounts WHERE id = ?1 AND suspended_at IS NULL FOR SHARE";
    /// The same, only looked at.
    LOOK = "SELECT role FROM accounts WHERE id = ?1 AND suspended_at IS NULL";
}

/// The role of whoever asks, if it may do `act`. In a change it stays theirs until the commit.
///
/// # Errors
/// `forbidden`.
pub(crate) async fn staff(tx: &mut Tx<'_>, actor: &Actor, act: StaffAct) -> Result<InstanceRole> {
    let role = role(tx, &ROLE, actor).await?;
    check_staff(act, role)?;
    Ok(role)
}

/// The same for an operation that only reads.
///
/// # Errors
/// `forbidden`.
pub(crate) async fn staff_looks(tx: &mut Tx<'_>, actor: &Actor, act: StaffAct) -> Result<()> {
    Ok(check_staff(act, role(tx, &LOOK, actor).await?)?)
}

async fn role(tx: &mut Tx<'_>, statement: &Sql, actor: &Actor) -> Result<InstanceRole> {
    let row = tx.maybe(statement, &[actor.account.0.into()]).await?.ok_or(Code::Forbidden)?;
    Ok(instance_role(&row.get::<String>(0)?))
}

struct Look(Actor);

impl Query for Look {
    type Answer = InstanceRole;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<InstanceRole> {
        role(tx, &LOOK, &self.0).await
    }
}

impl Chat {
    /// Lets staff of any role past, and nobody else: the gate before everything administrative.
    ///
    /// # Errors
    /// `forbidden`.
    #[crate::boxed]
    pub async fn let_staff_in(&self, actor: &Actor) -> Result<(), Problem> {
        match self.query(Look(*actor)).await? {
            InstanceRole::Member => Err(Code::Forbidden.into()),
            _ => Ok(()),
        }
    }
}
