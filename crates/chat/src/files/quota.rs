//! How much room an account's files take up, unfinished uploads included.

use crate::{FileOptions, error::Result};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, FileId};

chinwag_sql::statements! {
    /// Holds the account: its uploads are counted one after the other.
    HOLD_ACCOUNT = "SELECT id FROM accounts WHERE id = ?1 FOR NO KEY UPDATE";
    /// What its files take up.
    FILES_USED = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM files WHERE account_id = ?1";
    /// What is kept free for its uploads in parts, but for one.
    UPLOADS_USED = "SELECT COUNT(*), CAST(COALESCE(SUM(size), 0) AS BIGINT) FROM uploads WHERE account_id = ?1 AND id <> ?2";
}

/// Holds the account, and sees that there is room for a file of this size. Answers how many uploads in parts
/// are unfinished besides `id`.
///
/// # Errors
/// `quota_reached`.
pub(crate) async fn room_for(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: FileId,
    size: u64,
    options: &FileOptions,
) -> Result<u64> {
    tx.maybe(&HOLD_ACCOUNT, &[account.0.into()]).await?;
    room(tx, account, id, size, options).await
}

/// The same without holding anything: whether it is worth beginning.
///
/// # Errors
/// `quota_reached`.
pub(super) async fn room(
    tx: &mut Tx<'_>,
    account: AccountId,
    id: FileId,
    size: u64,
    options: &FileOptions,
) -> Result<u64> {
    let files = tx.row(&FILES_USED, &[account.0.into()]).await?;
    let uploads = tx.row(&UPLOADS_USED, &[account.0.into(), id.0.into()]).await?;
    let unfinished = uploads.get::<u64>(0)?;
    let count = files.get::<u64>(0)? + unfinished;
    let bytes = files.get::<u64>(1)? + uploads.get::<u64>(1)?;
    if count >= options.quota_files || bytes + size > options.quota_bytes {
        return Err(Code::QuotaReached.into());
    }
    Ok(unfinished)
}
