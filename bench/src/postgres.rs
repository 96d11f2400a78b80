//! PostgreSQL for a run: a database of its own on the server that `scripts/postgres` keeps, and that
//! server's life and death.

use crate::{machine, server::workspace};
use anyhow::{Context as _, Result, ensure};
use std::sync::atomic::{AtomicU32, Ordering};
use std::{process::Command, time::Duration};
use tokio_postgres::{Client, NoTls};

/// A database, dropped by [`Database::remove`].
#[derive(Debug)]
pub struct Database {
    server: String,
    name: String,
}

impl Database {
    /// Makes an empty one.
    ///
    /// # Errors
    /// When the server cannot be reached.
    pub async fn create(server: &str) -> Result<Self> {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let name = format!("chinwag_bench_{}_{number}", std::process::id());
        let client = connect(server).await?;
        client.batch_execute(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await?;
        client.batch_execute(&format!("CREATE DATABASE {name}")).await?;
        Ok(Self { server: server.to_owned(), name })
    }

    /// Its URL.
    pub fn url(&self) -> String {
        let base = self.server.rsplit_once('/').map_or(self.server.as_str(), |(base, _)| base);
        format!("{base}/{}", self.name)
    }

    /// One number from a query.
    ///
    /// # Errors
    /// When the query fails.
    pub async fn number(&self, query: &str) -> Result<i64> {
        Ok(connect(&self.url()).await?.query_one(query, &[]).await?.get(0))
    }

    /// Runs statements.
    ///
    /// # Errors
    /// When one fails.
    pub async fn execute(&self, statements: &str) -> Result<()> {
        Ok(connect(&self.url()).await?.batch_execute(statements).await?)
    }

    /// Drops it.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn remove(self) -> Result<()> {
        let drop = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        Ok(connect(&self.server).await?.batch_execute(&drop).await?)
    }
}

/// Processor time of the whole PostgreSQL server.
#[derive(Clone, Copy, Debug)]
pub struct Family(u32);

impl Family {
    /// Finds the server's first process.
    ///
    /// # Errors
    /// When it cannot be reached, or runs on another machine.
    pub async fn find(server: &str) -> Result<Self> {
        let row = connect(server).await?.query_one("SELECT pg_backend_pid()", &[]).await?;
        let backend: i32 = row.get(0);
        Ok(Self(machine::parent_of(backend as u32).context("PostgreSQL runs elsewhere")?))
    }

    /// What it has used so far.
    pub fn cpu(self) -> Duration {
        machine::cpu_of_family(self.0)
    }
}

async fn connect(url: &str) -> Result<Client> {
    let (client, connection) =
        tokio_postgres::connect(url, NoTls).await.context("connect to PostgreSQL")?;
    tokio::spawn(connection);
    Ok(client)
}

/// The URL of a PostgreSQL server: the one given, or the one `scripts/postgres` starts.
///
/// # Errors
/// When there is none and none can be started.
pub fn server(given: Option<&str>) -> Result<String> {
    given.map_or_else(|| script("start"), |url| Ok(url.to_owned()))
}

/// `scripts/postgres <verb>`; what it printed.
///
/// # Errors
/// When it fails.
pub fn script(verb: &str) -> Result<String> {
    let path = workspace().join("scripts/postgres");
    let output = Command::new(&path).arg(verb).output().context("run scripts/postgres")?;
    let complaint = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "scripts/postgres {verb}: {complaint}");
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}
