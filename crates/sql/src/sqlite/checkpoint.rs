//! The thread that moves the write-ahead log into the database file, so that no commit pays for it.

use super::{SqliteOptions, Stopped, open};
use crate::Error;
use crate::error::Fault;
use parking_lot::Mutex;
use rusqlite::Connection;
use rusqlite::wal::CheckpointMode;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

/// A checkpoint is due after this many new pages (64 MiB): a page that is written often goes to the
/// file once for all of them.
pub(super) const DUE: u32 = 16_384;
/// Beyond this many pages (128 MiB) the writer pauses for a moment, so that the log can start over:
/// a log that is written again costs half of one that grows.
const TOO_LONG: i32 = 32_768;
/// How long the writer is kept waiting for readers before the log is left to grow.
const PATIENCE: Duration = Duration::from_millis(20);

/// Held by the writer during a group, and by a checkpoint that must be alone.
pub(super) type Turn = Arc<Mutex<()>>;

/// Starts the thread; it ends when the sender is dropped.
pub(super) fn start(
    options: &SqliteOptions,
    stopped: &Stopped,
    turn: &Turn,
) -> Result<(SyncSender<()>, JoinHandle<()>), Error> {
    let connection = open::checkpointer(options, PATIENCE)?;
    let (sender, due) = sync_channel(1);
    let mut checkpoints = Checkpoints {
        connection,
        turn: Turn::clone(turn),
        stopped: Stopped::clone(stopped),
        limit: TOO_LONG,
    };
    let thread = thread::Builder::new()
        .name("sql-checkpoint".to_owned())
        .spawn(move || checkpoints.run(&due))
        .map_err(|e| Error::Unavailable(e.to_string()))?;
    Ok((sender, thread))
}

struct Checkpoints {
    connection: Connection,
    turn: Turn,
    stopped: Stopped,
    /// The length of the log, in pages, at which it has to start over.
    limit: i32,
}

impl Checkpoints {
    fn run(&mut self, due: &Receiver<()>) {
        while due.recv().is_ok() && self.stopped.get().is_none() {
            let started = Instant::now();
            if let Err(fault) = self.checkpoint() {
                failed(fault.error, &self.stopped);
            }
            metrics::histogram!("chinwag_sql_checkpoint_seconds").record(started.elapsed());
        }
    }

    /// Moves what it can beside the writer, and only when the log is too long the rest alone.
    fn checkpoint(&mut self) -> Result<(), Fault> {
        let (pages, _) =
            self.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::PASSIVE)?;
        if pages < self.limit {
            return Ok(());
        }
        // Should a long reader be in the way, the next attempt is a while off.
        self.limit = pages + TOO_LONG / 4;
        let _alone = self.turn.lock();
        self.connection.wal_checkpoint_v2(None::<&str>, CheckpointMode::RESTART)?;
        self.limit = TOO_LONG;
        Ok(())
    }
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
