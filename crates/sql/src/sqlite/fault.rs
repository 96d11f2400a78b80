//! SQLite's result codes in our words.

use crate::Error;
use crate::error::{Fault, Then};
use rusqlite::ErrorCode;
use rusqlite::ffi;

impl From<rusqlite::Error> for Fault {
    fn from(error: rusqlite::Error) -> Self {
        match &error {
            rusqlite::Error::SqliteFailure(code, text) => {
                by_code(*code, text.as_deref().unwrap_or_default())
            }
            rusqlite::Error::SqlInputError { error: code, msg, .. } => by_code(*code, msg),
            other => Error::Statement(other.to_string()).into(),
        }
    }
}

fn by_code(code: ffi::Error, text: &str) -> Fault {
    let error = match code.code {
        ErrorCode::DiskFull => Error::Full,
        ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked => Error::Busy,
        ErrorCode::ConstraintViolation if is_unique(code.extended_code) => {
            Error::Unique { columns: columns(text) }
        }
        // A full disk is also met when the index of the write-ahead log has to grow.
        ErrorCode::SystemIoFailure if code.extended_code == ffi::SQLITE_IOERR_SHMSIZE => {
            Error::Full
        }
        ErrorCode::SystemIoFailure
        | ErrorCode::CannotOpen
        | ErrorCode::DatabaseCorrupt
        | ErrorCode::NotADatabase
        | ErrorCode::OutOfMemory => Error::Unavailable(described(code, text)),
        _ => Error::Statement(described(code, text)),
    };
    let then = if is_failed_sync(code.extended_code) { Then::Stop } else { Then::Answer };
    Fault { error, then }
}

fn described(code: ffi::Error, text: &str) -> String {
    format!("{text} (SQLite {})", code.extended_code)
}

fn is_unique(extended: i32) -> bool {
    matches!(
        extended,
        ffi::SQLITE_CONSTRAINT_UNIQUE
            | ffi::SQLITE_CONSTRAINT_PRIMARYKEY
            | ffi::SQLITE_CONSTRAINT_ROWID
    )
}

/// After a failed sync the kernel may have dropped the pages: trying again proves nothing.
fn is_failed_sync(extended: i32) -> bool {
    matches!(extended, ffi::SQLITE_IOERR_FSYNC | ffi::SQLITE_IOERR_DIR_FSYNC)
}

/// From `UNIQUE constraint failed: t.a, t.b`.
fn columns(text: &str) -> String {
    text.rsplit_once("failed: ").map_or(text, |(_, columns)| columns).to_owned()
}
