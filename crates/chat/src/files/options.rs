//! What an operator may choose of files.

use chinwag_blobs::{Blobs, PictureLimits};
use std::time::Duration;

/// Where files are kept, and how much of them.
#[derive(Clone, Debug)]
pub struct FileOptions {
    /// Where the bytes are.
    pub blobs: Blobs,
    /// Most bytes of a file.
    pub most_bytes: u64,
    /// Most bytes of all files of an account.
    pub quota_bytes: u64,
    /// Most files of an account.
    pub quota_files: u64,
    /// Most uploads of an account that are under way at a time, on this node.
    pub uploads_at_once: usize,
    /// Most uploads of everybody that are under way at a time, on this node; each has a part in memory.
    pub uploads_together: usize,
    /// Most uploads in parts that an account has begun and not finished.
    pub uploads_open: u64,
    /// How long a file waits for its message.
    pub unattached_life: Duration,
    /// How long an upload in parts waits for its next part.
    pub upload_life: Duration,
    /// Most pictures that wait to be made small.
    pub picture_queue: usize,
    /// What a picture may cost.
    pub picture_limits: PictureLimits,
}

impl Default for FileOptions {
    /// In memory, until a place is named.
    fn default() -> Self {
        const MIB: u64 = 1024 * 1024;
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        Self {
            blobs: Blobs::memory(),
            most_bytes: 25 * MIB,
            quota_bytes: 1024 * MIB,
            quota_files: 10_000,
            uploads_at_once: 4,
            uploads_together: 64,
            uploads_open: 20,
            unattached_life: DAY,
            upload_life: DAY,
            picture_queue: 32,
            picture_limits: PictureLimits::default(),
        }
    }
}
