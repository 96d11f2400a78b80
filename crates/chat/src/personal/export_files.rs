//! The bytes of the files that somebody uploaded, one after the other, as they come from where they are
//! kept. They are the person's own, so they are given also where their message cannot be read any more.

use super::Export;
use crate::{Actor, Chat, error::Result, operation::Query};
use bytes::Bytes;
use chinwag_blobs::ByteStream;
use chinwag_sql::Tx;
use chinwag_wire::{Code, FileId, Problem, Time};
use futures_util::StreamExt as _;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The next file of an account.
    NEXT = "SELECT id, name, size, created_at FROM files WHERE account_id = ?1 AND id > ?2 ORDER BY id LIMIT 1";
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Its id, as its line in the export names it.
    pub id: FileId,
    /// Its name, as its sender gave it.
    pub name: String,
    /// Bytes.
    pub size: u64,
    /// When it was uploaded.
    pub created_at: Time,
}

struct Next(Actor, FileId);

impl Query for Next {
    type Answer = Option<ExportedFile>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<ExportedFile>> {
        let row = tx.maybe(&NEXT, &[self.0.account.0.into(), self.1.0.into()]).await?;
        let file = |row: chinwag_sql::Row| {
            Ok(ExportedFile {
                id: FileId(row.get(0)?),
                name: row.get(1)?,
                size: row.get(2)?,
                created_at: Time(row.get(3)?),
            })
        };
        row.map(file).transpose()
    }
}

/// The files of an export under way.
pub struct ExportFiles {
    chat: Chat,
    actor: Actor,
    last: FileId,
    bytes: Option<ByteStream>,
}

impl Export {
    /// What comes after the lines.
    pub fn into_files(self) -> ExportFiles {
        let (chat, actor) = (self.chat, self.actor);
        ExportFiles { chat, actor, last: FileId(Uuid::nil()), bytes: None }
    }
}

impl ExportFiles {
    /// The next file, whose bytes are next; `None` after the last one. One that is deleted just then is
    /// left out.
    ///
    /// # Errors
    /// `session_ended` as soon as it has; those of storage.
    pub async fn next(&mut self) -> Result<Option<ExportedFile>, Problem> {
        loop {
            self.chat.session_alive(&self.actor).await?;
            let Some(file) = self.chat.query(Next(self.actor, self.last)).await? else {
                return Ok(None);
            };
            self.last = file.id;
            match self.chat.bytes_of(file.id).await {
                Ok(bytes) => self.bytes = Some(bytes),
                Err(problem) if problem.code == Code::FileNotFound => continue,
                Err(problem) => return Err(problem),
            }
            return Ok(Some(file));
        }
    }

    /// More bytes of that file; `None` after the last ones.
    ///
    /// # Errors
    /// As [`ExportFiles::next`].
    pub async fn bytes(&mut self) -> Result<Option<Bytes>, Problem> {
        self.chat.session_alive(&self.actor).await?;
        let Some(bytes) = &mut self.bytes else { return Ok(None) };
        match bytes.next().await {
            Some(chunk) => Ok(Some(chunk.map_err(|error| crate::files::storing(&error))?)),
            None => {
                self.bytes = None;
                Ok(None)
            }
        }
    }
}
