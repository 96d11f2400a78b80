//! What the staff of this server may do, in one table, and to whom. A conversation's own roles are
//! the other table, in `access.rs`.

use chinwag_wire::{Code, InstanceRole};

/// What somebody wants to do with the server itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StaffAct {
    /// List accounts, and look at one.
    SeeAccounts,
    /// Suspend an account, and let it in again.
    Suspend,
    /// End all sessions of an account.
    SignOut,
    /// Delete an account.
    DeleteAccount,
    /// Make members moderators, and moderators members.
    AppointModerator,
    /// Make and unmake admins and owners.
    AppointStaff,
    /// Delete anybody's message.
    DeleteMessage,
    /// Read reports with the messages around them, and close them.
    Moderate,
    /// Read the audit log of everybody.
    ReadAudit,
    /// See jobs with the addresses they hold, try dead ones again, throw them away.
    RunJobs,
}

use StaffAct::*;

/// The least role that may. Each role may what those below it may, so one word is a row of the table.
fn least(act: StaffAct) -> InstanceRole {
    match act {
        SeeAccounts | Suspend | SignOut | DeleteMessage | Moderate => InstanceRole::Moderator,
        DeleteAccount | AppointModerator | ReadAudit | RunJobs => InstanceRole::Admin,
        AppointStaff => InstanceRole::Owner,
    }
}

/// Whether this role may do `act` at all.
///
/// # Errors
/// `forbidden`.
pub(crate) fn check_staff(act: StaffAct, role: InstanceRole) -> Result<(), Code> {
    if role >= least(act) { Ok(()) } else { Err(Code::Forbidden) }
}

/// Whether this role may do `act` to an account of role `to`: to those below oneself only, and an
/// owner to everybody.
///
/// # Errors
/// `forbidden`.
pub(crate) fn check_staff_over(
    act: StaffAct,
    role: InstanceRole,
    to: InstanceRole,
) -> Result<(), Code> {
    check_staff(act, role)?;
    if role > to || role == InstanceRole::Owner { Ok(()) } else { Err(Code::Forbidden) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROLES: [InstanceRole; 4] =
        [InstanceRole::Member, InstanceRole::Moderator, InstanceRole::Admin, InstanceRole::Owner];

    fn letter(outcome: Result<(), Code>) -> char {
        if outcome.is_ok() { 'y' } else { 'n' }
    }

    /// Columns: member, moderator, admin, owner.
    #[test]
    fn every_cell_is_as_declared() {
        let declared = [
            (SeeAccounts, "nyyy"),
            (Suspend, "nyyy"),
            (SignOut, "nyyy"),
            (DeleteAccount, "nnyy"),
            (AppointModerator, "nnyy"),
            (AppointStaff, "nnny"),
            (DeleteMessage, "nyyy"),
            (Moderate, "nyyy"),
            (ReadAudit, "nnyy"),
            (RunJobs, "nnyy"),
        ];
        for (act, row) in declared {
            let found: String = ROLES.map(|role| letter(check_staff(act, role))).iter().collect();
            assert_eq!(found, row, "{act:?}");
        }
    }

    /// Each group is one who acts, each letter one who is acted on, in the same order.
    #[test]
    fn nobody_acts_on_those_above() {
        let grid = |act| {
            ROLES.map(|role| {
                ROLES.map(|to| letter(check_staff_over(act, role, to))).iter().collect::<String>()
            })
        };
        assert_eq!(grid(Suspend), ["nnnn", "ynnn", "yynn", "yyyy"]);
        assert_eq!(grid(SignOut), ["nnnn", "ynnn", "yynn", "yyyy"]);
        assert_eq!(grid(DeleteAccount), ["nnnn", "nnnn", "yynn", "yyyy"]);
        assert_eq!(grid(AppointModerator), ["nnnn", "nnnn", "yynn", "yyyy"]);
        assert_eq!(grid(AppointStaff), ["nnnn", "nnnn", "nnnn", "yyyy"]);
    }
}
