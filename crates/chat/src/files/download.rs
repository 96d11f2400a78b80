//! Gives a file to those who may read its message, and to its uploader while it belongs to none. To
//! everybody else there is no such file.

use super::{
    blob::{file_blob, preview_blob, storing},
    row::{COLUMNS, Preview, columns, file},
};
use crate::{
    Chat, Viewer,
    access::Act,
    conversations::place,
    error::{Failure, Result},
    operation::Query,
};
use bytes::Bytes;
use chinwag_blobs::ByteStream;
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Code, ConversationId, File, FileId, Problem};
use futures_util::{
    StreamExt as _,
    stream::{self, BoxStream},
};
use std::{ops::Range, time::Duration};
use tokio::time::Instant;

chinwag_sql::statements! {
    /// A file, whose it is and where it is attached.
    FIND_FILE = concat!("SELECT ", columns!(), ", f.account_id, f.conversation_id, f.seq FROM files f WHERE f.id = ?1");
}

/// The bytes of a file as they are read.
pub type FileBytes = BoxStream<'static, Result<Bytes, Problem>>;

/// Whoever is still reading after so many bytes, or so long, is asked again whether they may.
const ASK_AFTER: (usize, Duration) = (1024 * 1024, Duration::from_millis(500));

/// A file that somebody may have, or a preview of it.
#[derive(Clone)]
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
    chat: Chat,
    finding: Finding,
}

impl Download {
    /// The bytes, or some of them. They end early where the reader loses the file or the session meanwhile.
    ///
    /// # Errors
    /// `file_not_found` where they have just been deleted, `unavailable`.
    #[crate::boxed]
    pub async fn read(&self, range: Option<Range<u64>>) -> Result<FileBytes, Problem> {
        let bytes = self.chat.blobs().get(&self.blob, range).await;
        let reading = Reading {
            bytes: bytes.map_err(|error| storing(&error))?,
            chat: self.chat.clone(),
            finding: self.finding,
            since_asked: (0, Instant::now()),
        };
        Ok(stream::try_unfold(reading, Reading::next).boxed())
    }
}

/// A file that is being read.
struct Reading {
    bytes: ByteStream,
    chat: Chat,
    finding: Finding,
    /// Bytes given since the reader was asked, and when that was.
    since_asked: (usize, Instant),
}

impl Reading {
    async fn next(mut self) -> Result<Option<(Bytes, Self)>, Problem> {
        if self.since_asked.0 >= ASK_AFTER.0 || self.since_asked.1.elapsed() >= ASK_AFTER.1 {
            if let Viewer::Account(actor) = &self.finding.viewer {
                self.chat.session_alive(actor).await?;
            }
            self.chat.query(self.finding).await?;
            self.since_asked = (0, Instant::now());
        }
        let Some(chunk) = self.bytes.next().await else { return Ok(None) };
        let chunk = chunk.map_err(|error| storing(&error))?;
        self.since_asked.0 += chunk.len();
        Ok(Some((chunk, self)))
    }
}

/// Who asks for what.
#[derive(Clone, Copy)]
struct Finding {
    viewer: Viewer,
    id: FileId,
    /// The preview that is wanted instead.
    side: Option<u32>,
}

impl Query for Finding {
    type Answer = (File, Vec<Preview>);
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Answer> {
        let row = tx.maybe(&FIND_FILE, &[self.id.0.into()]).await?.ok_or(Code::FileNotFound)?;
        self.may_read(tx, &row).await?;
        file(&row)
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

    fn download(self, chat: Chat, file: File, previews: Vec<Preview>) -> Result<Download, Problem> {
        let Some(side) = self.side else {
            return Ok(Download {
                name: file.name,
                media_type: file.media_type,
                size: u64::try_from(file.size).unwrap_or_default(),
                tag: file.sha256,
                rewritten: false,
                blob: file_blob(self.id),
                chat,
                finding: self,
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
            blob: preview_blob(self.id, side),
            chat,
            finding: self,
        })
    }
}

impl Chat {
    /// The bytes of a file, for whoever has made sure that they may be had.
    pub(crate) async fn bytes_of(&self, id: FileId) -> Result<ByteStream, Problem> {
        self.blobs().get(&file_blob(id), None).await.map_err(|error| storing(&error))
    }

    /// A file, or of a picture the preview with this longer side.
    ///
    /// # Errors
    /// `file_not_found`, also for what the viewer may not see.
    #[crate::boxed]
    pub async fn download(
        &self,
        viewer: &Viewer,
        id: FileId,
        side: Option<u32>,
    ) -> Result<Download, Problem> {
        let finding = Finding { viewer: *viewer, id, side };
        let (file, previews) = self.query(finding).await?;
        finding.download(self.clone(), file, previews)
    }
}
