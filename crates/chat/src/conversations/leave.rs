//! Somebody goes from a group, by themselves or because one of its admins wants it, and leaves it in good hands: where
//! they were its last owner, whoever has been there longest follows.

use super::{
    leave_all::Leaving,
    members::member,
    overview::{Overview, overview},
    place_for_change,
};
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, ConversationId, Problem, Time};

struct Going {
    actor: Actor,
    id: ConversationId,
    at: Time,
}

impl Change for Going {
    /// What stays; nothing where nobody does.
    type Answer = Option<Overview>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Option<Overview>>> {
        let viewer = Viewer::Account(self.actor);
        let place = place_for_change(tx, self.id, viewer, Act::Leave).await?;
        let (visible_from, others) = (place.visible_from, place.member_count > 1);
        let leaving = Leaving::from_place(self.id, &place, self.actor.account, self.at);
        let notices = leaving.leave(tx).await?;
        let rest = match others {
            true => Some(overview(tx, self.id, visible_from).await?),
            false => None,
        };
        Ok(Outcome::telling(rest, notices))
    }
}

struct Expelling {
    actor: Actor,
    id: ConversationId,
    account: AccountId,
    at: Time,
}

impl Change for Expelling {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let viewer = Viewer::Account(self.actor);
        let place = place_for_change(tx, self.id, viewer, Act::RemoveMember).await?;
        let role = member(tx, self.id, self.account).await?.ok_or(Code::MemberNotFound)?.role;
        let leaving = Leaving::from_place(self.id, &place, self.actor.account, self.at);
        let leaving = leaving.removed(self.account, role, self.actor.account);
        Ok(Outcome::telling((), leaving.leave(tx).await?))
    }
}

impl Chat {
    /// Removes somebody from a group, whatever they are in it, for surfaces on which all admins are alike.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`, `member_not_found`; `invalid` for oneself.
    #[crate::boxed]
    pub async fn expel(
        &self,
        actor: &Actor,
        id: ConversationId,
        account: AccountId,
    ) -> Result<(), Problem> {
        if account == actor.account {
            return Err(Problem::field("account_id", "must be somebody else"));
        }
        self.change(Expelling { actor: *actor, id, account, at: self.clock.now() }).await
    }

    /// Leaves a group, and gives what is left of it: nothing, where one was the last.
    ///
    /// # Errors
    /// `conversation_not_found`; `forbidden` for a direct conversation.
    #[crate::boxed]
    pub async fn leave(
        &self,
        actor: &Actor,
        id: ConversationId,
    ) -> Result<Option<Overview>, Problem> {
        self.change(Going { actor: *actor, id, at: self.clock.now() }).await
    }
}
