//! Where the server under test keeps its data: SQLite in its directory, or PostgreSQL. Each run has
//! fresh data, and can count what is stored behind the server's back.

use crate::{
    postgres,
    server::{Launch, fresh_directory},
};
use anyhow::Result;
use std::path::PathBuf;

/// A storage engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    /// Embedded.
    Sqlite,
    /// One's own server.
    Postgres,
}

/// Which engines a run is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Engines {
    /// Embedded.
    Sqlite,
    /// One's own server.
    Postgres,
    /// One after the other.
    Both,
}

impl Engines {
    /// Each of them.
    pub fn list(self) -> &'static [Engine] {
        match self {
            Self::Sqlite => &[Engine::Sqlite],
            Self::Postgres => &[Engine::Postgres],
            Self::Both => &[Engine::Sqlite, Engine::Postgres],
        }
    }
}

impl Engine {
    /// Its name for people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
        }
    }
}

/// Fresh data for one server.
#[derive(Debug)]
pub struct Home {
    directory: tempfile::TempDir,
    database: Option<postgres::Database>,
}

impl Home {
    /// An empty one; `server` is a PostgreSQL URL, where there is one already.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn create(engine: Engine, server: Option<&str>) -> Result<Self> {
        let database = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => Some(postgres::Database::create(&postgres::server(server)?).await?),
        };
        Ok(Self { directory: fresh_directory()?, database })
    }

    /// How to start a server on it.
    ///
    /// # Errors
    /// When the binary is missing.
    pub fn launch(&self) -> Result<Launch> {
        Launch::new(&self.data(), self.database.as_ref().map(postgres::Database::url))
    }

    /// The server's data directory.
    pub fn data(&self) -> PathBuf {
        self.directory.path().join("data")
    }

    /// One number from a query, past the server.
    ///
    /// # Errors
    /// When the query fails.
    pub async fn number(&self, query: &str) -> Result<i64> {
        match &self.database {
            Some(database) => database.number(query).await,
            None => Ok(self.open()?.query_row(query, [], |row| row.get(0))?),
        }
    }

    /// Runs statements, past the server.
    ///
    /// # Errors
    /// When one fails.
    pub async fn execute(&self, statements: &str) -> Result<()> {
        match &self.database {
            Some(database) => database.execute(statements).await,
            None => Ok(self.open()?.execute_batch(statements)?),
        }
    }

    /// SQLite's own check of the file; PostgreSQL has none to ask.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn integrity(&self) -> Result<String> {
        if self.database.is_some() {
            return Ok("ok".to_owned());
        }
        Ok(self.open()?.query_row("PRAGMA integrity_check", [], |row| row.get(0))?)
    }

    fn open(&self) -> Result<rusqlite::Connection> {
        let connection = rusqlite::Connection::open(self.file()?)?;
        connection.busy_timeout(std::time::Duration::from_secs(10))?;
        Ok(connection)
    }

    /// The database file: the one in the data directory that is called so.
    fn file(&self) -> Result<PathBuf> {
        let entries = std::fs::read_dir(self.data())?.flatten().map(|entry| entry.path());
        let mut files = entries.filter(|path| path.extension().is_some_and(|end| end == "db"));
        files.next().ok_or_else(|| anyhow::anyhow!("no database in {}", self.data().display()))
    }

    /// Drops what was stored outside the directory.
    ///
    /// # Errors
    /// When PostgreSQL refuses.
    pub async fn remove(self) -> Result<()> {
        match self.database {
            Some(database) => database.remove().await,
            None => Ok(()),
        }
    }
}
