//! One handle over SQLite and PostgreSQL.
//!
//! A statement is one text, an operation one `async fn` over an open transaction ([`Tx`]), and a
//! [`Database`] runs it on whichever engine the operator chose. This crate knows no chat word.

mod batch;
mod database;
mod error;
mod migrate;
mod operation;
mod postgres;
mod row;
mod sqlite;
mod statement;
mod tx;
mod value;

pub use batch::QUEUE;
pub use batch::{BatchOperation, Batcher, Results};
pub use database::Database;
pub use error::Error;
pub use migrate::{Migration, MigrationReport};
pub use operation::Operation;
pub use postgres::PostgresOptions;
pub use row::{Columns, FromValue, Row};
pub use sqlite::SqliteOptions;
pub use statement::{Engine, Sql, per_engine, sql};
pub use tx::Tx;
pub use value::{Value, ValueRef};

/// The statements this crate runs by itself, for the test that prepares every one.
pub fn statements() -> &'static [&'static Sql] {
    migrate::STATEMENTS
}

/// What this crate answers with.
pub type Result<T, E = Error> = std::result::Result<T, E>;
