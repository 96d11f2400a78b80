//! Somebody goes, or is removed. From here on nothing of the conversation reaches them.

use super::{
    members::{count, member},
    place_for_change,
};
use crate::{
    Actor, Chat, Notice, Viewer,
    access::Act,
    account_log,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, Code, ConversationId, Event, EventBody, Kind, Left, MemberLeft, Problem, Role, Time,
};

chinwag_sql::statements! {
    /// The row stays, and says when they went.
    LEAVE = "UPDATE members SET left_at = ?3, removed_by = ?4, rev = ?5 WHERE conversation_id = ?1 AND account_id = ?2";
    /// How many owners it has.
    OWNERS = "SELECT count(*) FROM members WHERE conversation_id = ?1 AND role = 'owner' AND left_at IS NULL";
}

struct Removing {
    actor: Actor,
    id: ConversationId,
    account: AccountId,
    at: Time,
}

impl Change for Removing {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let viewer = Viewer::Account(self.actor);
        let oneself = self.account == self.actor.account;
        let place = place_for_change(
            tx,
            self.id,
            viewer,
            if oneself { Act::Leave } else { Act::RemoveMember },
        )
        .await?;
        let role = member(tx, self.id, self.account).await?.ok_or(Code::MemberNotFound)?.role;
        if !oneself && role > Role::Member {
            place.may(Act::RemoveStaff)?;
        }
        // A group that its last person leaves is gone; a room stays, and stays somebody's.
        let remains = place.kind() == Kind::Room || place.member_count > 1;
        if role == Role::Owner && remains && owners(tx, self.id).await? == 1 {
            return Err(Code::LastOwner.into());
        }
        let departure = Departure {
            conversation: self.id,
            kind: place.kind(),
            account: self.account,
            removed_by: (!oneself).then_some(self.actor.account),
            rev: place.last_rev + 1,
            at: self.at,
        };
        Ok(Outcome::telling((), departure.write(tx).await?))
    }
}

/// Somebody who goes from a held conversation.
pub(super) struct Departure {
    pub(super) conversation: ConversationId,
    pub(super) kind: Kind,
    pub(super) account: AccountId,
    /// Who removed them; absent if they went by themselves.
    pub(super) removed_by: Option<AccountId>,
    /// The number of this change.
    pub(super) rev: i64,
    pub(super) at: Time,
}

impl Departure {
    /// Writes it, counts, and says who hears of it: their own devices, then those who stay.
    pub(super) async fn write(&self, tx: &mut Tx<'_>) -> Result<Vec<Notice>> {
        let Self { conversation, kind, account, removed_by, rev, at } = *self;
        let values = [
            conversation.0.into(),
            account.0.into(),
            at.0.into(),
            removed_by.map(|account| account.0).into(),
            rev.into(),
        ];
        tx.exec(&LEAVE, &values).await?;
        count(tx, conversation, -1, rev, at).await?;
        let account_rev = account_log::bump(tx, account).await?;
        let left = Left { conversation_id: conversation, account_rev };
        let told = EventBody::MemberLeft(MemberLeft { account_id: account, removed_by });
        let event = |rev, body| Event { conversation_id: Some(conversation), rev, body };
        let left = event(None, EventBody::ConversationLeft(left));
        let told = event(Some(rev), told);
        Ok(vec![
            Notice::Left { account, conversation, event: left },
            Notice::Conversation { conversation, kind, event: told },
        ])
    }
}

/// How many owners a conversation has.
pub(super) async fn owners(tx: &mut Tx<'_>, id: ConversationId) -> Result<i64> {
    Ok(tx.row(&OWNERS, &[id.0.into()]).await?.get(0)?)
}

impl Chat {
    /// Removes a member; oneself is leaving.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`, `member_not_found`, `last_owner`.
    #[crate::boxed]
    pub async fn remove_member(
        &self,
        actor: &Actor,
        id: ConversationId,
        account: AccountId,
    ) -> Result<(), Problem> {
        self.change(Removing { actor: *actor, id, account, at: self.clock.now() }).await
    }
}
