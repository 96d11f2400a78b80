//! The thread that owns the writing connection and commits in groups: it takes what waits, never
//! a timer, so a lone write is committed at once and a crowd shares one sync.

use super::announcer::{self, Announcement};
use super::checkpoint::{self, Turn};
use super::job::Job;
use super::{QUEUE, SqliteOptions, Stopped, Waiting, command, open};
use crate::Error;
use crate::error::{Fault, Then};
use parking_lot::MutexGuard;
use rusqlite::Connection;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::Instant;
use tokio::sync::oneshot;

/// The most writes that share one commit: all that can wait, since what shares a commit shares its
/// page writes.
const GROUP: usize = QUEUE;

pub(super) enum Order {
    Job(Box<dyn Job>),
    Close(oneshot::Sender<()>),
}

pub(super) struct Writer {
    connection: Connection,
    queue: Receiver<Order>,
    announce: SyncSender<Announcement>,
    checkpoint: SyncSender<()>,
    turn: Turn,
    stopped: Stopped,
    waiting: Waiting,
    log: Log,
    closing: Option<oneshot::Sender<()>>,
}

impl Writer {
    /// Opens the database for writing and starts its threads.
    pub(super) fn start(
        options: &SqliteOptions,
        stopped: &Stopped,
        waiting: &Waiting,
    ) -> Result<SyncSender<Order>, Error> {
        let mut connection = open::writer(options)?;
        let log = Log::watch(&mut connection)?;
        let turn = Turn::default();
        let (checkpoint, checkpointer) = checkpoint::start(options, stopped, &turn)?;
        let (announce, announcer) =
            announcer::start().map_err(|e| Error::Unavailable(e.to_string()))?;
        let (sender, queue) = sync_channel(QUEUE);
        let (stopped, waiting) = (Stopped::clone(stopped), Waiting::clone(waiting));
        let writer = Self {
            connection,
            queue,
            announce,
            checkpoint,
            turn,
            stopped,
            waiting,
            log,
            closing: None,
        };
        thread::Builder::new()
            .name("sql-writer".to_owned())
            .spawn(move || writer.run([announcer, checkpointer]))
            .map_err(|e| Error::Unavailable(e.to_string()))?;
        Ok(sender)
    }

    fn run(mut self, threads: [JoinHandle<()>; 2]) {
        while let Ok(order) = self.queue.recv() {
            match order {
                Order::Job(first) => self.group(first),
                Order::Close(answer) => {
                    self.closing = Some(answer);
                }
            }
            if self.closing.is_some() {
                while let Ok(Order::Job(late)) = self.queue.try_recv() {
                    self.group(late);
                }
                break;
            }
        }
        self.end(threads);
    }

    /// Answers everyone, empties the log, closes the file, and only then answers who asked for it.
    fn end(self, threads: [JoinHandle<()>; 2]) {
        let Self { connection, announce, checkpoint, closing, queue, .. } = self;
        drop((announce, checkpoint, queue));
        for thread in threads {
            let _ = thread.join();
        }
        checkpoint::finish(&connection);
        drop(connection);
        let _ = closing.map(|answer| answer.send(()));
    }

    /// One transaction for `first` and whatever waits behind it.
    fn group(&mut self, first: Box<dyn Job>) {
        let mut group = Vec::with_capacity(16);
        let outcome = match self.stopped.get() {
            Some(error) => {
                group.push(first);
                Err(error.clone())
            }
            None => {
                let turn = Turn::clone(&self.turn);
                let turn = turn.lock();
                let outcome = self.transaction(first, &mut group);
                // Whoever waits goes next, rather than this thread again.
                MutexGuard::unlock_fair(turn);
                outcome
            }
        };
        let writes: usize = group.iter().map(|job| job.writes()).sum();
        metrics::histogram!("chinwag_sql_group_size").record(writes as f64);
        let before = self.waiting.fetch_sub(group.len(), Ordering::Relaxed);
        metrics::gauge!("chinwag_sql_queue").set((before - group.len()) as f64);
        let _ = self.announce.send(Announcement { group, outcome });
        if self.log.is_due() {
            // Full means one is already asked for.
            let _ = self.checkpoint.try_send(());
        }
    }

    fn transaction(
        &mut self,
        first: Box<dyn Job>,
        group: &mut Vec<Box<dyn Job>>,
    ) -> Result<(), Error> {
        let begun = command(&self.connection, "BEGIN IMMEDIATE");
        let filled = match begun {
            Ok(()) => self.fill(first, group),
            Err(fault) => {
                group.push(first);
                Err(fault)
            }
        };
        filled.and_then(|()| self.commit()).map_err(|fault| self.lost(fault))
    }

    fn fill(&mut self, first: Box<dyn Job>, group: &mut Vec<Box<dyn Job>>) -> Result<(), Fault> {
        let mut next = Some(first);
        let mut writes = 0;
        while let Some(mut job) = next.take() {
            let ran = job.run(&mut self.connection);
            writes += job.writes();
            group.push(job);
            ran?;
            if writes >= GROUP || self.closing.is_some() {
                break;
            }
            match self.queue.try_recv() {
                Ok(Order::Job(job)) => next = Some(job),
                Ok(Order::Close(answer)) => self.closing = Some(answer),
                Err(_) => {}
            }
        }
        Ok(())
    }

    fn commit(&self) -> Result<(), Fault> {
        let started = Instant::now();
        let committed = command(&self.connection, "COMMIT");
        metrics::histogram!("chinwag_sql_commit_seconds").record(started.elapsed());
        committed.map_err(|fault| match fault.error {
            Error::Unavailable(_) => Fault { then: Then::Stop, ..fault },
            _ => fault,
        })
    }

    /// The group is undone; after a failed sync nothing more is taken.
    fn lost(&self, fault: Fault) -> Error {
        if !self.connection.is_autocommit()
            && let Err(again) = command(&self.connection, "ROLLBACK")
        {
            tracing::error!(error = %again.error, "a failed group could not be undone");
        }
        tracing::warn!(error = %fault.error, "a group of writes was undone");
        if fault.then == Then::Stop {
            let stop =
                Error::Unavailable(format!("writes stopped, restart to recover: {}", fault.error));
            tracing::error!(error = %stop, "durability is in doubt");
            let _ = self.stopped.set(stop);
        }
        fault.error
    }
}

/// How far the write-ahead log has grown.
struct Log {
    pages: Arc<AtomicU32>,
    seen: u32,
    since: u32,
}

impl Log {
    fn watch(connection: &mut Connection) -> Result<Self, Error> {
        let pages = Arc::new(AtomicU32::new(0));
        let told = Arc::clone(&pages);
        let hook = move |_: &mut rusqlite::hooks::Wal, now: i32| {
            told.store(now.unsigned_abs(), Ordering::Relaxed);
            Ok(())
        };
        connection.wal_hook(Some(hook)).map_err(|e| Fault::from(e).error)?;
        Ok(Self { pages, seen: 0, since: 0 })
    }

    /// Whether enough was written since this last said so.
    fn is_due(&mut self) -> bool {
        let now = self.pages.load(Ordering::Relaxed);
        // Fewer pages than before: the log has started over.
        self.since += if now < self.seen { now } else { now - self.seen };
        self.seen = now;
        let due = self.since >= checkpoint::DUE;
        if due {
            self.since = 0;
        }
        due
    }
}
