//! How far everybody has read, for surfaces that name the readers of each message.

use crate::{
    Actor, Chat, Viewer, access::Act, conversations::place, error::Result, operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Problem};

chinwag_sql::statements! {
    /// Everybody's watermarks; of those who left, as they left them.
    READERS = "SELECT account_id, visible_from, read_seq FROM members WHERE conversation_id = ?1 ORDER BY joined_at, account_id";
}

/// Somebody who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub account: AccountId,
    /// From which message on.
    pub from: i64,
    /// Up to which.
    pub upto: i64,
}

struct Readers {
    actor: Actor,
    id: ConversationId,
}

impl Query for Readers {
    type Answer = Vec<Reader>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Reader>> {
        let place = place(tx, self.id, Viewer::Account(self.actor), Act::Read).await?;
        let rows = tx.rows(&READERS, &[self.id.0.into()]).await?;
        let reader = |row: &chinwag_sql::Row| -> Result<Reader> {
            let account = AccountId(row.get(0)?);
            Ok(Reader { account, from: row.get(1)?, upto: row.get(2)? })
        };
        let mut readers = rows.iter().map(reader).collect::<Result<Vec<_>>>()?;
        // Past a block, how far somebody reads is their own affair.
        readers.retain(|reader| !place.scene.blocked || reader.account == self.actor.account);
        Ok(readers)
    }
}

impl Chat {
    /// Everybody who reads, or read, a conversation that one is in.
    ///
    /// # Errors
    /// `conversation_not_found`, `forbidden`.
    #[crate::boxed]
    pub async fn readers(&self, actor: &Actor, id: ConversationId) -> Result<Vec<Reader>, Problem> {
        self.query(Readers { actor: *actor, id }).await
    }
}
