//! A queue of work in the database. A job is a row written in the transaction of the change that
//! caused it; workers take it, try it a few times, and keep what failed for good where people see it.
//! Beside it, an outbox: what other systems are to be told, in order, until somebody has taken it.
//! What the kinds of work are, and what there is to tell, is for others to know.

mod enqueue;
mod guard;
mod inspect;
mod job;
mod lease;
mod outbox;
mod retries;
mod wake;
mod worker;

pub use enqueue::{NewJob, enqueue};
pub use inspect::{Listed, discard, list, retry, show};
pub use job::{Job, State};
pub use lease::LEASE;
pub use outbox::{Entry, NewEntry, OUTBOX, OUTBOX_POSTGRES, Reception, Relay, append};
pub use retries::Retries;
pub use wake::Wake;
pub use worker::{Verdict, Worker};

/// The text of the migration that makes the table, for the list of whoever uses this.
pub const TABLE: &str = include_str!("table.sql");

/// Every statement of this crate, for the test that prepares them.
pub fn statements() -> Vec<&'static chinwag_sql::Sql> {
    let jobs = [enqueue::STATEMENTS, inspect::STATEMENTS, lease::STATEMENTS, worker::STATEMENTS];
    [jobs.concat(), outbox::statements()].concat()
}
