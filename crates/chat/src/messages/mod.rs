//! Messages: sending, changing, reading them, and how far everybody has read.

mod append;
mod authors;
mod by_id;
mod client_id;
mod copies;
mod delete;
mod edit;
mod history;
mod logs;
mod mark;
mod post;
mod readers;
mod received;
mod row;
mod send;
mod sent;
mod walk_in;

pub(crate) use delete::{Buried, bury};
pub(crate) use edit::find;
pub use mark::Step;
pub use post::Posting;
pub use readers::Reader;
pub use received::{MessagePlace, Missed};
pub(crate) use row::{columns, message, message_at};
pub(crate) use send::Sending;
pub use walk_in::Spoken;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        authors::STATEMENTS,
        by_id::STATEMENTS,
        copies::STATEMENTS,
        send::STATEMENTS,
        sent::STATEMENTS,
        logs::STATEMENTS,
        edit::STATEMENTS,
        history::STATEMENTS,
        mark::STATEMENTS,
        readers::STATEMENTS,
        received::STATEMENTS,
        walk_in::STATEMENTS,
    ]
    .concat()
}

/// Statements that only PostgreSQL understands: they take arrays.
pub(crate) fn batched_statements() -> Vec<&'static chinwag_sql::Sql> {
    append::STATEMENTS.to_vec()
}
