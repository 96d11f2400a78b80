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
    BEHIND = "SELECT c.id, CASE WHEN m.received_seq > m.delivered_seq THEN m.received_seq ELSE m.delivered_seq END, m.visible_from, c.last_at \
              FROM members m JOIN conversations c ON c.id = m.conversation_id \
              WHERE m.account_id = ?1 AND m.left_at IS NULL AND c.kind = 'direct' \
              AND c.last_seq > m.received_seq AND c.last_seq > m.delivered_seq ORDER BY c.last_at DESC LIMIT ?2";
    /// The newest of them in one.
    NEWEST = concat!("SELECT ", row::columns!(), " FROM messages x WHERE x.conversation_id = ?1 AND x.seq > ?2 AND x.seq >= ?3 \
              AND x.sender_id <> ?4 AND x.deleted_at IS NULL ORDER BY x.seq DESC LIMIT ?5");
    /// The watermark, only forward and never past the newest.
    RECEIVE = "UPDATE members SET received_seq = ?3 WHERE conversation_id = ?1 AND account_id = ?2 AND received_seq < ?3 \
               AND ?3 <= (SELECT c.last_seq FROM conversations c WHERE c.id = ?1)";
}

/// Most messages handed over at once; the rest is in the history.
const MOST: usize = 1_000;

struct NotReceived(AccountId);

impl Query for NotReceived {
    type Answer = Vec<Message>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Message>> {
        let behind = tx.rows(&BEHIND, &[self.0.0.into(), (MOST as i64).into()]).await?;
        let mut found: Vec<Message> = Vec::new();
        for row in behind {
            if found.len() >= MOST && found[MOST - 1].sent_at >= Time(row.get(3)?) {
                break;
            }
            let values = [
                row.get::<uuid::Uuid>(0)?.into(),
                row.get::<i64>(1)?.into(),
                row.get::<i64>(2)?.into(),
                self.0.0.into(),
                (MOST as i64).into(),
            ];
            for mut row in tx.rows(&NEWEST, &values).await? {
                found.push(row::message(&mut row)?);
            }
            found.sort_unstable_by_key(|message| std::cmp::Reverse(message.sent_at));
            found.truncate(MOST);
        }
        found.reverse();
        Ok(found)
    }
}

struct Received {
    account: AccountId,
    upto: Vec<(ConversationId, i64)>,
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
    /// The messages of others in one's direct conversations that no connection of one's own has received: the
    /// newest 1,000, the oldest first.
    ///
    /// # Errors
    /// Only those of storage, and `overloaded`.
    pub async fn not_received(&self, actor: &Actor) -> Result<Vec<Message>, Problem> {
        self.pressure.admit(Class::Browse)?;
        self.query(NotReceived(actor.account)).await
    }

    /// Notes that a connection has received the messages of these conversations up to these numbers.
    ///
    /// # Errors
    /// Only those of storage.
    pub async fn mark_received(
        &self,
        actor: &Actor,
        upto: &[(ConversationId, i64)],
    ) -> Result<(), Problem> {
        // In order of id, so that two of these never wait for each other in a circle.
        let (account, mut upto) = (actor.account, upto.to_vec());
        upto.sort_unstable();
        if upto.is_empty() {
            return Ok(());
        }
        self.change(Received { account, upto }).await
    }
}
