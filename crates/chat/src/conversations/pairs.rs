//! Direct conversations as one of the two sees them: who the other is, how far each has received and read,
//! and for lists the first and the newest message. What has no message yet is no chat to these.

use crate::{Actor, Chat, error::Result, messages, operation::Query, pressure::Class};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{Account, AccountId, Code, ConversationId, Message, Problem, Receipt, Time};

/// The columns [`pair`] reads, from `members m` (one's own) and `members o` (the other's).
macro_rules! columns {
    () => {
        "m.conversation_id, m.account_id, m.delivered_seq, m.read_seq, m.delivered_at, m.read_at, \
         o.account_id, o.delivered_seq, o.read_seq, o.delivered_at, o.read_at, c.last_seq"
    };
}

/// What they are read from.
macro_rules! joined {
    () => {
        " FROM members m JOIN conversations c ON c.id = m.conversation_id AND c.kind = 'direct' \
         JOIN members o ON o.conversation_id = c.id AND o.account_id <> m.account_id "
    };
}

/// With the other's account, the first message, how many are unread where that is counted, and the newest that was not
/// deleted.
macro_rules! chats {
    ($unread:literal) => {
        concat!(
            "SELECT ",
            columns!(),
            ", a.username, a.display_name, f.sent_at, ",
            $unread,
            ", ",
            messages::columns!(),
            joined!(),
            "JOIN accounts a ON a.id = o.account_id \
             JOIN messages f ON f.conversation_id = c.id AND f.seq = 1 \
             JOIN messages x ON x.conversation_id = c.id AND x.seq = \
             (SELECT max(k.seq) FROM messages k WHERE k.conversation_id = c.id AND k.deleted_at IS NULL) \
             WHERE m.account_id = ?1 AND m.left_at IS NULL "
        )
    };
}

chinwag_sql::statements! {
    /// All of one's pairs.
    ALL = concat!("SELECT ", columns!(), joined!(), "WHERE m.account_id = ?1 AND m.left_at IS NULL");
    /// One of them.
    ONE = concat!("SELECT ", columns!(), joined!(), "WHERE m.account_id = ?1 AND m.left_at IS NULL AND m.conversation_id = ?2");
    /// The one with somebody.
    WITH = concat!("SELECT ", columns!(), joined!(), "WHERE m.account_id = ?1 AND m.left_at IS NULL AND o.account_id = ?2");
    /// A page of one's chats, most recently active first.
    BY_ACTIVITY = concat!(chats!("(SELECT count(*) FROM messages u WHERE u.conversation_id = c.id AND u.seq > m.read_seq \
                          AND u.sender_id <> m.account_id AND u.deleted_at IS NULL)"),
                          "AND a.unclaimed_by IS NULL ORDER BY x.sent_at DESC, c.id DESC LIMIT ?2 OFFSET ?3");
    /// A page of them without those one blocked, most recently started first.
    BY_START = concat!(chats!("CAST(0 AS BIGINT)"), "AND NOT EXISTS (SELECT 1 FROM blocks b WHERE b.account_id = m.account_id AND b.blocked_id = o.account_id) \
                       ORDER BY f.sent_at DESC, c.id DESC LIMIT ?2 OFFSET ?3");
}

/// Most chats of a page.
const MOST: u32 = 1_000;

/// A direct conversation, and how far each of the two is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Which.
    pub conversation: ConversationId,
    /// Whoever asks.
    pub mine: Receipt,
    /// When they came so far.
    pub mine_at: Since,
    /// The other.
    pub theirs: Receipt,
    /// When they came so far.
    pub theirs_at: Since,
    /// Number of the newest message, 0 when there is none.
    pub last_seq: i64,
}

/// When somebody's watermarks moved last; absent where they never did, or before that was written down.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Since {
    /// That of what was delivered.
    pub delivered: Option<Time>,
    /// That of what was read.
    pub read: Option<Time>,
}

/// A direct conversation in a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DirectChat {
    /// The two.
    pub pair: Pair,
    /// The other one, who may be a name that nobody claimed.
    pub peer: Account,
    /// When the first message was sent.
    pub started_at: Time,
    /// How many messages to whoever asks are unread; 0 where chats are listed by their start.
    pub unread: i64,
    /// The newest message that was not deleted.
    pub last: Message,
}

