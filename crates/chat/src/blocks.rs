//! Blocks between accounts. A block by either side ends direct messages, presence and typing between
//! the two, in both directions, at the commit that sets it.

use crate::{
    Actor, Chat, Named, Notice,
    account_log::{Thing, note},
    accounts, contacts,
    conversations::pair_key,
    cursor::{self, Cursor},
    error::Result,
    operation::{Change, Outcome, Query},
};
use chinwag_sql::Tx;
use chinwag_wire::{Account, AccountId, BlockChanged, Code, EventBody, Page, Problem, Time};

chinwag_sql::statements! {
    /// A new block.
    BLOCK = "INSERT INTO blocks (account_id, blocked_id, created_at) VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
    /// A block lifted.
    UNBLOCK = "DELETE FROM blocks WHERE account_id = ?1 AND blocked_id = ?2";
    /// Whether one blocks the other.
    BY = "SELECT 1 FROM blocks WHERE account_id = ?1 AND blocked_id = ?2";
    /// Whether a block stands between two, in either direction.
    BETWEEN = "SELECT count(*) FROM blocks WHERE (account_id = ?1 AND blocked_id = ?2) OR (account_id = ?2 AND blocked_id = ?1)";
    /// Holds two accounts, in order of id so that two who hold the same pair never wait for each other.
    HOLD_PAIR = "SELECT id FROM accounts WHERE id = ?1 OR id = ?2 ORDER BY id FOR NO KEY UPDATE";
    /// Holds the direct conversation of a pair, so that sends and blocks come one after the other.
    HOLD_DIRECT = "SELECT id FROM conversations WHERE pair_key = ?1 FOR UPDATE";
    /// The direct conversation remembers it.
    SET_BLOCKED = "UPDATE conversations SET blocked = ?2 WHERE pair_key = ?1";
    /// A page of those one blocked, newest first.
    BLOCKS = "SELECT a.id, a.username, a.display_name, b.created_at FROM blocks b JOIN accounts a ON a.id = b.blocked_id \
              WHERE b.account_id = ?1 AND (b.created_at, b.blocked_id) < (?2, ?3) ORDER BY b.created_at DESC, b.blocked_id DESC LIMIT ?4";
    /// Everyone with whom a block stands, in either direction.
    EITHER_WAY = "SELECT blocked_id FROM blocks WHERE account_id = ?1 UNION SELECT account_id FROM blocks WHERE blocked_id = ?1";
}

