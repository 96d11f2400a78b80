//! How far an upload in parts has come. One that is finished is a file, and is answered as complete.

use crate::{Actor, Chat, error::Result, operation::Query};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FileId, Problem, Time};

chinwag_sql::statements! {
    /// An upload of one's own.
    FIND_UPLOAD = "SELECT size, received, expires_at, name FROM uploads WHERE id = ?1 AND account_id = ?2 AND expires_at > ?3";
    /// The file it has become.
    FIND_FINISHED = "SELECT size FROM files WHERE id = ?1 AND account_id = ?2";
}

/// An upload in parts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Upload {
    /// Its id, and the file's that it becomes.
    pub id: FileId,
    /// Bytes there will be.
    pub size: u64,
    /// Bytes there are.
    pub received: u64,
    /// When it is forgotten unless more arrives; absent once it is a file.
    pub expires_at: Option<Time>,
}

impl Upload {
    /// Whether all bytes are there and it is not a file yet.
    pub(super) fn awaits_finish(&self) -> bool {
        self.expires_at.is_some() && self.received == self.size
    }
}

/// An upload of one's own that has not expired, and its name.
pub(super) async fn find(
    tx: &mut Tx<'_>,
    id: FileId,
    account: AccountId,
    now: Time,
) -> Result<Option<(Upload, String)>> {
    let values = [id.0.into(), account.0.into(), now.0.into()];
    let Some(row) = tx.maybe(&FIND_UPLOAD, &values).await? else { return Ok(None) };
    let (size, received) = (row.get(0)?, row.get(1)?);
    Ok(Some((Upload { id, size, received, expires_at: Some(Time(row.get(2)?)) }, row.get(3)?)))
}

struct Reading {
    account: AccountId,
    id: FileId,
    now: Time,
}

impl Query for Reading {
    type Answer = Upload;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Upload> {
        if let Some((upload, _)) = find(tx, self.id, self.account, self.now).await? {
            return Ok(upload);
        }
        let finished = tx.maybe(&FIND_FINISHED, &[self.id.0.into(), self.account.0.into()]).await?;
        let size = finished.ok_or(Code::UploadNotFound)?.get(0)?;
        Ok(Upload { id: self.id, size, received: size, expires_at: None })
    }
}

impl Chat {
    /// How far an upload of one's own has come. Where all bytes are there but a crash kept it from becoming a
    /// file, it becomes one first.
    ///
    /// # Errors
    /// `upload_not_found`, and as [`Chat::append_to_upload`] for the last part.
    #[crate::boxed]
    pub async fn read_upload(&self, actor: &Actor, id: FileId) -> Result<Upload, Problem> {
        let upload = self.upload_now(actor, id).await?;
        if upload.awaits_finish() {
            self.finish_upload(actor.account, id).await?;
        }
        Ok(upload)
    }

    /// The same, as it is.
    pub(super) async fn upload_now(&self, actor: &Actor, id: FileId) -> Result<Upload, Problem> {
        self.query(Reading { account: actor.account, id, now: self.clock.now() }).await
    }
}
