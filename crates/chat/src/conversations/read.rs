//! Reads one conversation as somebody sees it.

use super::{place, row};
use crate::{Chat, Viewer, access::Act, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{Conversation, ConversationId, Problem};
use uuid::Uuid;

chinwag_sql::statements! {
    /// One conversation.
    READ = concat!(
        "SELECT ", row::columns!(), " FROM conversations c \
         LEFT JOIN members m ON m.conversation_id = c.id AND m.account_id = ?2 AND m.left_at IS NULL",
        row::joins!(), "WHERE c.id = ?1"
    );
}

struct Read {
    viewer: Viewer,
    id: ConversationId,
}

impl Query for Read {
    type Answer = Conversation;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Conversation> {
        see(tx, self.id, self.viewer).await
    }
}

/// Reads a conversation as far as the viewer may see it.
///
/// # Errors
/// `conversation_not_found`.
pub(super) async fn see(
    tx: &mut Tx<'_>,
    id: ConversationId,
    viewer: Viewer,
) -> Result<Conversation> {
    let place = place(tx, id, viewer, Act::See).await?;
    let readable = place.may(Act::Read).is_ok();
    let conversation = read(tx, id, viewer).await?;
    Ok(Conversation {
        last_message: conversation.last_message.filter(|_| readable),
        ..conversation
    })
}

/// Reads a conversation that the viewer is known to be allowed to see.
pub(super) async fn read(
    tx: &mut Tx<'_>,
    id: ConversationId,
    viewer: Viewer,
) -> Result<Conversation> {
    let account = viewer.account().map_or(Uuid::nil(), |account| account.0);
    row::conversation(&mut tx.row(&READ, &[id.0.into(), account.into()]).await?)
}

impl Chat {
    /// One conversation, as the viewer sees it.
    ///
    /// # Errors
    /// `conversation_not_found`.
    #[crate::boxed]
    pub async fn conversation(
        &self,
        viewer: &Viewer,
        id: ConversationId,
    ) -> Result<Conversation, Problem> {
        self.query(Read { viewer: *viewer, id }).await
    }
}
