//! Gives an account another role on the server. Somebody always owns it.

use super::{hold, row::read};
use crate::{
    Actor, Chat, Origin,
    access::StaffAct,
    accounts::role_name,
    audit::Entry,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, AuditAct, ChangeInstanceRole, Code, InstanceRole, ManagedAccount, Problem, Time,
};

chinwag_sql::statements! {
    /// Another role.
    APPOINT = "UPDATE accounts SET role = ?2 WHERE id = ?1";
}

struct Appointing {
    actor: Actor,
    from: Origin,
    account: AccountId,
    role: InstanceRole,
    at: Time,
}

impl Change for Appointing {
    type Answer = ManagedAccount;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<ManagedAccount>> {
        let held = hold(tx, &self.actor, self.account, StaffAct::AppointModerator).await?;
        if held.role.max(self.role) > InstanceRole::Moderator {
            hold(tx, &self.actor, self.account, StaffAct::AppointStaff).await?;
        }
        if held.role != self.role {
            if held.last_owner {
                return Err(Code::LastOwner.into());
            }
            tx.exec(&APPOINT, &[self.account.0.into(), role_name(self.role).into()]).await?;
            let entry =
                Entry::staff(AuditAct::ChangeInstanceRole, &self.actor, &self.from, self.at);
            entry.about(self.account).on(role_name(self.role)).record(tx).await?;
        }
        Ok(Outcome::quiet(read(tx, self.account, InstanceRole::Admin).await?))
    }
}

impl Chat {
    /// Gives an account another role on the server. Admins make moderators; only owners make admins and
    /// owners, and dismiss them.
    ///
    /// # Errors
    /// `forbidden`, `account_not_found`, `last_owner`.
    #[crate::boxed]
    pub async fn change_instance_role(
        &self,
        actor: &Actor,
        from: &Origin,
        account: AccountId,
        body: ChangeInstanceRole,
    ) -> Result<ManagedAccount, Problem> {
        let (actor, from, at) = (*actor, *from, self.clock.now());
        self.change(Appointing { actor, from, account, role: body.role, at }).await
    }
}