/// Holds a pair until the transaction ends, so that opening and blocking come one after the other also where
/// there is no conversation yet to hold.
pub(crate) async fn hold_pair(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<()> {
    tx.rows(&HOLD_PAIR, &[one.0.into(), other.0.into()]).await?;
    Ok(())
}

/// Whether a block stands between two, in either direction.
pub(crate) async fn between(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(tx.row(&BETWEEN, &[one.0.into(), other.0.into()]).await?.get::<i64>(0)? > 0)
}

/// Whether `one` blocks the other.
pub(crate) async fn by(tx: &mut Tx<'_>, one: AccountId, other: AccountId) -> Result<bool> {
    Ok(tx.maybe(&BY, &[one.0.into(), other.0.into()]).await?.is_some())
}

/// What an account's devices hear of its block of another, as it is now.
pub(crate) async fn event(
    tx: &mut Tx<'_>,
    account: AccountId,
    other: AccountId,
    account_rev: i64,
) -> Result<EventBody> {
    let stands = by(tx, account, other).await?;
    let account = accounts::look(tx, other).await?.ok_or(chinwag_sql::Error::NoRow)?;
    let change = BlockChanged { account, account_rev };
    Ok(if stands { EventBody::BlockAdded(change) } else { EventBody::BlockRemoved(change) })
}

/// Everyone with whom a block stands, in either direction.
pub(crate) async fn either_way(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<AccountId>> {
    let rows = tx.rows(&EITHER_WAY, &[account.0.into()]).await?;
    rows.iter().map(|row| Ok(AccountId(row.get(0)?))).collect()
}

struct Setting {
    actor: Actor,
    other: AccountId,
    /// Whether it may be a name that nobody has claimed.
    unclaimed: bool,
    blocked: bool,
    at: Time,
}

impl Change for Setting {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let by = self.actor.account;
        let pair = pair_key(by, self.other);
        hold_pair(tx, by, self.other).await?;
        // Looked for once it is held, so that nobody blocks an account that is deleted just then.
        let found = match self.unclaimed {
            true => accounts::find_named(tx, self.other).await?,
            false => accounts::find(tx, self.other).await?,
        };
        found.ok_or(Code::AccountNotFound)?;
        tx.maybe(&HOLD_DIRECT, &[pair.as_slice().into()]).await?;
        let changed = match self.blocked {
            true => tx.exec(&BLOCK, &[by.0.into(), self.other.0.into(), self.at.0.into()]).await?,
            false => tx.exec(&UNBLOCK, &[by.0.into(), self.other.0.into()]).await?,
        };
        if changed == 0 {
            return Ok(Outcome::quiet(()));
        }
        let blocked = between(tx, by, self.other).await?;
        tx.exec(&SET_BLOCKED, &[pair.as_slice().into(), blocked.into()]).await?;
        let mut notices = vec![Notice::BlockChanged { by, other: self.other, blocked }];
        if self.blocked {
            notices.extend(contacts::end_for_block(tx, by, self.other).await?);
        }
        notices.push(note(tx, by, Thing::Block(self.other)).await?);
        Ok(Outcome::telling((), notices))
    }
}

struct Blocks {
    account: AccountId,
    from: Cursor,
    limit: usize,
}

impl Query for Blocks {
    type Answer = Vec<(Account, i64)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Answer> {
        let most = self.limit as i64 + 1;
        let rows = tx
            .rows(
                &BLOCKS,
                &[self.account.0.into(), self.from.order.into(), self.from.id.into(), most.into()],
            )
            .await?;
        rows.iter()
            .map(|row| {
                Ok((
                    Account {
                        id: AccountId(row.get(0)?),
                        username: row.get(1)?,
                        display_name: row.get(2)?,
                    },
                    row.get(3)?,
                ))
            })
            .collect()
    }
}

struct Blocked {
    by: AccountId,
    other: AccountId,
}

impl Query for Blocked {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool> {
        by(tx, self.by, self.other).await
    }
}

impl Chat {
    /// Whether one blocked an account.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn has_blocked(&self, actor: &Actor, other: AccountId) -> Result<bool, Problem> {
        self.query(Blocked { by: actor.account, other }).await
    }

    /// Blocks an account. Blocking again changes nothing.
    ///
    /// # Errors
    /// `account_not_found`, `invalid` for oneself.
    #[crate::boxed]
    pub async fn block(&self, actor: &Actor, account: AccountId) -> Result<(), Problem> {
        self.set_block(actor, account, false, true).await
    }

    /// Blocks an account, or a name that nobody has claimed.
    ///
    /// # Errors
    /// As [`Chat::block`].
    #[crate::boxed]
    pub async fn block_named(&self, actor: &Actor, named: &Named) -> Result<(), Problem> {
        self.set_block(actor, named.id, true, true).await
    }

    /// Lifts a block. Lifting none changes nothing.
    ///
    /// # Errors
    /// `account_not_found`.
    #[crate::boxed]
    pub async fn unblock(&self, actor: &Actor, account: AccountId) -> Result<(), Problem> {
        self.set_block(actor, account, false, false).await
    }

    /// Lifts a block of an account, or of a name that nobody has claimed.
    ///
    /// # Errors
    /// As [`Chat::unblock`].
    #[crate::boxed]
    pub async fn unblock_named(&self, actor: &Actor, named: &Named) -> Result<(), Problem> {
        self.set_block(actor, named.id, true, false).await
    }

    async fn set_block(
        &self,
        actor: &Actor,
        other: AccountId,
        unclaimed: bool,
        blocked: bool,
    ) -> Result<(), Problem> {
        if blocked && other == actor.account {
            return Err(Problem::field("account_id", "must be somebody else"));
        }
        let (actor, at) = (*actor, self.clock.now());
        self.change(Setting { actor, other, unclaimed, blocked, at }).await
    }

    /// A page of those one blocked, newest first.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn blocks(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<Account>, Problem> {
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::LAST)?;
        let items = self.query(Blocks { account: actor.account, from, limit }).await?;
        let page =
            cursor::page(items, limit, |(account, at)| Cursor { order: *at, id: account.id.0 });
        Ok(Page {
            items: page.items.into_iter().map(|(account, _)| account).collect(),
            next_cursor: page.next_cursor,
        })
    }
}
