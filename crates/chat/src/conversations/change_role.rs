//! Appoints and dismisses.

use super::{advance_rev, members::member, place_for_change, remove_member::owners, row};
use crate::{
    Actor, Chat, Notice, Viewer,
    access::Act,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, ChangeRole, Code, ConversationId, Event, EventBody, Member, Problem, Role,
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
        let rev = place.last_rev + 1;
        let values =
            [self.id.0.into(), self.account.0.into(), row::role_name(self.role).into(), rev.into()];
        tx.exec(&APPOINT, &values).await?;
        advance_rev(tx, self.id, rev).await?;
        let member = row::veiled(Member { role: self.role, ..before }, place.scene);
        let event = Event {
            conversation_id: Some(self.id),
            rev: Some(rev),
            body: EventBody::MemberChanged(member.clone()),
        };
        Ok(Outcome::telling(
            member,
            vec![Notice::Conversation { conversation: self.id, kind: place.kind(), event }],
        ))
    }
}

impl Chat {
    /// Gives a member another role.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`, `member_not_found`, `last_owner`.
    pub async fn change_role(
        &self,
        actor: &Actor,
        id: ConversationId,
        account: AccountId,
        body: ChangeRole,
    ) -> Result<Member, Problem> {
        self.change(Appointing { actor: *actor, id, account, role: body.role }).await
    }
}
