//! What senders keep of their own messages, for themselves alone.

use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Problem};

chinwag_sql::statements! {
    /// Keeps one beside a message that was just stored.
    KEEP = "INSERT INTO sender_copies (account_id, conversation_id, seq, copy) VALUES (?1, ?2, ?3, ?4)";
    /// One.
    READ = "SELECT copy FROM sender_copies WHERE account_id = ?1 AND conversation_id = ?2 AND seq = ?3";
    /// Goes with the message.
    FORGET = "DELETE FROM sender_copies WHERE account_id = ?1 AND conversation_id = ?2 AND seq = ?3";
}

/// Where a message stands: its conversation, and its number there.
pub type Place = (ConversationId, i64);

/// Keeps a copy.
pub(super) async fn keep(
    tx: &mut Tx<'_>,
    account: AccountId,
    (conversation, seq): Place,
    copy: &str,
) -> Result<()> {
    let row = [account.0.into(), conversation.0.into(), seq.into(), copy.into()];
    tx.exec(&KEEP, &row).await?;
    Ok(())
}

/// Forgets it.
pub(super) async fn forget(
    tx: &mut Tx<'_>,
    account: AccountId,
    (conversation, seq): Place,
) -> Result<()> {
    tx.exec(&FORGET, &[account.0.into(), conversation.0.into(), seq.into()]).await?;
    Ok(())
}

struct Copies {
    account: AccountId,
    of: Vec<Place>,
}

impl Query for Copies {
    type Answer = Vec<(Place, String)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Answer> {
        let mut copies = Vec::new();
        for (conversation, seq) in &self.of {
            let key = [self.account.0.into(), conversation.0.into(), (*seq).into()];
            if let Some(row) = tx.maybe(&READ, &key).await? {
                copies.push(((*conversation, *seq), row.get(0)?));
            }
        }
        Ok(copies)
    }
}

impl Chat {
    /// What one kept of these messages of one's own. Others are passed over.
    ///
    /// # Errors
    /// `unavailable`.
    #[crate::boxed]
    pub async fn sender_copies(
        &self,
        actor: &Actor,
        of: &[Place],
    ) -> Result<Vec<(Place, String)>, Problem> {
        if of.is_empty() {
            return Ok(Vec::new());
        }
        self.query(Copies { account: actor.account, of: of.to_vec() }).await
    }
}
