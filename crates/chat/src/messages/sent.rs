//! What somebody said themselves in a stretch of a log, for surfaces that tell them how far each of their messages
//! has come.

use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, ConversationId, MessageId, Problem, Time};

chinwag_sql::statements! {
    /// One's own messages above a number and up to another.
    SENT = "SELECT x.seq, x.sent_at FROM messages x WHERE x.conversation_id = ?1 AND x.sender_id = ?2 \
            AND x.seq > ?3 AND x.seq <= ?4 AND x.deleted_at IS NULL ORDER BY x.seq LIMIT ?5";
}

/// Most that are read at once.
const MOST: i64 = 200;

struct SentBetween {
    account: AccountId,
    id: ConversationId,
    after: i64,
    upto: i64,
}

impl Query for SentBetween {
    type Answer = Vec<(i64, MessageId)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Answer> {
        let (id, account) = (self.id.0.into(), self.account.0.into());
        let values = [id, account, self.after.into(), self.upto.into(), MOST.into()];
        let sent = |row: &Row| -> Result<(i64, MessageId)> {
            let seq = row.get(0)?;
            Ok((seq, MessageId::of(self.id, seq, Time(row.get(1)?))))
        };
        tx.rows(&SENT, &values).await?.iter().map(sent).collect()
    }
}

impl Chat {
    /// The numbers and ids of one's own messages above one number of a conversation and up to another: the first
    /// 200. Deleted ones are left out.
    ///
    /// # Errors
    /// Only those of storage.
    #[crate::boxed]
    pub async fn sent_between(
        &self,
        actor: &Actor,
        id: ConversationId,
        (after, upto): (i64, i64),
    ) -> Result<Vec<(i64, MessageId)>, Problem> {
        self.query(SentBetween { account: actor.account, id, after, upto }).await
    }
}
