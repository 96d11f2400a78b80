//! What no connection of somebody has received yet, for surfaces that hand over on connecting what
//! came meanwhile. The watermark is the account's own affair: nobody else learns it.

use super::row;
use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome, Query},
    pressure::Class,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Message, Problem, Time};

chinwag_sql::statements! {
    /// The direct conversations in which there may be something.
    BEHIND = "SELECT c.id, m.received_seq, m.visible_from, c.last_at, c.last_seq \
              FROM members m JOIN conversations c ON c.id = m.conversation_id \
              WHERE m.account_id = ?1 AND m.left_at IS NULL AND c.kind = 'direct' AND c.last_seq > m.received_seq \
              ORDER BY c.last_at DESC LIMIT ?2";
    /// The newest of what somebody else said in one.
    NEWEST = "SELECT x.seq, x.sent_at FROM messages x WHERE x.conversation_id = ?1 AND x.seq > ?2 AND x.seq >= ?3 \
              AND x.sender_id <> ?4 AND x.deleted_at IS NULL ORDER BY x.seq DESC LIMIT ?5";
    /// What somebody else said first above a number, and no more than so many.
    NEXT = "SELECT x.seq FROM messages x WHERE x.conversation_id = ?1 AND x.seq > ?2 \
            AND x.sender_id <> ?3 AND x.deleted_at IS NULL ORDER BY x.seq LIMIT ?4";
    /// What stands in a place, for a member who may read it.
    THERE = concat!("SELECT ", row::columns!(), " FROM messages x JOIN members m ON m.conversation_id = x.conversation_id \
             WHERE x.conversation_id = ?1 AND x.seq = ?2 AND x.deleted_at IS NULL \
             AND m.account_id = ?3 AND m.left_at IS NULL AND x.seq >= m.visible_from");
    /// The watermark, only forward and never past the newest.
    RECEIVE = "UPDATE members SET received_seq = ?3 WHERE conversation_id = ?1 AND account_id = ?2 AND received_seq < ?3 \
               AND ?3 <= (SELECT c.last_seq FROM conversations c WHERE c.id = ?1)";
}

/// Most messages handed over at once; the rest is in the history.
const MOST: usize = 1_000;

/// Where a message stands.
pub type MessagePlace = (ConversationId, i64);

/// What somebody has not received.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Missed {
    /// Where the messages stand, the oldest first.
    pub places: Vec<MessagePlace>,
    /// Up to where there is nothing in other conversations that was not received.
    pub settled: Vec<MessagePlace>,
}

/// A message that was not received, and its instant.
type Waiting = (Time, MessagePlace);

struct NotReceived(AccountId);

impl Query for NotReceived {
    type Answer = Missed;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Missed> {
        let behind = tx.rows(&BEHIND, &[self.0.0.into(), (MOST as i64).into()]).await?;
        let (mut found, mut settled): (Vec<Waiting>, _) = (Vec::new(), Vec::new());
        for row in behind {
            if found.len() >= MOST && found[MOST - 1].0 >= Time(row.get(3)?) {
                break;
            }
            let id = ConversationId(row.get(0)?);
            let waiting = self.waiting(tx, id, row.get(1)?, row.get(2)?).await?;
            if waiting.is_empty() {
                settled.push((id, row.get(4)?));
            }
            found.extend(waiting);
            found.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
            found.truncate(MOST);
        }
        let places = found.into_iter().rev().map(|(_, place)| place).collect();
        Ok(Missed { places, settled })
    }
}

impl NotReceived {
    /// The newest that wait in one conversation.
    async fn waiting(
        &self,
        tx: &mut Tx<'_>,
        id: ConversationId,
        received: i64,
        visible_from: i64,
    ) -> Result<Vec<Waiting>> {
        let most = (MOST as i64).into();
        let values = [id.0.into(), received.into(), visible_from.into(), self.0.0.into(), most];
        let rows = tx.rows(&NEWEST, &values).await?;
        rows.iter().map(|row| Ok((Time(row.get(1)?), (id, row.get(0)?)))).collect()
    }
}

/// Up to where somebody has received everything, who received it up to `from` and has now received these, whose
/// numbers rise: as far as nothing that others said is left out.
pub(super) async fn without_a_gap(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: ConversationId,
    from: i64,
    seqs: &[i64],
) -> Result<i64> {
    let mut upto = from;
    // Most often the very next is left out, or nothing is.
    for most in [1, seqs.len() as i64 + 1] {
        let values = [id.0.into(), upto.into(), account.0.into(), most.into()];
        for row in tx.rows(&NEXT, &values).await? {
            let seq = row.get(0)?;
            if seqs.binary_search(&seq).is_err() {
                return Ok(upto);
            }
            upto = seq;
        }
    }
    Ok(upto)
}

struct There {
    account: AccountId,
    places: Vec<MessagePlace>,
}

impl Query for There {
    type Answer = Vec<Message>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Message>> {
        let mut found = Vec::with_capacity(self.places.len());
        for (id, seq) in &self.places {
            let values = [id.0.into(), (*seq).into(), self.account.0.into()];
            if let Some(row) = tx.maybe(&THERE, &values).await? {
                found.push(row::message(&row)?);
            }
        }
        Ok(found)
    }
}

struct Received {
    account: AccountId,
    upto: Vec<MessagePlace>,
}

impl Change for Received {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        for (conversation, seq) in &self.upto {
            let values = [conversation.0.into(), self.account.0.into(), (*seq).into()];
            tx.exec(&RECEIVE, &values).await?;
        }
        Ok(Outcome::quiet(()))
    }
}

impl Chat {
    /// Where the messages of others stand in one's direct conversations that no connection of one's own has
    /// received: the newest 1,000.
    ///
    /// # Errors
    /// Only those of storage, and `overloaded`.
    #[crate::boxed]
    pub async fn not_received(&self, actor: &Actor) -> Result<Missed, Problem> {
        self.pressure.admit(Class::Browse)?;
        self.query(NotReceived(actor.account)).await
    }

    /// The messages that stand in these places, in their order; what one may not read, and what was
    /// deleted, is left out.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn messages_in(
        &self,
        actor: &Actor,
        places: Vec<MessagePlace>,
    ) -> Result<Vec<Message>, Problem> {
        self.query(There { account: actor.account, places }).await
    }

    /// Notes that a connection has received the messages of these conversations up to these numbers.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn mark_received(&self, actor: &Actor, upto: &[MessagePlace]) -> Result<(), Problem> {
        // In order of id, so that two of these never wait for each other in a circle.
        let (account, mut upto) = (actor.account, upto.to_vec());
        upto.sort_unstable();
        if upto.is_empty() {
            return Ok(());
        }
        self.change(Received { account, upto }).await
    }
}
