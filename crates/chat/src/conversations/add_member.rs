//! Adds somebody to a group or room.

use super::{
    Newcomer,
    group::{Acquaintance, may_bring},
    members::member,
    place_for_change,
};
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AddMember, Code, ConversationId, Kind, Member, Problem, Role, Time};

struct Adding {
    actor: Actor,
    id: ConversationId,
    body: AddMember,
    group_limit: i64,
    whom: Acquaintance,
    at: Time,
}

impl Change for Adding {
    type Answer = Member;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Member>> {
        let place = place_for_change(tx, self.id, Viewer::Account(self.actor), Act::Add).await?;
        let role = self.body.role.unwrap_or(Role::Member);
        if role > Role::Member {
            place.may(Act::ChangeRole)?;
        }
        let account = self.body.account_id;
        if let Some(member) = member(tx, self.id, account).await? {
            return Ok(Outcome::quiet(member));
        }
        may_bring(tx, self.actor.account, account, self.whom).await?;
        if place.kind() == Kind::Group && place.member_count >= self.group_limit {
            return Err(Code::GroupFull.into());
        }
        let newcomer = Newcomer {
            conversation: self.id,
            kind: place.kind(),
            account,
            role,
            last_seq: place.last_seq,
            rev: place.last_rev + 1,
            at: self.at,
        };
        let (member, notices) = newcomer.enter(tx).await?;
        Ok(Outcome::telling(member, notices))
    }
}

impl Chat {
    /// Adds somebody. Adding a member again changes nothing.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`, `account_not_found`, `opening_not_allowed` where a block stands
    /// between the two, `group_full`.
    #[crate::boxed]
    pub async fn add_member(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: AddMember,
    ) -> Result<Member, Problem> {
        self.bring(actor, id, body, Acquaintance::Anyone).await
    }

    /// The same for a surface on which one may bring some people only.
    ///
    /// # Errors
    /// As [`Chat::add_member`].
    #[crate::boxed]
    pub async fn bring(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: AddMember,
        whom: Acquaintance,
    ) -> Result<Member, Problem> {
        let (actor, group_limit, at) = (*actor, self.options.group_limit, self.clock.now());
        self.change(Adding { actor, id, body, group_limit, whom, at }).await
    }
}
