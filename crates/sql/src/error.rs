//! What can go wrong below an operation, in words that do not depend on the engine.

/// A failure of the database or of a statement.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// A statement that had to give a row gave none.
    #[error("no row")]
    NoRow,
    /// A queue is full, or a lock was not had in time. Nothing was changed; trying again may help.
    #[error("the database is busy")]
    Busy,
    /// The disk is full. Nothing was changed; it works again by itself once there is space.
    #[error("the disk is full")]
    Full,
    /// The engine is gone: connection lost, database closed, or writes stopped after a failed sync.
    #[error("the database is unavailable: {0}")]
    Unavailable(String),
    /// A row with this key is already there.
    #[error("already there: {columns}")]
    Unique {
        /// The columns of the violated key, as `table.first, table.second` on both engines.
        columns: String,
    },
    /// A stored value is not what the program expects.
    #[error("column {index} holds {found}, expected {expected}")]
    Corrupt {
        /// Position of the column in the row, from 0.
        index: usize,
        /// What the program asked for.
        expected: &'static str,
        /// What was there instead.
        found: String,
    },
    /// A statement is wrong: text, parameters, or a violated constraint other than a unique key.
    #[error("statement failed: {0}")]
    Statement(String),
    /// The schema cannot be brought up to date; the text says what to do.
    #[error("migration: {0}")]
    Migration(String),
}

/// An [`Error`] with what the engines' own loops need to know about it.
#[derive(Debug, Clone)]
pub(crate) struct Fault {
    pub(crate) error: Error,
    pub(crate) then: Then,
}

/// What the loop that ran a failed transaction does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Then {
    /// Answer the caller.
    Answer,
    /// The transaction lost against another one: run it again.
    Retry,
    /// Durability is in doubt: take no further write.
    Stop,
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self { error, then: Then::Answer }
    }
}
