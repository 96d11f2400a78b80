//! The behaviour of `chinwag-sql`, on both engines: every test runs on SQLite and on PostgreSQL
//! unless its subject is one of them.
#![expect(clippy::unwrap_used, reason = "a test may")]

mod batches;
mod engines;
mod limits;
mod migrations;
mod reads;
mod statements;
mod values;
mod writes;
