//! Lists one's own files, newest first.

use super::row::{COLUMNS, columns, file};
use crate::{
    Actor, Chat,
    cursor::{self, Cursor},
    error::Result,
    operation::Query,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, OwnFile, Page, Problem, Time};

chinwag_sql::statements! {
    /// A page of an account's files; ids rise with time.
    OWN_FILES = concat!("SELECT ", columns!(), ", f.created_at, f.conversation_id, f.seq FROM files f \
                WHERE f.account_id = ?1 AND f.id < ?2 ORDER BY f.id DESC LIMIT ?3");
}

struct Listing {
    account: AccountId,
    from: Cursor,
    limit: usize,
}

impl Query for Listing {
    type Answer = Vec<OwnFile>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<OwnFile>> {
        let most = self.limit as i64 + 1;
        let values = [self.account.0.into(), self.from.id.into(), most.into()];
        let rows = tx.rows(&OWN_FILES, &values).await?;
        let own = |row: &chinwag_sql::Row| -> Result<OwnFile> {
            Ok(OwnFile {
                file: file(row)?.0,
                created_at: Time(row.get(COLUMNS)?),
                conversation_id: row.get::<Option<_>>(COLUMNS + 1)?.map(ConversationId),
                seq: row.get(COLUMNS + 2)?,
            })
        };
        rows.iter().map(own).collect()
    }
}

impl Chat {
    /// A page of one's own files, newest first.
    ///
    /// # Errors
    /// `cursor_invalid`, `invalid` for a limit outside 1 to 200.
    #[crate::boxed]
    pub async fn files(
        &self,
        actor: &Actor,
        cursor: Option<&str>,
        limit: Option<u32>,
    ) -> Result<Page<OwnFile>, Problem> {
        let limit = cursor::limit(limit)?;
        let from = Cursor::decode(cursor, Cursor::LAST)?;
        let items = self.query(Listing { account: actor.account, from, limit }).await?;
        let place = |own: &OwnFile| Cursor { order: own.created_at.0, id: own.file.id.0 };
        Ok(cursor::page(items, limit, place))
    }
}
