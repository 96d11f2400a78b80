//! The hot path: operations of one kind that wait are gathered and run many at a time in one
//! transaction. On PostgreSQL by tasks, on SQLite by the writer.

use crate::database::On;
use crate::error::{Fault, Then};
use crate::postgres::Postgres;
use crate::sqlite::Sqlite;
use crate::sqlite::mailbox::Mailbox;
use crate::{Database, Error, Operation, Tx};
use futures_util::FutureExt;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, oneshot};

/// How many operations may wait in one lane. One more is told [`Error::Busy`].
pub const QUEUE: usize = 4096;

/// One result for each operation of a batch.
pub type Results<O> = Vec<Outcome<O>>;
/// One result.
pub(crate) type Outcome<O> = Result<<O as Operation>::Out, <O as Operation>::Error>;
type Answer<O> = Box<dyn FnOnce(Outcome<O>) + Send>;

/// An operation of which many can run as one.
pub trait BatchOperation: Operation {
    /// Operations of one lane run one batch after the other, in order. On PostgreSQL lanes run side by
    /// side; on SQLite, with its one writer, a batch holds operations of any lane.
    fn lane(&self) -> u64;

    /// Runs all of `ops` and gives one result for each, in order. An `Err` in the list has changed
    /// nothing. An `Err` instead of the list undoes all; the operations then run one by one.
    fn run_batch(
        ops: &[&Self],
        tx: &mut Tx<'_>,
    ) -> impl Future<Output = Result<Results<Self>, Self::Error>> + Send;
}

/// Takes operations of one kind and runs them in batches. Clones are the same batcher.
pub struct Batcher<O: BatchOperation>(Gathering<O>);

enum Gathering<O: BatchOperation> {
    Mailbox(Arc<Sqlite>, Mailbox<O>),
    Lanes(Arc<[mpsc::Sender<Waiting<O>>]>),
}

impl<O: BatchOperation> Clone for Batcher<O> {
    fn clone(&self) -> Self {
        Self(match &self.0 {
            Gathering::Mailbox(sqlite, mailbox) => {
                Gathering::Mailbox(Arc::clone(sqlite), mailbox.clone())
            }
            Gathering::Lanes(lanes) => Gathering::Lanes(Arc::clone(lanes)),
        })
    }
}

/// An operation and what becomes of its result.
pub(crate) struct Waiting<O: BatchOperation> {
    pub(crate) op: O,
    pub(crate) answer: Answer<O>,
}

impl<O: BatchOperation> Batcher<O> {
    /// On PostgreSQL, `lanes` batches run side by side, each of at most `most` operations; each lane
    /// is a task, so this is called within a Tokio runtime, and they end with the last clone. On
    /// SQLite the writer takes all that wait at once.
    pub fn new(db: &Database, lanes: usize, most: usize) -> Self {
        Self(match db.on() {
            On::Sqlite(sqlite) => Gathering::Mailbox(Arc::clone(sqlite), Mailbox::default()),
            On::Postgres(postgres) => {
                let start = |_| start(Arc::clone(postgres), most.max(1));
                Gathering::Lanes((0..lanes.max(1)).map(start).collect())
            }
        })
    }

    /// The same as [`Database::write`], with others.
    #[expect(
        clippy::manual_async_fn,
        reason = "Send is promised here, not left to callers to prove"
    )]
    pub fn write<F, T>(
        &self,
        op: O,
        committed: F,
    ) -> impl Future<Output = Result<T, O::Error>> + Send
    where
        F: FnOnce(O::Out) -> T + Send + 'static,
        T: Send + 'static,
    {
        async move {
            let (sender, answered) = oneshot::channel();
            let answer = Box::new(move |out: Result<O::Out, O::Error>| {
                drop(sender.send(out.map(committed)))
            });
            self.0.post(Waiting { op, answer })?;
            answered.await.unwrap_or_else(|_| Err(stopped().into()))
        }
    }
}

impl<O: BatchOperation> Gathering<O> {
    fn post(&self, waiting: Waiting<O>) -> Result<(), Error> {
        match self {
            Self::Mailbox(sqlite, mailbox) => mailbox.post(sqlite, waiting),
            Self::Lanes(lanes) => {
                let lane = &lanes[(waiting.op.lane() % lanes.len() as u64) as usize];
                lane.try_send(waiting).map_err(|refused| match refused {
                    TrySendError::Full(_) => Error::Busy,
                    TrySendError::Closed(_) => stopped(),
                })
            }
        }
    }
}

fn stopped() -> Error {
    Error::Unavailable("the batch was given up".to_owned())
}

fn start<O: BatchOperation>(postgres: Arc<Postgres>, most: usize) -> mpsc::Sender<Waiting<O>> {
    let (sender, mut queue) = mpsc::channel(QUEUE);
    tokio::spawn(async move {
        let mut batch = Vec::with_capacity(most);
        while queue.recv_many(&mut batch, most).await > 0 {
            metrics::histogram!("chinwag_sql_group_size").record(batch.len() as f64);
            // A panic gives up this batch, whose callers hear of it, and not the lane.
            if AssertUnwindSafe(together(&postgres, std::mem::take(&mut batch)))
                .catch_unwind()
                .await
                .is_err()
            {
                tracing::error!("a batch panicked");
            }
        }
    });
    sender
}

async fn together<O: BatchOperation>(postgres: &Postgres, batch: Vec<Waiting<O>>) {
    let (ops, answers): (Vec<_>, Vec<_>) = batch.into_iter().map(|w| (w.op, w.answer)).unzip();
    let outcome = if ops.len() == 1 { Err(None) } else { postgres.persist_batch(&ops).await };
    match outcome {
        Ok(results) => results.into_iter().zip(answers).for_each(|(out, answer)| answer(out)),
        Err(Some(error)) => {
            answers.into_iter().for_each(|answer| answer(Err(error.clone().into())))
        }
        Err(None) => {
            for (op, answer) in ops.iter().zip(answers) {
                answer(postgres.persist(op).await);
            }
        }
    }
}

/// The verdict on a batch that was not kept: what to tell everyone, or `None` to run one by one.
fn verdict(fault: Option<Fault>) -> Option<Error> {
    fault
        .filter(|f| f.then == Then::Retry || matches!(f.error, Error::Unavailable(_) | Error::Full))
        .map(|f| f.error)
}

impl Postgres {
    async fn persist_batch<O: BatchOperation>(
        &self,
        ops: &[O],
    ) -> Result<Results<O>, Option<Error>> {
        let ops: Vec<&O> = ops.iter().collect();
        let mut patience = crate::postgres::Patience::new();
        loop {
            let mut session = self.session().await.map_err(Some)?;
            let mut tx = Tx::postgres(&mut session);
            let out = O::run_batch(&ops, &mut tx).await;
            let complete = out.and_then(|all| {
                if all.len() == ops.len() { Ok(all) } else { Err(miscounted().into()) }
            });
            let fault = tx.into_fault();
            let ended = session.end(complete, fault).await;
            match (ended.out, ended.fault) {
                (Ok(results), _) => return Ok(results),
                (Err(_), Some(fault)) if patience.again(&fault).await => {}
                (Err(_), fault) => return Err(verdict(fault)),
            }
        }
    }
}

pub(crate) fn miscounted() -> Error {
    Error::Statement("a batch gave another number of results than it has operations".to_owned())
}
