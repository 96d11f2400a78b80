//! PostgreSQL's SQLSTATEs in our words.

use crate::Error;
use crate::error::{Fault, Then};
use std::error::Error as StdError;
use tokio_postgres::error::{DbError, SqlState};

impl From<tokio_postgres::Error> for Fault {
    fn from(error: tokio_postgres::Error) -> Self {
        match error.as_db_error() {
            Some(refusal) => by_state(refusal),
            None if is_ours(&error) => Error::Statement(with_causes(&error)).into(),
            None => unavailable(&error).into(),
        }
    }
}

fn by_state(refusal: &DbError) -> Fault {
    let state = refusal.code();
    let text = || format!("{} ({})", refusal.message(), state.code());
    let error = match *state {
        SqlState::UNIQUE_VIOLATION => Error::Unique { columns: columns(refusal) },
        SqlState::T_R_SERIALIZATION_FAILURE | SqlState::T_R_DEADLOCK_DETECTED => {
            return Fault { error: Error::Busy, then: Then::Retry };
        }
        SqlState::LOCK_NOT_AVAILABLE | SqlState::QUERY_CANCELED => Error::Busy,
        SqlState::DISK_FULL => Error::Full,
        _ => match &state.code()[..2] {
            // Connection lost, server shutting down, out of connections or memory, its own I/O error.
            "08" | "53" | "57" | "58" => Error::Unavailable(text()),
            _ => Error::Statement(text()),
        },
    };
    error.into()
}

/// Whether it failed before anything was sent: parameters of another type, or a wrong column.
fn is_ours(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    ["serializing", "deserializing", "expected"].iter().any(|word| text.contains(word))
}

/// `table.first, table.second`, as SQLite says it, from `Key (first, second)=(…) already exists.`
fn columns(refusal: &DbError) -> String {
    let name = refusal.constraint().unwrap_or_default();
    let key = refusal.detail().and_then(|detail| detail.split_once('(')?.1.split_once(")=("));
    match (refusal.table(), key) {
        (Some(table), Some((key, _))) if !key.contains('(') => {
            key.split(", ").map(|column| format!("{table}.{column}")).collect::<Vec<_>>().join(", ")
        }
        _ => format!("index '{name}'"),
    }
}

pub(super) fn unavailable(error: &dyn StdError) -> Error {
    Error::Unavailable(with_causes(error))
}

/// The text of an error and of what caused it, which PostgreSQL's errors leave out by themselves.
fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(inner) = cause {
        text = format!("{text}: {inner}");
        cause = inner.source();
    }
    text
}
