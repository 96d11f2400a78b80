//! The thread that moves the write-ahead log into the database file, so that no commit pays for it.

use super::{SqliteOptions, Stopped, open};
use crate::Error;
use crate::error::Fault;
use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};

/// A checkpoint is due after this many new pages (4 MiB).
pub(super) const DUE: u32 = 1024;
/// Beyond this many pages (256 MiB) writers wait for a moment, so that the log can start over.
const TOO_LONG: i32 = 65_536;

/// Starts the thread; it ends when the sender is dropped.
pub(super) fn start(
    options: &SqliteOptions,
    stopped: &Stopped,
) -> Result<(SyncSender<()>, JoinHandle<()>), Error> {
    let connection = open::checkpointer(options)?;
    let (sender, due) = sync_channel(1);
    let stopped = Stopped::clone(stopped);
    let thread = thread::Builder::new()
        .name("sql-checkpoint".to_owned())
        .spawn(move || run(&connection, &due, &stopped))
        .map_err(|e| Error::Unavailable(e.to_string()))?;
    Ok((sender, thread))
}

fn run(connection: &Connection, due: &Receiver<()>, stopped: &Stopped) {
    while due.recv().is_ok() && stopped.get().is_none() {
        if let Err(fault) = checkpoint(connection) {
            failed(fault.error, stopped);
        }
    }
}

fn checkpoint(connection: &Connection) -> Result<(), Fault> {
    let started = std::time::Instant::now();
    let (pages, _) = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE)?;
    if pages > TOO_LONG {
        connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART)?;
    }
    metrics::histogram!("chinwag_sql_checkpoint_seconds").record(started.elapsed());
    Ok(())
}

/// A full disk or a long reader only delay the next checkpoint. Anything else may have left pages
/// that look written and are not, so the log must not start over.
fn failed(error: Error, stopped: &Stopped) {
    tracing::warn!(%error, "a checkpoint failed");
    if let Error::Unavailable(why) = error {
        let _ = stopped
            .set(Error::Unavailable(format!("writes stopped after a failed checkpoint: {why}")));
    }
}

/// The last checkpoint before closing: leaves an empty log.
pub(super) fn finish(connection: &Connection) {
    if let Err(error) = connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::TRUNCATE) {
        tracing::warn!(%error, "the log was not emptied on closing; it will be read at the next start");
    }
}
