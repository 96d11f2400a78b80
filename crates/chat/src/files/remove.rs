//! Removes files: one's own that belongs to no message, or those of a message that is deleted. The rows go
//! in the transaction, the bytes after it; where that fails, the sweep finds them.

use crate::{
    Actor, Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{Code, ConversationId, FileId, Problem};

chinwag_sql::statements! {
    /// One's own file, if it belongs to no message.
    REMOVE = "DELETE FROM files WHERE id = ?1 AND account_id = ?2 AND conversation_id IS NULL";
    /// Whether it is one's own all the same.
    OWNS = "SELECT 1 FROM files WHERE id = ?1 AND account_id = ?2";
    /// The files of a message.
    REMOVE_OF_MESSAGE = "DELETE FROM files WHERE conversation_id = ?1 AND seq = ?2 RETURNING id";
}

/// Removes the files of a message. Answers which those were: their bytes are to be deleted after the commit.
pub(crate) async fn of_message(
    tx: &mut Tx<'_>,
    conversation: ConversationId,
    seq: i64,
) -> Result<Vec<FileId>> {
    let rows = tx.rows(&REMOVE_OF_MESSAGE, &[conversation.0.into(), seq.into()]).await?;
    rows.iter().map(|row| Ok(FileId(row.get(0)?))).collect()
}

struct Removing {
    actor: Actor,
    id: FileId,
}

impl Change for Removing {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let values = [self.id.0.into(), self.actor.account.0.into()];
        if tx.exec(&REMOVE, &values).await? == 1 {
            return Ok(Outcome::quiet(()));
        }
        let own = tx.maybe(&OWNS, &values).await?;
        Err(own.map_or(Code::FileNotFound, |_| Code::FileAttached).into())
    }
}

impl Chat {
    /// Removes a file of one's own that belongs to no message.
    ///
    /// # Errors
    /// `file_not_found`, `file_attached`.
    #[crate::boxed]
    pub async fn remove_file(&self, actor: &Actor, id: FileId) -> Result<(), Problem> {
        self.change(Removing { actor: *actor, id }).await?;
        self.delete_blobs(id).await;
        Ok(())
    }
}
