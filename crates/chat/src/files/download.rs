//! Gives a file to those who may read its message, and to its uploader while it belongs to none. To
//! everybody else there is no such file.

use super::{
    blob::{file_blob, preview_blob, storing},
    row::{COLUMNS, columns, file},
};
use crate::{
    Chat, Viewer,
    access::Act,
    conversations::place,
    error::{Failure, Result},
    operation::Query,
};
use bytes::Bytes;
use chinwag_blobs::Blobs;
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Code, ConversationId, FileId, Problem};
use futures_util::{StreamExt as _, stream::BoxStream};
use std::ops::Range;

chinwag_sql::statements! {
    /// A file, whose it is and where it is attached.
    FIND_FILE = concat!("SELECT ", columns!(), ", f.account_id, f.conversation_id, f.seq FROM files f WHERE f.id = ?1");
}

/// The bytes of a file as they are read.
pub type FileBytes = BoxStream<'static, Result<Bytes, Problem>>;

/// A file that somebody may have, or a preview of it.
#[derive(Clone, Debug)]
pub struct Download {
    /// What it is to be called.
    pub name: String,
    /// What it is.
    pub media_type: String,
    /// Bytes.
    pub size: u64,
    /// Names these very bytes: the SHA-256 of the file, and which preview.
    pub tag: String,
    /// Whether we wrote these bytes ourselves, so that they hold nothing but a picture.
    pub rewritten: bool,
    blob: String,
    blobs: Blobs,
}

impl Download {
    /// The bytes, or some of them.
    ///
    /// # Errors
    /// `file_not_found` where they have just been deleted, `unavailable`.
    pub async fn read(&self, range: Option<Range<u64>>) -> Result<FileBytes, Problem> {
        let stream = self.blobs.get(&self.blob, range).await.map_err(|error| storing(&error))?;
        Ok(stream.map(|chunk| chunk.map_err(|error| storing(&error))).boxed())
    }
}

struct Finding {
    viewer: Viewer,
    id: FileId,
    /// The preview that is wanted instead.
    side: Option<u32>,
    blobs: Blobs,
}

impl Query for Finding {
    type Answer = Download;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Download> {
        let row = tx.maybe(&FIND_FILE, &[self.id.0.into()]).await?.ok_or(Code::FileNotFound)?;
        self.may_read(tx, &row).await?;
        self.download(&row)
    }
}

impl Finding {
    /// Whether the viewer may have it: as the message it belongs to, or as its uploader.
    async fn may_read(&self, tx: &mut Tx<'_>, row: &Row) -> Result<()> {
        let uploader = AccountId(row.get(COLUMNS)?);
        let Some(conversation) = row.get::<Option<_>>(COLUMNS + 1)?.map(ConversationId) else {
            let own = self.viewer.account() == Some(uploader);
            return if own { Ok(()) } else { Err(Code::FileNotFound.into()) };
        };
        let seq: i64 = row.get(COLUMNS + 2)?;
        match place(tx, conversation, self.viewer, Act::Read).await {
            Ok(place) if seq >= place.visible_from => Ok(()),
            Ok(_) | Err(Failure::Refused(_)) => Err(Code::FileNotFound.into()),
            Err(failure) => Err(failure),
        }
    }

    fn download(&self, row: &Row) -> Result<Download> {
        let (file, previews) = file(row)?;
        let (id, blobs) = (self.id, self.blobs.clone());
        let Some(side) = self.side else {
            return Ok(Download {
                name: file.name,
                media_type: file.media_type,
                size: u64::try_from(file.size).unwrap_or_default(),
                tag: file.sha256,
                rewritten: false,
                blob: file_blob(id),
                blobs,
            });
        };
        let preview = previews.into_iter().find(|preview| preview.side == side);
        let preview = preview.ok_or(Code::FileNotFound)?;
        let ending = if preview.media_type == "image/png" { "png" } else { "jpg" };
        let stem = file.name.rsplit_once('.').map_or(file.name.as_str(), |(stem, _)| stem);
        Ok(Download {
            name: format!("{stem}-{side}.{ending}"),
            media_type: preview.media_type,
            size: preview.size,
            tag: format!("{}-{side}", file.sha256),
            rewritten: true,
            blob: preview_blob(id, side),
            blobs,
        })
    }
}

impl Chat {
    /// A file, or of a picture the preview with this longer side.
    ///
    /// # Errors
    /// `file_not_found`, also for what the viewer may not see.
    pub async fn download(
        &self,
        viewer: &Viewer,
        id: FileId,
        side: Option<u32>,
    ) -> Result<Download, Problem> {
        self.query(Finding { viewer: *viewer, id, side, blobs: self.blobs().clone() }).await
    }
}
