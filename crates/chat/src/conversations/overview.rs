//! Conversations with everybody who is in them, for surfaces that show them whole. Rooms are not among them, nor
//! is what one said to a name that nobody has claimed.

use super::{place, row};
use crate::{Actor, Chat, Viewer, access::Act, error::Result, operation::Query, pressure::Class};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, ConversationId, Kind, MessageId, Problem, Role, Time};
use std::collections::HashMap;
use uuid::Uuid;

/// The columns [`overview_at`] reads, from `conversations c`.
macro_rules! columns {
    () => {
        "c.id, c.kind, c.name, c.created_at, c.last_at, COALESCE(c.changed_at, 0), k.seq, k.sent_at"
    };
}

/// The newest message that was not deleted, beside each of `conversations c`.
macro_rules! last_kept {
    () => {
        " LEFT JOIN messages k ON k.conversation_id = c.id AND k.seq = \
         (SELECT max(l.seq) FROM messages l WHERE l.conversation_id = c.id AND l.deleted_at IS NULL) "
    };
}

chinwag_sql::statements! {
    /// One.
    ONE = concat!("SELECT ", columns!(), " FROM conversations c ", last_kept!(), "WHERE c.id = ?1");
    /// Who is in it; who was, where it is of two.
    PEOPLE = "SELECT o.account_id, o.role FROM members o JOIN conversations c ON c.id = o.conversation_id \
              WHERE o.conversation_id = ?1 AND (o.left_at IS NULL OR c.kind = 'direct') ORDER BY o.joined_at, o.account_id";
    /// All that somebody is in, the latest first.
    ALL = concat!("SELECT ", columns!(), ", m.visible_from FROM members m JOIN conversations c ON c.id = m.conversation_id ", last_kept!(), "\
           WHERE m.account_id = ?1 AND m.left_at IS NULL AND c.kind <> 'room' AND NOT (c.kind = 'direct' AND EXISTS (SELECT 1 FROM members o \
           JOIN accounts a ON a.id = o.account_id WHERE o.conversation_id = c.id AND a.unclaimed_by IS NOT NULL)) \
           ORDER BY CASE WHEN COALESCE(c.changed_at, 0) > c.last_at THEN c.changed_at ELSE c.last_at END DESC, c.id DESC LIMIT ?2");
    /// Everybody in any of them.
    PEOPLE_OF_ALL = "SELECT o.conversation_id, o.account_id, o.role FROM members m JOIN conversations c ON c.id = m.conversation_id \
                     JOIN members o ON o.conversation_id = c.id AND (o.left_at IS NULL OR c.kind = 'direct') \
                     WHERE m.account_id = ?1 AND m.left_at IS NULL AND c.kind <> 'room' ORDER BY o.joined_at, o.account_id";
    /// What kind one is. A group that nobody is in is gone.
    KIND = "SELECT kind FROM conversations WHERE id = ?1 AND (kind <> 'group' OR member_count > 0)";
}

/// Most of them in a list.
const MOST: i64 = 1_000;

/// A conversation, and who is in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// Which.
    pub id: ConversationId,
    /// Direct or a group.
    pub kind: Kind,
    /// Name of a group.
    pub name: Option<String>,
    /// Who is in it, in the order they joined.
    pub people: Vec<(AccountId, Role)>,
    /// The newest message that was not deleted, where there is one that one may read.
    pub last: Option<MessageId>,
    /// When it was made.
    pub created_at: Time,
    /// When something was said, or changed of it.
    pub updated_at: Time,
}

/// Without its people, as somebody sees it who may read from this number on.
fn overview_at(row: &Row, visible_from: i64) -> Result<Overview> {
    let (id, last_at) = (ConversationId(row.get(0)?), Time(row.get(4)?));
    let kept = row.get::<Option<i64>>(6)?.zip(row.get::<Option<i64>>(7)?);
    let last = kept.filter(|(seq, _)| *seq >= visible_from);
    let last = last.map(|(seq, at)| MessageId::of(id, seq, Time(at)));
    Ok(Overview {
        id,
        kind: row::kind(&row.get::<String>(1)?)?,
        name: row.get(2)?,
        people: Vec::new(),
        last,
        created_at: Time(row.get(3)?),
        updated_at: last_at.max(Time(row.get(5)?)),
    })
}

/// One of them, as somebody sees it who may read from this number on.
pub(super) async fn overview(
    tx: &mut Tx<'_>,
    id: ConversationId,
    visible_from: i64,
) -> Result<Overview> {
    let mut overview = overview_at(&tx.row(&ONE, &[id.0.into()]).await?, visible_from)?;
    for row in tx.rows(&PEOPLE, &[id.0.into()]).await? {
        overview.people.push((AccountId(row.get(0)?), row::role(&row.get::<String>(1)?)?));
    }
    Ok(overview)
}

struct One {
    actor: Actor,
    id: ConversationId,
}

impl Query for One {
    type Answer = Overview;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Overview> {
        let place = place(tx, self.id, Viewer::Account(self.actor), Act::ListMembers).await?;
        overview(tx, self.id, place.visible_from).await
    }
}

struct All(AccountId);

impl Query for All {
    type Answer = Vec<Overview>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Overview>> {
        let mut people: HashMap<Uuid, Vec<(AccountId, Role)>> = HashMap::new();
        for row in tx.rows(&PEOPLE_OF_ALL, &[self.0.0.into()]).await? {
            let one = (AccountId(row.get(1)?), row::role(&row.get::<String>(2)?)?);
            people.entry(row.get(0)?).or_default().push(one);
        }
        let rows = tx.rows(&ALL, &[self.0.0.into(), MOST.into()]).await?;
        let whole = |row: &Row| {
            let overview = overview_at(row, row.get(8)?)?;
            Ok(Overview { people: people.remove(&overview.id.0).unwrap_or_default(), ..overview })
        };
        rows.iter().map(whole).collect()
    }
}

struct KindOf(ConversationId);

impl Query for KindOf {
    type Answer = Option<Kind>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<Kind>> {
        let row = tx.maybe(&KIND, &[self.0.0.into()]).await?;
        row.map(|row| Ok(row::kind(&row.get::<String>(0)?)?)).transpose()
    }
}

impl Chat {
    /// A conversation that one is in, with everybody who is in it.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden` for a room one has not joined.
    #[crate::boxed]
    pub async fn overview(&self, actor: &Actor, id: ConversationId) -> Result<Overview, Problem> {
        self.query(One { actor: *actor, id }).await
    }

    /// The direct conversations and groups that one is in, the latest first, and 1,000 at most.
    ///
    /// # Errors
    /// `overloaded`.
    #[crate::boxed]
    pub async fn overviews(&self, actor: &Actor) -> Result<Vec<Overview>, Problem> {
        self.pressure.admit(Class::Browse)?;
        self.query(All(actor.account)).await
    }

    /// What kind a conversation is, whoever may see it: for surfaces that tell what is not one's own from what is
    /// not there.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn kind_of(&self, id: ConversationId) -> Result<Option<Kind>, Problem> {
        self.query(KindOf(id)).await
    }
}
