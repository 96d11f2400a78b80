//! SQLite: one writer thread that commits in groups, an announcer thread that answers, a checkpoint
//! thread, and readers that run on the caller's thread.

mod announcer;
mod checkpoint;
mod fault;
mod job;
pub(crate) mod mailbox;
mod open;
pub(crate) mod query;
mod readers;
mod writer;

pub use open::SqliteOptions;

use crate::batch::QUEUE;
use crate::error::Fault;
use crate::{Error, Operation, Tx};
use futures_util::FutureExt;
use job::{Job, Work};
use parking_lot::Mutex;
use readers::Readers;
use rusqlite::Connection;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{SyncSender, TrySendError};
use std::sync::{Arc, OnceLock};
use tokio::sync::oneshot;
use writer::{Order, Writer};

/// Why writes are no longer taken, once they are not.
pub(crate) type Stopped = Arc<OnceLock<Error>>;

/// How many writes wait, for the gauge.
type Waiting = Arc<AtomicUsize>;

/// An open SQLite database.
pub(crate) struct Sqlite {
    readers: Readers,
    queue: Mutex<Option<SyncSender<Order>>>,
    stopped: Stopped,
    waiting: Waiting,
}

impl Sqlite {
    pub(crate) fn open(options: SqliteOptions) -> Result<Self, Error> {
        let stopped = Stopped::default();
        let waiting = Waiting::default();
        let queue = Writer::start(&options, &stopped, &waiting)?;
        let readers = Readers::open(&options)?;
        Ok(Self { readers, queue: Mutex::new(Some(queue)), stopped, waiting })
    }

    pub(crate) fn read<O: Operation>(&self, op: &O) -> Result<O::Out, O::Error> {
        let mut reader = self.readers.take()?;
        let mut tx = Tx::sqlite(reader.begin()?);
        let out = op.run(&mut tx).now_or_never().unwrap_or_else(|| Err(awaited().into()));
        match tx.into_fault() {
            Some(fault) if out.is_ok() => Err(fault.error.into()),
            _ => out,
        }
    }

    pub(crate) async fn write<O, F, T>(&self, op: O, committed: F) -> Result<T, O::Error>
    where
        O: Operation,
        F: FnOnce(O::Out) -> T + Send + 'static,
        T: Send + 'static,
    {
        let (answer, answered) = oneshot::channel();
        self.enqueue(Box::new(Work::new(op, committed, answer))).map_err(|(error, _)| error)?;
        answered.await.unwrap_or_else(|_| Err(closed().into()))
    }

    /// Hands `job` to the writer; gives it back with the reason where it is not taken.
    fn enqueue(&self, job: Box<dyn Job>) -> Result<(), (Error, Box<dyn Job>)> {
        if let Some(error) = self.stopped.get() {
            return Err((error.clone(), job));
        }
        let queue = self.queue.lock();
        let Some(open) = queue.as_ref() else { return Err((closed(), job)) };
        // Counted before it is sent, so that the writer never takes off what was not put on.
        self.waiting.fetch_add(1, Ordering::Relaxed);
        let Err(refused) = open.try_send(Order::Job(job)) else { return Ok(()) };
        self.waiting.fetch_sub(1, Ordering::Relaxed);
        let (error, order) = match refused {
            TrySendError::Full(order) => (Error::Busy, order),
            TrySendError::Disconnected(order) => (closed(), order),
        };
        match order {
            Order::Job(job) => Err((error, job)),
            Order::Close(_) => unreachable!("a job was sent"),
        }
    }

    pub(crate) fn prepare(&self, text: &str) -> Result<(), Error> {
        let mut reader = self.readers.take()?;
        reader.begin()?.prepare(text).map(drop).map_err(|e| Fault::from(e).error)
    }

    /// Lets the writer finish what it has, and waits until the files are closed.
    pub(crate) async fn close(&self) {
        let Some(queue) = self.queue.lock().take() else { return };
        self.readers.close();
        let (answer, answered) = oneshot::channel();
        // The queue may be full, so this may wait for the writer.
        let _ = tokio::task::spawn_blocking(move || queue.send(Order::Close(answer))).await;
        let _ = answered.await;
    }
}

fn closed() -> Error {
    Error::Unavailable("the database is closed".to_owned())
}

/// The bodies of operations never wait here, because the statements do not.
fn awaited() -> Error {
    Error::Statement("an operation awaited something other than its transaction".to_owned())
}

/// Runs a statement that takes and gives nothing, from the cache.
fn command(connection: &Connection, text: &str) -> Result<(), Fault> {
    Ok(connection.prepare_cached(text)?.raw_execute().map(drop)?)
}
