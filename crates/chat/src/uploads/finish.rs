//! Makes a file of an upload that has arrived: its parts put together, examined, and let go.

use super::read::find;
use crate::{
    Chat, FileOptions,
    error::Result,
    files::{Arrived, Coming, keep, part_blob, room_for, storing},
    operation::{Change, Outcome, Query},
};
use bytes::Bytes;
use chinwag_blobs::Blobs;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FileId, Problem, Time};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};
use uuid::Uuid;

chinwag_sql::statements! {
    /// The parts in order.
    PARTS = "SELECT part_id FROM upload_parts WHERE upload_id = ?1 ORDER BY start";
    /// The upload is over.
    END_UPLOAD = "DELETE FROM uploads WHERE id = ?1";
    /// And its parts.
    END_PARTS = "DELETE FROM upload_parts WHERE upload_id = ?1";
}

/// The name and the parts of an upload.
struct Gathering {
    account: AccountId,
    id: FileId,
    now: Time,
}

impl Query for Gathering {
    type Answer = Option<(String, Vec<Uuid>)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Answer> {
        let Some((_, name)) = find(tx, self.id, self.account, self.now).await? else {
            return Ok(None);
        };
        Ok(Some((name, parts(tx, self.id).await?)))
    }
}

struct Finishing {
    arrived: Arrived,
    options: FileOptions,
}

impl Change for Finishing {
    type Answer = ();
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<()>> {
        let Arrived { coming, stored, .. } = &self.arrived;
        room_for(tx, coming.account, coming.id, stored.size, &self.options).await?;
        if end(tx, coming.id).await? {
            keep(tx, &self.arrived).await?;
        }
        Ok(Outcome::quiet(()))
    }
}

/// Forgets an upload; false where it was forgotten before.
pub(super) async fn end(tx: &mut Tx<'_>, id: FileId) -> Result<bool> {
    tx.exec(&END_PARTS, &[id.0.into()]).await?;
    Ok(tx.exec(&END_UPLOAD, &[id.0.into()]).await? == 1)
}

/// The parts of an upload of one's own.
pub(super) async fn parts(tx: &mut Tx<'_>, id: FileId) -> Result<Vec<Uuid>> {
    let rows = tx.rows(&PARTS, &[id.0.into()]).await?;
    rows.iter().map(|row| Ok(row.get(0)?)).collect()
}

impl Chat {
    /// Makes the file. Doing it twice, also at the same time, makes it once. What cannot become a file ends here.
    ///
    /// # Errors
    /// As [`Chat::upload`] after the last byte.
    pub(super) async fn finish_upload(
        &self,
        account: AccountId,
        id: FileId,
    ) -> Result<(), Problem> {
        let at = self.clock.now();
        let gathered = self.query(Gathering { account, id, now: at }).await?;
        let Some((name, parts)) = gathered else { return Ok(()) };
        let coming = Coming { id, account, name, at };
        match self.put_together(coming, &parts).await {
            Err(problem)
                if matches!(problem.code, Code::PictureUnreadable | Code::PictureTooLarge) =>
            {
                self.forget_upload(account, id).await?;
                self.delete_blobs(id).await;
                Err(problem)
            }
            Err(problem) => Err(problem),
            Ok(()) => {
                self.delete_parts(id, &parts).await;
                Ok(())
            }
        }
    }

    async fn put_together(&self, coming: Coming, parts: &[Uuid]) -> Result<(), Problem> {
        let body = joined(self.blobs().clone(), coming.id, parts.to_vec());
        let stored = self.store_file(coming.id, body).await?;
        let examined = self.examine(coming.id, &stored).await?;
        let (arrived, options) = (Arrived { coming, stored, examined }, self.options.files.clone());
        self.change(Finishing { arrived, options }).await
    }

    /// Deletes parts. What cannot be deleted now is left to the sweep.
    pub(super) async fn delete_parts(&self, id: FileId, parts: &[Uuid]) {
        for part in parts {
            if let Err(error) = self.blobs().delete(&part_blob(id, *part)).await {
                tracing::warn!(%error, %id, "a part could not be deleted yet");
            }
        }
    }
}

/// The bytes of the parts, one after the other.
fn joined(
    blobs: Blobs,
    id: FileId,
    parts: Vec<Uuid>,
) -> impl Stream<Item = Result<Bytes, Problem>> + Send {
    stream::iter(parts)
        .then(move |part| {
            let blobs = blobs.clone();
            async move { blobs.get(&part_blob(id, part), None).await }
        })
        .try_flatten()
        .map_err(|error| storing(&error))
}
