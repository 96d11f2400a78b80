//! PostgreSQL: a pool of connections, pipelined transactions, and another try for what lost a race.

mod fault;
mod numeric;
mod pool;
mod retry;
mod session;
mod types;

pub use pool::PostgresOptions;
pub(crate) use retry::Patience;
pub(crate) use session::Session;

use crate::error::Fault;
use crate::{Error, Operation, Tx};
use deadpool_postgres::Pool;

/// Reading sees one snapshot.
const READ: &str = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY";
/// Writing relies on unique keys and row locks, never on an isolation level.
const WRITE: &str = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";

/// A pool of connections to one PostgreSQL database.
pub(crate) struct Postgres {
    pool: Pool,
}

/// How a transaction ended: what the operation says, and the engine's failure if there was one.
pub(crate) struct Ended<T, E> {
    pub(crate) out: Result<T, E>,
    pub(crate) fault: Option<Fault>,
}

impl Postgres {
    pub(crate) async fn connect(options: PostgresOptions) -> Result<Self, Error> {
        let pool = pool::build(&options)?;
        drop(pool::get(&pool).await?);
        Ok(Self { pool })
    }

    pub(crate) async fn read<O: Operation>(&self, op: &O) -> Result<O::Out, O::Error> {
        let mut session = Session::open(&self.pool, READ).await?;
        let mut tx = Tx::postgres(&mut session);
        let out = op.run(&mut tx).await;
        let fault = tx.into_fault();
        session.leave();
        match fault {
            Some(fault) if out.is_ok() => Err(fault.error.into()),
            _ => out,
        }
    }

    /// Runs on a task of its own, so that a caller who goes away neither tears the transaction nor
    /// keeps `committed` from running.
    pub(crate) async fn write<O, F, T>(&self, op: O, committed: F) -> Result<T, O::Error>
    where
        O: Operation,
        F: FnOnce(O::Out) -> T + Send + 'static,
        T: Send + 'static,
    {
        let pool = self.pool.clone();
        let task = tokio::spawn(async move { Self { pool }.persist(&op).await.map(committed) });
        task.await.unwrap_or_else(|_| Err(panicked().into()))
    }

    /// Runs the operation until it is committed, it fails by itself, or patience ends.
    pub(crate) async fn persist<O: Operation>(&self, op: &O) -> Result<O::Out, O::Error> {
        let mut patience = Patience::new();
        loop {
            let mut session = self.session().await?;
            let mut tx = Tx::postgres(&mut session);
            let out = op.run(&mut tx).await;
            let fault = tx.into_fault();
            let ended = session.end(out, fault).await;
            match ended.fault {
                Some(fault) if patience.again(&fault).await => {}
                _ => return ended.out,
            }
        }
    }

    /// A connection for one writing transaction.
    pub(crate) async fn session(&self) -> Result<Session, Error> {
        Session::open(&self.pool, WRITE).await
    }

    pub(crate) async fn prepare(&self, text: &str) -> Result<(), Error> {
        let client = pool::get(&self.pool).await?;
        client.prepare(text).await.map(drop).map_err(|e| Fault::from(e).error)
    }

    pub(crate) fn close(&self) {
        self.pool.close();
    }
}

fn panicked() -> Error {
    tracing::error!("an operation, or what follows its commit, panicked");
    Error::Statement("an operation, or what follows its commit, panicked".to_owned())
}
