//! When people were last connected, and who may know.

use crate::{
    Actor, Chat, Viewer,
    access::Act,
    conversations::place,
    error::Result,
    operation::{Change, Outcome, Query},
    ties::share_a_place,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Problem, Time};

chinwag_sql::statements! {
    /// They were connected until now.
    SEEN = "UPDATE accounts SET last_seen_at = ?2 WHERE id = ?1 AND deleted_at IS NULL";
    /// When somebody was last connected and since when a block stands between, if one shares a direct
    /// conversation or group with them.
    LAST_SEEN = concat!(
        "SELECT a.last_seen_at, (SELECT min(b.created_at) FROM blocks b WHERE (b.account_id = ?1 AND b.blocked_id = ?2) \
         OR (b.account_id = ?2 AND b.blocked_id = ?1)) FROM accounts a WHERE a.id = ?2 AND ",
        share_a_place!()
    );
}

struct Offline {
    account: AccountId,
    at: Time,
}

impl Change for Offline {
    type Answer = Time;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Time>> {
        tx.exec(&SEEN, &[self.account.0.into(), self.at.0.into()]).await?;
        Ok(Outcome::quiet(self.at))
    }
}

/// When somebody was last connected, as one may know.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastSeen {
    /// Who.
    pub account: AccountId,
    /// When; never after a block between the two was set.
    pub at: Option<Time>,
    /// Whether a block stands between the two: whatever they are, they appear offline.
    pub hidden: bool,
}

struct LookingFor {
    account: AccountId,
    others: Vec<AccountId>,
}

impl Query for LookingFor {
    type Answer = Vec<LastSeen>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<LastSeen>> {
        let mut seen = Vec::new();
        for other in &self.others {
            let pair = [self.account.0.into(), other.0.into()];
            if let Some(row) = tx.maybe(&LAST_SEEN, &pair).await? {
                let (at, blocked) = (row.get::<Option<i64>>(0)?, row.get::<Option<i64>>(1)?);
                let at = at.map(|at| Time(blocked.map_or(at, |blocked| at.min(blocked))));
                seen.push(LastSeen { account: *other, at, hidden: blocked.is_some() });
            }
        }
        Ok(seen)
    }
}

struct MayType {
    actor: Actor,
    id: ConversationId,
}

impl Query for MayType {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        place(tx, self.id, Viewer::Account(self.actor), Act::Write).await.map(|_| ())
    }
}

impl Chat {
    /// Stores that an account was connected until now, and says when that is.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn went_offline(&self, account: AccountId) -> Result<Time, Problem> {
        self.change(Offline { account, at: self.clock.now() }).await
    }

    /// When people were last connected; only those one shares a direct conversation or group with. A block
    /// leaves nobody out, which would tell of it: they are hidden.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn last_seen(
        &self,
        actor: &Actor,
        accounts: &[AccountId],
    ) -> Result<Vec<LastSeen>, Problem> {
        self.query(LookingFor { account: actor.account, others: accounts.to_vec() }).await
    }

    /// Whether one may be seen typing in a conversation.
    ///
    /// # Errors
    /// `conversation_not_found`, `sending_not_allowed`, `forbidden`.
    #[crate::boxed]
    pub async fn may_type(&self, actor: &Actor, id: ConversationId) -> Result<(), Problem> {
        self.query(MayType { actor: *actor, id }).await
    }
}
