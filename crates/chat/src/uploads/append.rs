//! Takes a part in, where the upload ended. What arrived before the line broke is kept, so that the next part
//! begins there.

use super::{Checksum, Upload, checksum::Taking, read::find};
use crate::{
    Actor, Chat,
    error::Result,
    files::{part_blob, storing, unstored},
    operation::{Change, Outcome},
};
use bytes::Bytes;
use chinwag_blobs::Stored;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FileId, Problem, Time};
use futures_util::{Stream, StreamExt as _};
use parking_lot::Mutex;
use std::sync::Arc;
use uuid::Uuid;

chinwag_sql::statements! {
    /// The upload is longer, if it still ended there.
    ADVANCE_UPLOAD = "UPDATE uploads SET received = ?3, expires_at = ?4 WHERE id = ?1 AND received = ?2";
    /// How many parts there are.
    COUNT_PARTS = "SELECT COUNT(*) FROM upload_parts WHERE upload_id = ?1";
    /// The part.
    INSERT_PART = "INSERT INTO upload_parts (upload_id, start, part_id, size) VALUES (?1, ?2, ?3, ?4)";
}

/// Most parts of an upload: more of them are smaller than any line makes useful.
const MOST_PARTS: i64 = 500;

/// What is said of a part before its bytes.
#[derive(Clone, Debug)]
pub struct Part {
    /// Where it begins: where the upload ended.
    pub offset: u64,
    /// What its bytes come to.
    pub checksum: Option<Checksum>,
}

struct Appending {
    account: AccountId,
    id: FileId,
    offset: u64,
    part: Uuid,
    size: u64,
    now: Time,
    expires_at: Time,
}

impl Change for Appending {
    type Answer = Upload;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Upload>> {
        let (id, received) = (self.id.0, self.offset + self.size);
        let moved = [id.into(), self.offset.into(), received.into(), self.expires_at.0.into()];
        if tx.exec(&ADVANCE_UPLOAD, &moved).await? == 0 {
            return Err(Code::OffsetWrong.into());
        }
        let (upload, _) =
            find(tx, self.id, self.account, self.now).await?.ok_or(Code::UploadNotFound)?;
        let parts: i64 = tx.row(&COUNT_PARTS, &[id.into()]).await?.get(0)?;
        if parts >= MOST_PARTS {
            let why = format!("has come in {MOST_PARTS} parts; begin it again with larger ones");
            return Err(Problem::field("upload", why).into());
        }
        let part = [id.into(), self.offset.into(), self.part.into(), self.size.into()];
        tx.exec(&INSERT_PART, &part).await?;
        Ok(Outcome::quiet(upload))
    }
}

impl Chat {
    /// Goes on with an upload of one's own. With its last byte it becomes a file.
    ///
    /// # Errors
    /// `upload_not_found`, `offset_wrong`, `too_large` for more than was announced, `checksum_wrong`,
    /// `too_many_uploads`, as [`Chat::upload`] for the last part, or what the stream failed with.
    #[crate::boxed]
    pub async fn append_to_upload(
        &self,
        actor: &Actor,
        id: FileId,
        part: Part,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send + 'static,
    ) -> Result<Upload, Problem> {
        let slot = self.upload_slots.take(actor.account)?;
        let upload = self.upload_now(actor, id).await?;
        if part.offset != upload.received {
            return Err(Code::OffsetWrong.into());
        }
        let (chat, account) = (self.clone(), actor.account);
        // In a task of its own, so that what arrived is kept although its sender has gone.
        let taking = tokio::spawn(async move {
            let _slot = slot;
            let upload = chat.take_part(account, upload, part.checksum, body).await?;
            if upload.awaits_finish() {
                chat.finish_upload(account, id).await?;
            }
            Ok(upload)
        });
        taking.await.map_err(|_| Problem::from(Code::Internal))?
    }

    async fn take_part(
        &self,
        account: AccountId,
        upload: Upload,
        checksum: Option<Checksum>,
        body: impl Stream<Item = Result<Bytes, Problem>> + Send,
    ) -> Result<Upload, Problem> {
        let part = crate::random::id(self.clock.now());
        let blob = part_blob(upload.id, part);
        let watch = Arc::new(Watch::of(checksum));
        let body = watched(body, watch.clone());
        let left = upload.size - upload.received;
        let stored = self.blobs().put(&blob, body, left).await.map_err(unstored)?;
        let taken = self.take_stored(account, upload, part, &stored, &watch).await;
        if taken.is_err() || stored.size == 0 {
            self.blobs().delete(&blob).await.map_err(|error| storing(&error))?;
        }
        let taken = taken?;
        match watch.broke.lock().take() {
            Some(problem) => Err(problem),
            None => Ok(taken),
        }
    }

    async fn take_stored(
        &self,
        account: AccountId,
        upload: Upload,
        part: Uuid,
        stored: &Stored,
        watch: &Watch,
    ) -> Result<Upload, Problem> {
        if !watch.taking.lock().fits(stored.sha256) {
            return Err(Code::ChecksumWrong.into());
        }
        if stored.size == 0 {
            return Ok(upload);
        }
        let now = self.clock.now();
        let expires_at = now.after(self.options.files.upload_life);
        let (id, offset, size) = (upload.id, upload.received, stored.size);
        self.change(Appending { account, id, offset, part, size, now, expires_at }).await
    }
}

/// What is noted of a part while it streams in.
struct Watch {
    taking: Mutex<Taking>,
    broke: Mutex<Option<Problem>>,
}

impl Watch {
    fn of(checksum: Option<Checksum>) -> Self {
        Self { taking: Mutex::new(Taking::of(checksum)), broke: Mutex::default() }
    }
}

/// The stream, ending where the line broke instead of failing there; with a checksum it fails.
fn watched(
    body: impl Stream<Item = Result<Bytes, Problem>> + Send,
    watch: Arc<Watch>,
) -> impl Stream<Item = Result<Bytes, Problem>> + Send {
    body.scan(watch, |watch, chunk| {
        let mut taking = watch.taking.lock();
        let next = match chunk {
            Ok(chunk) => {
                taking.update(&chunk);
                Some(Ok(chunk))
            }
            Err(problem) if taking.is_wanted() => Some(Err(problem)),
            Err(problem) => {
                *watch.broke.lock() = Some(problem);
                None
            }
        };
        drop(taking);
        std::future::ready(next)
    })
}
