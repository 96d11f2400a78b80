//! Appoints and dismisses.

use super::{
    members::{count, member},
    place_for_change,
    remove_member::owners,
    row,
};
use crate::{
    Actor, Chat, Notice, Viewer,
    access::{Act, Scene},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, ChangeRole, Code, ConversationId, Event, EventBody, Member, Problem, Role, Time,
};

chinwag_sql::statements! {
    /// Another role.
    APPOINT = "UPDATE members SET role = ?3, rev = ?4 WHERE conversation_id = ?1 AND account_id = ?2";
}

struct Appointing {
    actor: Actor,
    id: ConversationId,
    account: AccountId,
    role: Role,
    at: Time,
}

impl Change for Appointing {
    type Answer = Member;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Member>> {
        let place =
            place_for_change(tx, self.id, Viewer::Account(self.actor), Act::ChangeRole).await?;
        let before = member(tx, self.id, self.account).await?.ok_or(Code::MemberNotFound)?;
        if before.role == self.role {
            return Ok(Outcome::quiet(before));
        }
        if before.role == Role::Owner && owners(tx, self.id).await? == 1 {
            return Err(Code::LastOwner.into());
        }
        let change = (place.last_rev + 1, self.at);
        let (member, notice) = appoint(tx, self.id, place.scene, before, self.role, change).await?;
        Ok(Outcome::telling(member, vec![notice]))
    }
}

/// Gives a member of a held conversation another role, as the change of this number and instant; and what is heard
/// of it.
pub(super) async fn appoint(
    tx: &mut Tx<'_>,
    id: ConversationId,
    scene: Scene,
    before: Member,
    role: Role,
    (rev, at): (i64, Time),
) -> Result<(Member, Notice)> {
    let values = [id.0.into(), before.account.id.0.into(), row::role_name(role).into(), rev.into()];
    tx.exec(&APPOINT, &values).await?;
    count(tx, id, 0, rev, at).await?;
    let member = row::veiled(Member { role, ..before }, scene);
    let body = EventBody::MemberChanged(member.clone());
    let event = Event { conversation_id: Some(id), rev: Some(rev), body };
    Ok((member, Notice::Conversation { conversation: id, kind: scene.kind, event }))
}

impl Chat {
    /// Gives a member another role.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`, `member_not_found`, `last_owner`.
    #[crate::boxed]
    pub async fn change_role(
        &self,
        actor: &Actor,
        id: ConversationId,
        account: AccountId,
        body: ChangeRole,
    ) -> Result<Member, Problem> {
        let (actor, role, at) = (*actor, body.role, self.clock.now());
        self.change(Appointing { actor, id, account, role, at }).await
    }
}
