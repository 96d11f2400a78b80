//! A queue of work in the database. A job is a row written in the transaction of the change that
//! caused it; workers take it, try it three times, and keep what failed for good where people see it.
//! What the kinds of work are is for others to know.

mod enqueue;
mod inspect;
mod job;
mod lease;
mod wake;
mod worker;

pub use enqueue::{NewJob, enqueue};
pub use inspect::{Listed, discard, list, retry, show};
pub use job::{Job, State};
pub use lease::{LEASE, MOST_ATTEMPTS};
pub use wake::Wake;
pub use worker::{Verdict, Worker};

/// The text of the migration that makes the table, for the list of whoever uses this.
pub const TABLE: &str = include_str!("table.sql");

/// Every statement of this crate, for the test that prepares them.
pub fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [enqueue::STATEMENTS, inspect::STATEMENTS, lease::STATEMENTS, worker::STATEMENTS].concat()
}
