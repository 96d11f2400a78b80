//! Takes a file in, as it arrives: the bytes first, durably, then the row that makes them a file.

use super::{
    blob::{file_blob, storing},
    clean_name,
    examine::Examined,
    quota::{room, room_for},
    row::hexadecimal,
};
use crate::{
    Actor, Chat, FileOptions,
    error::Result,
    limits::{Bucket, LimitKey},
    operation::{Change, Outcome, Query},
};
use bytes::Bytes;
use chinwag_blobs::{PutError, Stored};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, File, FileId, Problem, Time};
use futures_util::Stream;

chinwag_sql::statements! {
    /// A file whose bytes are stored.
    INSERT = "INSERT INTO files (id, account_id, name, media_type, size, sha256, width, height, previews, created_at) \
              VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10) ON CONFLICT (id) DO NOTHING";
}

/// What pictures among files must be.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Pictures {
    /// Such that they can be read.
    Readable,
    /// Anything.
    Anything,
}

/// Whether it says that a picture could not be looked at.
fn is_unseen(code: Code) -> bool {
    matches!(code, Code::PictureUnreadable | Code::PictureTooLarge)
}

/// A file that is on its way in.
#[derive(Clone, Debug)]
pub(crate) struct Coming {
    pub(crate) id: FileId,
    pub(crate) account: AccountId,
    pub(crate) name: String,
    pub(crate) at: Time,
}

/// One whose bytes are stored and examined.
#[derive(Clone, Debug)]
pub(crate) struct Arrived {
    pub(crate) coming: Coming,
    pub(crate) stored: Stored,
    pub(crate) examined: Examined,
}

/// Writes the row. Writing it again changes nothing.
pub(crate) async fn keep(tx: &mut Tx<'_>, arrived: &Arrived) -> Result<File> {
    let Arrived { coming: Coming { id, account, name, at }, stored, examined } = arrived;
    let previews = (!examined.previews.is_empty()).then(|| {
        serde_json::to_string(&examined.previews).expect("our own types always serialise")
    });
    let (width, height) = examined.size.map(|size| (size.width, size.height)).unzip();
    let values = [
        id.0.into(),
        account.0.into(),
        name.as_str().into(),
        examined.media_type.into(),
        stored.size.into(),
        stored.sha256.as_slice().into(),
        width.into(),
        height.into(),
        previews.into(),
        at.0.into(),
    ];
    tx.exec(&INSERT, &values).await?;
    Ok(File {
        id: *id,
        name: name.clone(),
        media_type: examined.media_type.to_owned(),
        size: i64::try_from(stored.size).unwrap_or(i64::MAX),
        sha256: hexadecimal(&stored.sha256),
        width,
        height,
        previews: examined.previews.iter().map(|preview| preview.side).collect(),
    })
}

struct Keeping {
    arrived: Arrived,
    options: FileOptions,
}

impl Change for Keeping {
    type Answer = File;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<File>> {
        let Arrived { coming, stored, .. } = &self.arrived;
        room_for(tx, coming.account, coming.id, stored.size, &self.options).await?;
        Ok(Outcome::quiet(keep(tx, &self.arrived).await?))
    }
}

/// Whether there is room at all, before a byte is read.
struct Room {
    id: FileId,
    account: AccountId,
    options: FileOptions,
}

impl Query for Room {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<()> {
        room(tx, self.account, self.id, 1, &self.options).await.map(drop)
    }
}

impl Chat {
    /// Takes in a file of this name from what streams in. It is its uploader's alone until it is attached to a message.
    ///
    /// # Errors
    /// `too_many_uploads`, `quota_reached`, `too_large`, `invalid` for an empty one, `picture_unreadable`,
    /// `picture_too_large`, `overloaded`, `storage_full`, `unavailable`, `rate_limited`, or what the stream failed with.
    #[crate::boxed]
    pub async fn upload(
        &self,
        actor: &Actor,
        name: &str,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
    ) -> Result<File, Problem> {
        self.upload_judged(actor, name, body, Pictures::Readable).await
    }

    /// The same, where a picture that cannot be read or is too large to look at is a file like any other.
    ///
    /// # Errors
    /// As [`Chat::upload`], but for `picture_unreadable` and `picture_too_large`.
    #[crate::boxed]
    pub async fn upload_anything(
        &self,
        actor: &Actor,
        name: &str,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
    ) -> Result<File, Problem> {
        self.upload_judged(actor, name, body, Pictures::Anything).await
    }

    async fn upload_judged(
        &self,
        actor: &Actor,
        name: &str,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
        pictures: Pictures,
    ) -> Result<File, Problem> {
        self.limits.check(Bucket::Upload, LimitKey::Account(actor.account))?;
        let slot = self.upload_slots.take(actor.account)?;
        let (options, at) = (self.options.files.clone(), self.clock.now());
        let id = FileId(crate::random::id(at));
        self.query(Room { id, account: actor.account, options }).await?;
        let (chat, account, name) = (self.clone(), actor.account, clean_name(name));
        // In a task of its own, so that one who goes away in the middle leaves nothing behind.
        let taking = tokio::spawn(async move {
            let _slot = slot;
            chat.take_in(Coming { id, account, name, at }, body, pictures).await
        });
        taking.await.map_err(|_| Problem::from(Code::Internal))?
    }

    async fn take_in(
        &self,
        coming: Coming,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send,
        pictures: Pictures,
    ) -> Result<File, Problem> {
        let id = coming.id;
        let stored = self.store_file(id, body).await?;
        let kept = self.keep_stored(coming, stored, pictures).await;
        if kept.is_err() {
            self.delete_blobs(id).await;
        }
        kept
    }

    /// Stores the bytes of a file.
    ///
    /// # Errors
    /// `too_large`, `storage_full`, `unavailable`, or what the stream failed with; nothing is kept then.
    pub(crate) async fn store_file(
        &self,
        id: FileId,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send,
    ) -> Result<Stored, Problem> {
        let most = self.options.files.most_bytes;
        self.blobs().put(&file_blob(id), body, most).await.map_err(unstored)
    }

    async fn keep_stored(
        &self,
        coming: Coming,
        stored: Stored,
        pictures: Pictures,
    ) -> Result<File, Problem> {
        if stored.size == 0 {
            return Err(Problem::field("file", "must not be empty"));
        }
        let examined = match self.examine(coming.id, &stored).await {
            Err(problem) if pictures == Pictures::Anything && is_unseen(problem.code) => {
                Examined::unseen(&stored)
            }
            examined => examined?,
        };
        let (arrived, options) = (Arrived { coming, stored, examined }, self.options.files.clone());
        self.change(Keeping { arrived, options }).await
    }
}

/// The problem of bytes that were not stored.
pub(crate) fn unstored(error: PutError<Problem>) -> Problem {
    match error {
        PutError::TooLarge => {
            Problem::from(Code::TooLarge).with_detail("The file is larger than the limit.")
        }
        PutError::Source(problem) => problem,
        PutError::Store(error) => storing(&error),
    }
}
