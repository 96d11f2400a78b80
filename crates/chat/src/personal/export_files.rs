//! The bytes of somebody's picture and of the files they uploaded, one after the other, as they come from where
//! they are kept. They are the person's own, so they are given also where their message cannot be read any more.

use super::Export;
use crate::{Actor, Avatar, Chat, FileBytes, error::Result, files::storing, operation::Query};
use bytes::Bytes;
use chinwag_sql::Tx;
use chinwag_wire::{Code, FileId, Problem, Time};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::future::ready;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The next file of an account.
    NEXT = "SELECT id, name, size, created_at FROM files WHERE account_id = ?1 AND id > ?2 ORDER BY id LIMIT 1";
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportedFile {
    /// Which one.
    pub what: Exported,
    /// Bytes.
    pub size: u64,
    /// When it was uploaded; of the person's picture, when the export was begun.
    pub at: Time,
}

/// What a file of an export is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Exported {
    /// A square of the person's picture.
    Avatar {
        /// Its side in pixels.
        side: u32,
        /// `image/jpeg` or `image/png`.
        media_type: String,
    },
    /// Something they uploaded.
    Upload {
        /// Its id, as its line in the export names it.
        id: FileId,
        /// Its name, as its sender gave it.
        name: String,
    },
}

struct Next(Actor, FileId);

impl Query for Next {
    type Answer = Option<(FileId, ExportedFile)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Answer> {
        let row = tx.maybe(&NEXT, &[self.0.account.0.into(), self.1.0.into()]).await?;
        let file = |row: chinwag_sql::Row| {
            let id = FileId(row.get(0)?);
            let what = Exported::Upload { id, name: row.get(1)? };
            Ok((id, ExportedFile { what, size: row.get(2)?, at: Time(row.get(3)?) }))
        };
        row.map(file).transpose()
    }
}

/// The files of an export under way.
pub struct ExportFiles {
    chat: Chat,
    actor: Actor,
    /// When the export was begun.
    at: Time,
    squares: std::vec::IntoIter<Avatar>,
    last: FileId,
    bytes: FileBytes,
}

impl Export {
    /// What comes after the lines: the person's picture, then what they uploaded.
    ///
    /// # Errors
    /// Those of storage.
    #[crate::boxed]
    pub async fn into_files(self) -> Result<ExportFiles, Problem> {
        let squares = self.chat.own_avatar(self.actor.account).await?.into_iter();
        let (at, last, bytes) = (self.at(), FileId(Uuid::nil()), stream::empty().boxed());
        Ok(ExportFiles { chat: self.chat, actor: self.actor, at, squares, last, bytes })
    }
}

impl ExportFiles {
    /// The next file, whose bytes are next; `None` after the last one. One that is deleted just then is
    /// left out.
    ///
    /// # Errors
    /// `session_ended` as soon as it has; those of storage.
    #[crate::boxed]
    pub async fn next(&mut self) -> Result<Option<ExportedFile>, Problem> {
        loop {
            self.chat.session_alive(&self.actor).await?;
            let found = match self.squares.next() {
                Some(square) => Some(self.square(square).await),
                None => self.upload().await?,
            };
            let Some((file, bytes)) = found else { return Ok(None) };
            match bytes {
                Ok(bytes) => self.bytes = bytes,
                Err(problem) if is_gone(&problem) => continue,
                Err(problem) => return Err(problem),
            }
            return Ok(Some(file));
        }
    }

    async fn square(&mut self, square: Avatar) -> Found {
        let bytes = square.bytes().await;
        let what = Exported::Avatar { side: square.side, media_type: square.media_type };
        let file = ExportedFile { what, size: square.size, at: self.at };
        (file, bytes.map(|bytes| stream::once(ready(Ok(bytes))).boxed()))
    }

    async fn upload(&mut self) -> Result<Option<Found>, Problem> {
        let Some((id, file)) = self.chat.query(Next(self.actor, self.last)).await? else {
            return Ok(None);
        };
        self.last = id;
        let bytes = self.chat.bytes_of(id).await;
        Ok(Some((file, bytes.map(|bytes| bytes.map_err(|error| storing(&error)).boxed()))))
    }

    /// More bytes of that file; `None` after the last ones.
    ///
    /// # Errors
    /// As [`ExportFiles::next`].
    #[crate::boxed]
    pub async fn bytes(&mut self) -> Result<Option<Bytes>, Problem> {
        self.chat.session_alive(&self.actor).await?;
        self.bytes.next().await.transpose()
    }
}

/// A file with its bytes, if they are still there.
type Found = (ExportedFile, Result<FileBytes, Problem>);

fn is_gone(problem: &Problem) -> bool {
    matches!(problem.code, Code::FileNotFound | Code::AvatarNotFound)
}
