//! Where an account stands in all its conversations, and what it missed.

use super::changes::since;
use crate::{
    Actor, Chat, Viewer,
    access::Act,
    account_log, accounts, blocks,
    conversations::{kind, place},
    error::Result,
    operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{
    AccountId, Changes, ConversationId, Kind, OwnAccount, Positions, Problem, frame::Head,
};
use std::collections::HashSet;

chinwag_sql::statements! {
    /// Where one stands, most recently active first.
    HEADS = "SELECT c.id, c.kind, c.last_seq, c.last_rev, m.read_seq, m.visible_from FROM members m JOIN conversations c ON c.id = m.conversation_id \
             WHERE m.account_id = ?1 AND m.left_at IS NULL ORDER BY c.last_at DESC, c.id DESC";
}

/// Most changes given at once; what is left is asked for with `sync`.
const MOST: usize = 2_000;

/// What a connection subscribes to, and whom it must not hear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The account's conversations, their kinds, and the first message it may see of each.
    pub conversations: Vec<(ConversationId, Kind, i64)>,
    /// Everyone with whom a block stands, in either direction.
    pub blocks: Vec<AccountId>,
}

/// Where an account stands, and what it missed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resumed {
    /// Who it is.
    pub account: OwnAccount,
    /// How far its own counter is.
    pub account_rev: i64,
    /// Whether the positions hold; if not, the client starts over.
    pub resumed: bool,
    /// All its conversations, most recently active first.
    pub conversations: Vec<(Head, Kind)>,
    /// What changed since each position.
    pub changes: Vec<Changes>,
    /// Conversations of the positions that the account is no longer in.
    pub left: Vec<ConversationId>,
}

async fn heads(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<(Head, Kind, i64)>> {
    let rows = tx.rows(&HEADS, &[account.0.into()]).await?;
    rows.iter()
        .map(|row| {
            let head = Head {
                conversation_id: ConversationId(row.get(0)?),
                seq: row.get(2)?,
                rev: row.get(3)?,
                read: row.get(4)?,
            };
            Ok((head, kind(&row.get::<String>(1)?)?, row.get(5)?))
        })
        .collect()
}

struct Memberships {
    account: AccountId,
}

impl Query for Memberships {
    type Answer = Standing;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Standing> {
        let heads = heads(tx, self.account).await?.into_iter();
        let conversations = heads
            .map(|(head, kind, visible_from)| (head.conversation_id, kind, visible_from))
            .collect();
        Ok(Standing { conversations, blocks: blocks::either_way(tx, self.account).await? })
    }
}

struct Resuming {
    actor: Actor,
    positions: Positions,
    /// Whether the positions belong to this history.
    same_epoch: bool,
}

impl Query for Resuming {
    type Answer = Resumed;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Resumed> {
        let account = accounts::own(tx, self.actor.account).await?;
        let account_rev = account_log::head(tx, self.actor.account).await?;
        let conversations: Vec<_> = heads(tx, self.actor.account)
            .await?
            .into_iter()
            .map(|(head, kind, _)| (head, kind))
            .collect();
        let known = &self.positions.conversations;
        let ahead = conversations.iter().any(|(head, _)| {
            known.get(&head.conversation_id).is_some_and(|rev| *rev > head.rev || *rev < 0)
        });
        if !self.same_epoch || ahead {
            return Ok(Resumed {
                account,
                account_rev,
                resumed: false,
                conversations,
                changes: Vec::new(),
                left: Vec::new(),
            });
        }
        let ids: HashSet<_> = conversations.iter().map(|(head, _)| head.conversation_id).collect();
        let left = known.keys().copied().filter(|id| !ids.contains(id)).collect();
        let changes = self.changes(tx, &conversations).await?;
        Ok(Resumed { account, account_rev, resumed: true, conversations, changes, left })
    }
}

impl Resuming {
    async fn changes(
        &self,
        tx: &mut Tx<'_>,
        conversations: &[(Head, Kind)],
    ) -> Result<Vec<Changes>> {
        let mut changes = Vec::new();
        let mut count = 0;
        for (head, _) in conversations {
            let id = head.conversation_id;
            let Some(rev) =
                self.positions.conversations.get(&id).copied().filter(|rev| *rev < head.rev)
            else {
                continue;
            };
            let page = if count < MOST {
                let place = place(tx, id, Viewer::Account(self.actor), Act::Read).await?;
                since(tx, id, &place, rev).await?
            } else {
                Changes { conversation_id: id, events: Vec::new(), rev, more: true }
            };
            count += page.events.len();
            changes.push(page);
        }
        Ok(changes)
    }
}

impl Chat {
    /// What a new connection of this account subscribes to.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn memberships(&self, actor: &Actor) -> Result<Standing, Problem> {
        self.query(Memberships { account: actor.account }).await
    }

    /// Where the account stands, and what changed since its positions. Call it after subscribing.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn resume(&self, actor: &Actor, positions: &Positions) -> Result<Resumed, Problem> {
        let same_epoch = positions.epoch.as_deref() == Some(self.epoch())
            && !positions.conversations.is_empty()
            || positions.conversations.is_empty()
                && positions.epoch.as_deref().is_none_or(|epoch| epoch == self.epoch());
        self.query(Resuming { actor: *actor, positions: positions.clone(), same_epoch }).await
    }
}
