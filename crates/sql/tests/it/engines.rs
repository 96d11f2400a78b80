//! A database of its own for each test, on each engine, and operations written as closures.

use chinwag_sql::{
    Database, Engine, Error, Migration, Operation, PostgresOptions, Result, Sql, SqliteOptions, Tx,
};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use std::marker::PhantomData;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::sync::atomic::{AtomicU32, Ordering};
use tempfile::TempDir;

/// A fresh database.
pub struct Place {
    pub db: Database,
    at: At,
}

enum At {
    File(TempDir),
    Server { url: String, name: String },
}

impl Place {
    pub async fn make(engine: Engine) -> Self {
        match engine {
            Engine::Sqlite => Self::sqlite(|_| {}),
            Engine::Postgres => Self::postgres().await,
        }
    }

    pub fn sqlite(change: impl FnOnce(&mut SqliteOptions)) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut options =
            SqliteOptions { path: dir.path().join("test.db"), ..SqliteOptions::default() };
        change(&mut options);
        Self { db: Database::sqlite(options).unwrap(), at: At::File(dir) }
    }

    async fn postgres() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!(
            "chinwag_sql_{}_{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        on_server(&format!("CREATE DATABASE {name}")).await;
        let url = address(&name);
        let db = connect(&url).await;
        Self { db, at: At::Server { url, name } }
    }

    /// Another handle on the same database, as another process would have.
    pub async fn again(&self) -> Database {
        match &self.at {
            At::File(dir) => Database::sqlite(SqliteOptions {
                path: dir.path().join("test.db"),
                ..SqliteOptions::default()
            })
            .unwrap(),
            At::Server { url, .. } => connect(url).await,
        }
    }

    /// Where the SQLite file is.
    pub fn file(&self) -> std::path::PathBuf {
        match &self.at {
            At::File(dir) => dir.path().join("test.db"),
            At::Server { .. } => panic!("PostgreSQL has no file"),
        }
    }

    pub async fn end(self) {
        self.db.close().await;
        if let At::Server { name, .. } = self.at {
            on_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

async fn connect(url: &str) -> Database {
    Database::postgres(PostgresOptions { url: url.to_owned(), ..PostgresOptions::default() })
        .await
        .unwrap()
}

/// The server that tests may make databases on; either form of address will do.
fn server() -> tokio_postgres::Config {
    std::env::var("CHINWAG_TEST_POSTGRES")
        .unwrap_or_else(|_| "host=127.0.0.1 user=postgres dbname=postgres".to_owned())
        .parse()
        .unwrap()
}

/// The address of another database on it.
fn address(name: &str) -> String {
    use tokio_postgres::config::Host;
    let config = server();
    let host = match &config.get_hosts()[0] {
        Host::Tcp(host) => host.clone(),
        Host::Unix(path) => path.display().to_string(),
    };
    let port = config.get_ports().first().unwrap_or(&5432);
    format!(
        "host={host} port={port} user={} dbname={name}",
        config.get_user().unwrap_or("postgres")
    )
}

async fn on_server(text: &str) {
    let (client, connection) = server().connect(tokio_postgres::NoTls).await.unwrap();
    let task = tokio::spawn(connection);
    client.batch_execute(text).await.unwrap();
    drop(client);
    task.await.unwrap().unwrap();
}

/// Runs a test on a fresh database and removes it, whether the test passed or not.
pub async fn within<F: Future<Output = ()>>(
    engine: Engine,
    test: impl FnOnce(std::sync::Arc<Place>) -> F,
) {
    let place = std::sync::Arc::new(Place::make(engine).await);
    let outcome = AssertUnwindSafe(test(place.clone())).catch_unwind().await;
    match std::sync::Arc::try_unwrap(place) {
        Ok(place) => place.end().await,
        Err(kept) => kept.db.close().await,
    }
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Declares each function, which takes a place, as a test on both engines.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::engines::within(chinwag_sql::Engine::Sqlite, super::$test).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::engines::within(chinwag_sql::Engine::Postgres, super::$test).await;
            })*
        }
    };
}
pub(crate) use on_both;

/// An operation written in place.
pub struct Op<F, T>(F, PhantomData<fn() -> T>);

pub fn op<F, T>(body: F) -> Op<F, T>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T>> + Send + Sync + 'static,
{
    Op(body, PhantomData)
}

impl<F, T> Operation for Op<F, T>
where
    F: for<'t> Fn(&'t mut Tx<'_>) -> BoxFuture<'t, Result<T>> + Send + Sync + 'static,
    T: Send + 'static,
{
    type Out = T;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<T> {
        (self.0)(tx).await
    }
}

/// Makes the tables a test needs.
pub async fn tables(db: &Database, text: &'static str) {
    db.migrate(&[Migration { number: 1, name: "tables", text, postgres: None }]).await.unwrap();
}

/// The one integer that a statement gives.
pub async fn number(db: &Database, statement: &'static Sql) -> i64 {
    db.read(op(move |tx| Box::pin(async move { tx.row(statement, &[]).await?.get(0) })))
        .await
        .unwrap()
}
