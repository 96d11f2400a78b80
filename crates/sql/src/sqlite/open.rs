//! Opening the file, and what every connection to it is told.

use crate::Error;
use crate::error::Fault;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags};
use std::fs::OpenOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The write-ahead log of earlier versions can be corrupted when it is reset.
const OLDEST: i32 = 3_051_003;
/// How long a connection waits for another process, or for a checkpoint, before it is busy.
const BUSY: Duration = Duration::from_secs(5);
/// How many prepared statements a connection keeps.
const STATEMENTS: usize = 512;

/// How to open a SQLite database.
#[derive(Debug, Clone)]
pub struct SqliteOptions {
    /// The database file; `-wal` and `-shm` appear beside it. Created for its owner alone.
    pub path: PathBuf,
    /// How many reading connections; each is used by one thread at a time.
    pub readers: usize,
    /// Page cache of the writer in KiB; each reader has a quarter of it.
    pub cache_kib: u32,
    /// The most pages (of 4 KiB) that the file may have; a write beyond gets [`Error::Full`].
    pub max_pages: Option<u32>,
}

impl Default for SqliteOptions {
    fn default() -> Self {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        Self {
            path: PathBuf::from("chinwag.db"),
            readers: threads.max(2) * 2,
            cache_kib: 65_536,
            max_pages: None,
        }
    }
}

/// The connection that writes; it creates the file if there is none.
pub(super) fn writer(options: &SqliteOptions) -> Result<Connection, Error> {
    if rusqlite::version_number() < OLDEST {
        return Err(Error::Unavailable(format!("SQLite {} is too old", rusqlite::version())));
    }
    create(&options.path)?;
    let connection = connect(&options.path, options.cache_kib)?;
    set(&connection, "journal_mode", "WAL")?;
    set(&connection, "wal_autocheckpoint", 0)?;
    // What is deleted is overwritten: the file keeps nothing of it.
    set(&connection, "secure_delete", "ON")?;
    if let Some(pages) = options.max_pages {
        set(&connection, "max_page_count", pages)?;
    }
    Ok(connection)
}

/// A connection that only reads.
pub(super) fn reader(options: &SqliteOptions) -> Result<Connection, Error> {
    let connection = connect(&options.path, options.cache_kib / 4)?;
    set(&connection, "query_only", "ON")?;
    Ok(connection)
}

/// A connection that only moves pages from the log into the file.
pub(super) fn checkpointer(
    options: &SqliteOptions,
    patience: Duration,
) -> Result<Connection, Error> {
    let connection = connect(&options.path, 1024)?;
    connection.busy_timeout(patience).map_err(|e| Fault::from(e).error)?;
    Ok(connection)
}

fn connect(path: &Path, cache_kib: u32) -> Result<Connection, Error> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags).map_err(|e| Fault::from(e).error)?;
    connection.busy_timeout(BUSY).map_err(|e| Fault::from(e).error)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS);
    // Without this, SQLite plans with the values first bound and plans anew when others are bound:
    // every prepared range query would be prepared again for every run.
    let stable = connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true);
    stable.map_err(|e| Fault::from(e).error)?;
    set(&connection, "synchronous", "FULL")?;
    set(&connection, "foreign_keys", "ON")?;
    set(&connection, "cache_size", -i64::from(cache_kib))?;
    set(&connection, "temp_store", "MEMORY")?;
    Ok(connection)
}

fn set(connection: &Connection, pragma: &str, value: impl rusqlite::ToSql) -> Result<(), Error> {
    // Some pragmas answer with a row, some do not.
    connection.pragma_update_and_check(None, pragma, value, |_| Ok(())).or_else(|error| match error
    {
        rusqlite::Error::QueryReturnedNoRows => Ok(()),
        error => Err(Fault::from(error).error),
    })
}

/// Creates the file for its owner alone; the log inherits the mode.
fn create(path: &Path) -> Result<(), Error> {
    let mut how = OpenOptions::new();
    how.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut how, 0o600);
    how.open(path).map(drop).map_err(|e| Error::Unavailable(format!("{}: {e}", path.display())))
}
