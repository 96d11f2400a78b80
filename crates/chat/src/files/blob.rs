//! What the blobs of files are called, and what a failure of their store is to the caller.

use chinwag_blobs::Error;
use chinwag_wire::{Code, FileId, Problem};
use uuid::Uuid;

/// The folder of finished files.
pub(super) const FILES: &str = "files";
/// The folder of parts of unfinished uploads.
pub(super) const PARTS: &str = "uploads";

/// The bytes of a file.
pub(super) fn file_blob(id: FileId) -> String {
    format!("{FILES}/{id}")
}

/// A preview of it.
pub(super) fn preview_blob(id: FileId, side: u32) -> String {
    format!("{FILES}/{id}-{side}")
}

/// A part of an upload. Each has an id of its own, so that two sent for the same place never mix.
pub(crate) fn part_blob(upload: FileId, part: Uuid) -> String {
    format!("{PARTS}/{upload}-{part}")
}

/// The file or upload that a blob belongs to, by its name.
pub(super) fn owner(name: &str) -> Option<FileId> {
    let (_, rest) = name.split_once('/')?;
    rest.get(..36)?.parse().ok()
}

/// The problem a failure of the store is to the caller; what is our fault is logged here, once.
pub(crate) fn storing(error: &Error) -> Problem {
    match error {
        Error::NotFound => Code::FileNotFound.into(),
        Error::Full => Problem::from(Code::StorageFull).retry_after(30),
        Error::Unavailable(reason) => {
            tracing::warn!(reason, "the blob store cannot be used");
            Problem::from(Code::Unavailable)
                .with_detail("The store of files cannot be reached; try again shortly.")
                .retry_after(5)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blobs_know_whose_they_are() {
        let id = FileId(Uuid::from_u128(7));
        for name in [file_blob(id), preview_blob(id, 320), part_blob(id, Uuid::from_u128(9))] {
            assert_eq!(owner(&name), Some(id), "{name}");
        }
        assert_eq!(owner("files/stranger"), None);
        assert_eq!(owner("nothing"), None);
    }
}
