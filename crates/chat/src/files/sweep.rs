//! Sweeps up what nobody has any more: files that were never attached, uploads that were never finished,
//! and blobs that a crash left without a row. A row without its blob cannot come about: the blob is durable
//! before the row is written, and deleted after it.

use super::blob::{FILES, PARTS, owner, storing};
use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome, Query},
    profiles::AVATARS,
};
use chinwag_sql::Tx;
use chinwag_wire::{FileId, Problem, Time};
use futures_util::TryStreamExt as _;
use std::{collections::HashSet, time::Duration};

chinwag_sql::statements! {
    /// Some files that waited for their message too long.
    FORGET_FILES = "DELETE FROM files WHERE id IN (SELECT id FROM files WHERE conversation_id IS NULL AND created_at < ?1 \
                    ORDER BY created_at LIMIT 500) AND conversation_id IS NULL RETURNING id";
    /// Uploads that waited for their next part too long.
    FORGET_UPLOADS = "DELETE FROM uploads WHERE expires_at <= ?1";
    /// Their parts.
    FORGET_PARTS = "DELETE FROM upload_parts WHERE upload_id NOT IN (SELECT id FROM uploads)";
    /// Whether a file, an upload or a picture of a person of this id is known.
    IS_KNOWN = "SELECT 1 FROM files WHERE id = ?1 UNION ALL SELECT 1 FROM uploads WHERE id = ?1 \
                UNION ALL SELECT 1 FROM profiles WHERE avatar_id = ?1";
}

/// How long a blob may be without a row: longer than an upload may take.
const ARRIVING: Duration = Duration::from_secs(60 * 60);
/// Blobs looked at together.
const TOGETHER: usize = 500;

struct Forgetting {
    unattached_since: Time,
    now: Time,
}

impl Change for Forgetting {
    type Answer = Vec<FileId>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Vec<FileId>>> {
        tx.exec(&FORGET_UPLOADS, &[self.now.0.into()]).await?;
        tx.exec(&FORGET_PARTS, &[]).await?;
        let rows = tx.rows(&FORGET_FILES, &[self.unattached_since.0.into()]).await?;
        let forgotten = rows.iter().map(|row| Ok(FileId(row.get(0)?))).collect::<Result<_>>()?;
        Ok(Outcome::quiet(forgotten))
    }
}

/// Which of these are known.
struct Known(HashSet<FileId>);

impl Query for Known {
    type Answer = HashSet<FileId>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<HashSet<FileId>> {
        let mut known = HashSet::new();
        for id in &self.0 {
            if tx.maybe(&IS_KNOWN, &[id.0.into()]).await?.is_some() {
                known.insert(*id);
            }
        }
        Ok(known)
    }
}

impl Chat {
    /// Sweeps once, by the clock. Answers how many blobs were deleted that no row knew.
    ///
    /// # Errors
    /// `unavailable`, `overloaded`; what is left is for the next sweep.
    #[crate::boxed]
    pub async fn sweep_files(&self) -> Result<u64, Problem> {
        let now = self.clock.now();
        let unattached_since = now.before(self.options.files.unattached_life);
        loop {
            let forgotten = self.change(Forgetting { unattached_since, now }).await?;
            if forgotten.is_empty() {
                break;
            }
            for id in forgotten {
                self.delete_blobs(id).await;
            }
        }
        let mut swept = 0;
        for folder in [FILES, PARTS, AVATARS] {
            swept += self.sweep_blobs(folder, now).await?;
        }
        metrics::counter!("chinwag_blobs_swept_total").increment(swept);
        Ok(swept)
    }

    async fn sweep_blobs(&self, folder: &str, now: Time) -> Result<u64, Problem> {
        let blobs = self.blobs().list(folder).map_err(|error| storing(&error));
        let mut chunks = blobs.try_chunks(TOGETHER);
        let mut swept = 0;
        while let Some(names) = chunks.try_next().await.map_err(|stopped| stopped.1)? {
            let owned: Vec<(FileId, String)> = names
                .into_iter()
                .filter_map(|name| Some((owner(&name)?, name)))
                .filter(|(id, _)| now.since(made_at(*id)) > ARRIVING)
                .collect();
            let known = self.query(Known(owned.iter().map(|(id, _)| *id).collect())).await?;
            for (_, name) in owned.into_iter().filter(|(id, _)| !known.contains(id)) {
                self.blobs().delete(&name).await.map_err(|error| storing(&error))?;
                swept += 1;
            }
        }
        Ok(swept)
    }
}

/// When an id was given (UUIDv7 begins with it); one that tells no time is of the beginning of time.
fn made_at(id: FileId) -> Time {
    let milliseconds = id.0.get_timestamp().map_or(0, |stamp| {
        let (seconds, nanoseconds) = stamp.to_unix();
        seconds * 1_000 + u64::from(nanoseconds) / 1_000_000
    });
    Time(i64::try_from(milliseconds).unwrap_or(0).saturating_mul(1_000_000))
}