/// In which order chats are listed, and which.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChatOrder {
    /// All but those with names that nobody claimed, most recently active first.
    Activity,
    /// Without those with somebody one blocked, most recently started first.
    Start,
}

const PAIR: usize = 12;

fn pair(row: &Row) -> Result<Pair> {
    let ((mine, mine_at), (theirs, theirs_at)) = (one(row, 1)?, one(row, 6)?);
    let (conversation, last_seq) = (ConversationId(row.get(0)?), row.get(11)?);
    Ok(Pair { conversation, mine, mine_at, theirs, theirs_at, last_seq })
}

/// One of the two, whose columns begin at `first`.
fn one(row: &Row, first: usize) -> Result<(Receipt, Since)> {
    let (delivered, read) = (row.get(first + 1)?, row.get(first + 2)?);
    let receipt = Receipt { account_id: AccountId(row.get(first)?), delivered, read };
    let at = |column: usize| Ok::<_, chinwag_sql::Error>(row.get::<Option<i64>>(column)?.map(Time));
    Ok((receipt, Since { delivered: at(first + 3)?, read: at(first + 4)? }))
}

fn chat(row: &mut Row) -> Result<DirectChat> {
    let pair = pair(row)?;
    Ok(DirectChat {
        peer: Account {
            id: pair.theirs.account_id,
            username: row.get(PAIR)?,
            display_name: row.get(PAIR + 1)?,
        },
        pair,
        started_at: Time(row.get(PAIR + 2)?),
        unread: row.get(PAIR + 3)?,
        last: messages::message_at(row, PAIR + 4)?,
    })
}

enum Which {
    All,
    One(ConversationId),
    With(AccountId),
}

struct Pairs {
    account: AccountId,
    which: Which,
}

impl Query for Pairs {
    type Answer = Vec<Pair>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Pair>> {
        let me = self.account.0.into();
        let rows = match self.which {
            Which::All => tx.rows(&ALL, &[me]).await?,
            Which::One(id) => tx.rows(&ONE, &[me, id.0.into()]).await?,
            Which::With(other) => tx.rows(&WITH, &[me, other.0.into()]).await?,
        };
        rows.iter().map(pair).collect()
    }
}

struct Chats {
    account: AccountId,
    order: ChatOrder,
    limit: u32,
    offset: u32,
}

impl Query for Chats {
    type Answer = Vec<DirectChat>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<DirectChat>> {
        let statement = match self.order {
            ChatOrder::Activity => &BY_ACTIVITY,
            ChatOrder::Start => &BY_START,
        };
        let page =
            [self.account.0.into(), i64::from(self.limit).into(), i64::from(self.offset).into()];
        let mut rows = tx.rows(statement, &page).await?;
        rows.iter_mut().map(chat).collect()
    }
}

impl Chat {
    /// All direct conversations of the account.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn pairs(&self, actor: &Actor) -> Result<Vec<Pair>, Problem> {
        self.query(Pairs { account: actor.account, which: Which::All }).await
    }

    /// One direct conversation of the account.
    ///
    /// # Errors
    /// `conversation_not_found`, also where it is none of the account's or not direct.
    #[crate::boxed]
    pub async fn pair(&self, actor: &Actor, id: ConversationId) -> Result<Pair, Problem> {
        let found = self.query(Pairs { account: actor.account, which: Which::One(id) }).await?;
        found.first().copied().ok_or_else(|| Code::ConversationNotFound.into())
    }

    /// The direct conversation with somebody, where there is one.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn pair_with(
        &self,
        actor: &Actor,
        other: AccountId,
    ) -> Result<Option<Pair>, Problem> {
        let found = self.query(Pairs { account: actor.account, which: Which::With(other) }).await?;
        Ok(found.first().copied())
    }

    /// A page of the direct conversations in which something was said.
    ///
    /// # Errors
    /// `overloaded`.
    #[crate::boxed]
    pub async fn direct_chats(
        &self,
        actor: &Actor,
        order: ChatOrder,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<DirectChat>, Problem> {
        self.pressure.admit(Class::Browse)?;
        let limit = limit.min(MOST);
        self.query(Chats { account: actor.account, order, limit, offset }).await
    }
}
