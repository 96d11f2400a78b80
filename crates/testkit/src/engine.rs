//! Where a test server keeps everything: a directory of its own, and on PostgreSQL a database of its own.

use crate::postgres::TestDatabase;
use chinwag_server::Settings;
use tempfile::TempDir;

/// Which database engine a test runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Engine {
    /// The one in the binary.
    Sqlite,
    /// The server that `CHINWAG_TEST_POSTGRES` names; local and trusted where it names none.
    Postgres,
}

/// What a server stored; gone when this is dropped.
pub(crate) struct Storage {
    directory: TempDir,
    database: Option<TestDatabase>,
}

impl Storage {
    pub(crate) async fn new(engine: Engine) -> Self {
        let directory =
            TempDir::with_prefix("chinwag-test-").expect("a temporary directory can be made");
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(TestDatabase::create().await),
        };
        Self { directory, database }
    }

    /// Which engine keeps it.
    pub(crate) fn engine(&self) -> Engine {
        self.database.as_ref().map_or(Engine::Sqlite, |_| Engine::Postgres)
    }

    /// Runs a statement on the database.
    pub(crate) async fn run(&self, statement: &str) {
        self.database.as_ref().expect("only on PostgreSQL").run(statement).await;
    }

    /// Settings for a small server over this storage, on a port that is free.
    pub(crate) fn settings(&self) -> Settings {
        let mut settings =
            Settings { data_dir: self.directory.path().join("data"), ..Settings::default() };
        settings.http.bind.set_port(0);
        settings.database.url =
            self.database.as_ref().map_or_else(String::new, |database| database.url().to_owned());
        settings.database.pool = 6;
        settings.accounts.bcrypt_cost = 4;
        settings.accounts.hash_queue = 10_000;
        settings.limits.factor = 1000.0;
        settings
    }
}
