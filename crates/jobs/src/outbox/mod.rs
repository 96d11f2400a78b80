//! The outbox: what other systems are to be told, kept from the transaction in which it happened until
//! somebody has taken it. Whatever is about the same subject is told in the order in which it was
//! written. What nobody takes because nobody is there waits; what is refused again and again becomes a dead
//! job, for people to look at.

mod append;
mod hand;
mod relay;

pub use append::{NewEntry, append};
pub use hand::Entry;
pub use relay::{Reception, Relay};

/// The text of the migration that makes the table.
pub const OUTBOX: &str = include_str!("table.sql");
/// The same for PostgreSQL, which numbers rows in another way.
pub const OUTBOX_POSTGRES: &str = include_str!("table.postgres.sql");

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [append::STATEMENTS, hand::STATEMENTS, relay::STATEMENTS].concat()
}
