//! A queued write: the operation, what follows its commit, and who waits for the answer.

use super::{awaited, command};
use crate::error::Fault;
use crate::{Error, Operation, Tx};
use futures_util::FutureExt;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use tokio::sync::oneshot;

/// What the writer and the announcer do with a write, whatever its types.
pub(super) trait Job: Send {
    /// Runs the operation under a savepoint. `Err` means the whole transaction is lost.
    fn run(&mut self, connection: &mut Connection) -> Result<(), Fault>;
    /// The commit is durable: runs what follows it, then answers.
    fn finish(&mut self);
    /// Nothing of the group was kept: answers with why.
    fn fail(&mut self, error: &Error);
    /// How many writes this is, once it has run.
    fn writes(&self) -> usize {
        1
    }
}

pub(super) struct Work<O: Operation, F, T> {
    op: O,
    out: Option<Result<O::Out, O::Error>>,
    then: Option<(F, Answer<O, T>)>,
}

type Answer<O, T> = oneshot::Sender<Result<T, <O as Operation>::Error>>;

impl<O: Operation, F, T> Work<O, F, T> {
    pub(super) fn new(op: O, committed: F, answer: Answer<O, T>) -> Self {
        Self { op, out: None, then: Some((committed, answer)) }
    }
}

impl<O, F, T> Job for Work<O, F, T>
where
    O: Operation,
    F: FnOnce(O::Out) -> T + Send,
    T: Send,
{
    fn run(&mut self, connection: &mut Connection) -> Result<(), Fault> {
        self.out = Some(alone(&self.op, connection)?);
        Ok(())
    }

    fn finish(&mut self) {
        let (Some(out), Some((committed, answer))) = (self.out.take(), self.then.take()) else {
            return;
        };
        // A panic after the commit is the caller's own; the thread and the other answers live on.
        match catch_unwind(AssertUnwindSafe(|| out.map(committed))) {
            Ok(out) => drop(answer.send(out)),
            Err(_) => drop(answer.send(Err(panicked("what follows the commit").into()))),
        }
    }

    fn fail(&mut self, error: &Error) {
        if let Some((_, answer)) = self.then.take() {
            let _ = answer.send(Err(error.clone().into()));
        }
    }
}

/// Runs one operation under a savepoint. `Err` means the whole transaction is lost.
pub(super) fn alone<O: Operation>(
    op: &O,
    connection: &mut Connection,
) -> Result<Result<O::Out, O::Error>, Fault> {
    guarded(connection, |tx| op.run(tx).now_or_never())
}

/// Runs `body` under a savepoint, and undoes what it did if it fails or panics. A failure of the
/// engine is one that no answer can hide. `Err` means the whole transaction is lost.
pub(super) fn guarded<T, E: From<Error>>(
    connection: &mut Connection,
    body: impl FnOnce(&mut Tx<'_>) -> Option<Result<T, E>>,
) -> Result<Result<T, E>, Fault> {
    command(connection, "SAVEPOINT op")?;
    let mut tx = Tx::sqlite(connection);
    let out = catch_unwind(AssertUnwindSafe(|| body(&mut tx)))
        .unwrap_or_else(|_| Some(Err(panicked("an operation").into())))
        .unwrap_or_else(|| Err(awaited().into()));
    let fault = tx.into_fault();
    let out = match &fault {
        Some(fault) if out.is_ok() => Err(fault.error.clone().into()),
        _ => out,
    };
    settle(connection, out.is_err(), fault)?;
    Ok(out)
}

/// Keeps or undoes what came since the savepoint, if the transaction is still there.
fn settle(connection: &Connection, undo: bool, fault: Option<Fault>) -> Result<(), Fault> {
    // Some failures (a full disk, a failed read) make SQLite undo everything at once.
    if connection.is_autocommit() {
        let lost = || Error::Unavailable("the transaction was undone".to_owned()).into();
        return Err(fault.unwrap_or_else(lost));
    }
    if undo {
        command(connection, "ROLLBACK TO op")?;
    }
    command(connection, "RELEASE op")
}

pub(super) fn panicked(what: &str) -> Error {
    tracing::error!("{what} panicked");
    Error::Statement(format!("{what} panicked"))
}
