//! Attaches files to a message that is being sent, inside its transaction.

use super::row::{columns, file};
use crate::error::Result;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, ConversationId, File, FileId};

chinwag_sql::statements! {
    /// One's own file becomes part of a message, if it is part of none.
    ATTACH = "UPDATE files SET conversation_id = ?3, seq = ?4 WHERE id = ?1 AND account_id = ?2 AND conversation_id IS NULL";
    /// One's own file.
    OWN = concat!("SELECT ", columns!(), " FROM files f WHERE f.id = ?1 AND f.account_id = ?2");
}

/// Makes the sender's files part of the message, in the order given.
///
/// # Errors
/// `file_not_found` for what is not the sender's, `file_attached` for what belongs to a message already.
pub(crate) async fn attach(
    tx: &mut Tx<'_>,
    sender: AccountId,
    ids: &[FileId],
    conversation: ConversationId,
    seq: i64,
) -> Result<Vec<File>> {
    let mut files = Vec::with_capacity(ids.len());
    for id in ids {
        let values = [id.0.into(), sender.0.into(), conversation.0.into(), seq.into()];
        let attached = tx.exec(&ATTACH, &values).await? == 1;
        let own = tx.maybe(&OWN, &[id.0.into(), sender.0.into()]).await?;
        let row = own.ok_or(Code::FileNotFound)?;
        if !attached {
            return Err(Code::FileAttached.into());
        }
        files.push(file(&row)?.0);
    }
    Ok(files)
}
