//! The handle the rest of the program holds.

use crate::migrate::{self, Migration, MigrationReport};
use crate::postgres::{Postgres, PostgresOptions};
use crate::sqlite::{Sqlite, SqliteOptions};
use crate::{Engine, Error, Operation, Sql};
use std::sync::Arc;
use std::time::Duration;

/// How long a write may take before the database counts as not ready.
const PROBE_LIMIT: Duration = Duration::from_secs(2);

/// A database on either engine. Clones are the same database.
#[derive(Clone)]
pub struct Database(On);

/// The engine behind a handle.
#[derive(Clone)]
pub(crate) enum On {
    Sqlite(Arc<Sqlite>),
    Postgres(Arc<Postgres>),
}

impl Database {
    /// Opens, or creates, the SQLite file `options.path`.
    pub fn sqlite(options: SqliteOptions) -> Result<Self, Error> {
        Ok(Self(On::Sqlite(Arc::new(Sqlite::open(options)?))))
    }

    /// Connects to PostgreSQL; answers once one connection stands.
    pub async fn postgres(options: PostgresOptions) -> Result<Self, Error> {
        Ok(Self(On::Postgres(Arc::new(Postgres::connect(options).await?))))
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match self.0 {
            On::Sqlite(_) => Engine::Sqlite,
            On::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs a reading operation on one snapshot. On SQLite it runs on the calling thread.
    #[expect(
        clippy::manual_async_fn,
        reason = "Send is promised here, not left to callers to prove"
    )]
    pub fn read<O: Operation>(
        &self,
        op: O,
    ) -> impl Future<Output = Result<O::Out, O::Error>> + Send {
        async move {
            match &self.0 {
                On::Sqlite(sqlite) => sqlite.read(&op),
                On::Postgres(postgres) => postgres.read(&op).await,
            }
        }
    }

    /// Runs a changing operation and makes it durable. `committed` runs after the commit and before
    /// this answers, even if the caller has gone away meanwhile; it never runs if the commit failed.
    ///
    /// On SQLite the calls of `committed` come one at a time in commit order. On PostgreSQL they
    /// come in commit order only for the operations of one [`Batcher`](crate::Batcher) lane; else
    /// the order of numbers that the operations handed out under a row lock counts.
    #[expect(
        clippy::manual_async_fn,
        reason = "Send is promised here, not left to callers to prove"
    )]
    pub fn write<O, F, T>(
        &self,
        op: O,
        committed: F,
    ) -> impl Future<Output = Result<T, O::Error>> + Send
    where
        O: Operation,
        F: FnOnce(O::Out) -> T + Send + 'static,
        T: Send + 'static,
    {
        async move {
            match &self.0 {
                On::Sqlite(sqlite) => sqlite.write(op, committed).await,
                On::Postgres(postgres) => postgres.write(op, committed).await,
            }
        }
    }

    /// Brings the schema up to date. See [`Migration`].
    pub async fn migrate(&self, list: &[Migration]) -> Result<MigrationReport, Error> {
        migrate::run(self, list).await
    }

    /// Whether writes work: a durable change that changes nothing, within two seconds.
    pub async fn probe_write(&self) -> Result<(), Error> {
        tokio::time::timeout(PROBE_LIMIT, self.write(migrate::Probe, |()| ()))
            .await
            .unwrap_or_else(|_| Err(Error::Unavailable("no write within two seconds".to_owned())))
    }

    /// Finishes the writes that were accepted, refuses new ones, and lets go of the database.
    pub async fn close(&self) {
        match &self.0 {
            On::Sqlite(sqlite) => sqlite.close().await,
            On::Postgres(postgres) => postgres.close(),
        }
    }

    /// Prepares every statement; gives those the engine refuses, with the reason.
    pub async fn prepare_all(&self, statements: &[&Sql]) -> Vec<(String, Error)> {
        let mut refused = Vec::new();
        for statement in statements {
            let text = statement.text(self.engine());
            let outcome = match &self.0 {
                On::Sqlite(sqlite) => sqlite.prepare(text),
                On::Postgres(postgres) => postgres.prepare(text).await,
            };
            refused.extend(outcome.err().map(|error| (text.to_owned(), error)));
        }
        refused
    }

    /// The engine, for what differs between them.
    pub(crate) fn on(&self) -> &On {
        &self.0
    }
}
