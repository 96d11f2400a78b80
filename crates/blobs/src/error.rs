//! What can go wrong with a store, as far as anybody can act on it.

use std::{error::Error as StdError, io};

/// What a store answers when it cannot do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is nothing under that name.
    #[error("there is no such blob")]
    NotFound,
    /// No room is left on the disk.
    #[error("the disk is full")]
    Full,
    /// The store cannot be reached, or does not work; why, for the log.
    #[error("the blob store does not work: {0}")]
    Unavailable(String),
}

impl From<object_store::Error> for Error {
    fn from(error: object_store::Error) -> Self {
        match error {
            object_store::Error::NotFound { .. } => Self::NotFound,
            error if is_full(&error) => Self::Full,
            error => Self::Unavailable(error.to_string()),
        }
    }
}

impl From<io::Error> for Error {
    fn from(error: io::Error) -> Self {
        match is_full(&error) {
            true => Self::Full,
            false => Self::Unavailable(error.to_string()),
        }
    }
}

/// Whether a full disk, or a used up quota of the file system, is at the bottom of it.
fn is_full(error: &(dyn StdError + 'static)) -> bool {
    let io = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let full = matches!(io, Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded));
    full || error.source().is_some_and(is_full)
}
