//! Operations of one kind that wait for the writer together: the first to come queues one job, and
//! when the writer gets to it, it takes all that came meanwhile and runs them as one.

use super::job::{Job, alone, guarded, panicked};
use super::{QUEUE, Sqlite, closed};
use crate::Error;
use crate::batch::{BatchOperation, Outcome, Waiting, miscounted};
use crate::error::Fault;
use futures_util::FutureExt;
use parking_lot::Mutex;
use rusqlite::Connection;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// What waits. Clones are the same mailbox.
pub(crate) struct Mailbox<O: BatchOperation>(Arc<Mutex<Vec<Waiting<O>>>>);

impl<O: BatchOperation> Clone for Mailbox<O> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<O: BatchOperation> Default for Mailbox<O> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<O: BatchOperation> Mailbox<O> {
    /// Lets it wait for the writer of `sqlite`, which answers it; [`Error::Busy`] where too many wait.
    pub(crate) fn post(&self, sqlite: &Sqlite, waiting: Waiting<O>) -> Result<(), Error> {
        let mut inside = self.0.lock();
        if inside.len() >= QUEUE {
            return Err(Error::Busy);
        }
        inside.push(waiting);
        let first = inside.len() == 1;
        drop(inside);
        if first && let Err((error, mut job)) = sqlite.enqueue(Box::new(Together::of(self))) {
            job.fail(&error);
        }
        Ok(())
    }

    fn take(&self) -> Vec<Waiting<O>> {
        std::mem::take(&mut *self.0.lock())
    }
}

/// The job: all that is in the mailbox when it runs.
struct Together<O: BatchOperation> {
    mailbox: Mailbox<O>,
    /// What was in it, once this has run.
    taken: Option<Vec<Waiting<O>>>,
    outs: Vec<Outcome<O>>,
}

impl<O: BatchOperation> Together<O> {
    fn of(mailbox: &Mailbox<O>) -> Self {
        Self { mailbox: mailbox.clone(), taken: None, outs: Vec::new() }
    }
}

impl<O: BatchOperation> Job for Together<O> {
    fn run(&mut self, connection: &mut Connection) -> Result<(), Fault> {
        let taken = self.taken.insert(self.mailbox.take());
        let ops: Vec<&O> = taken.iter().map(|waiting| &waiting.op).collect();
        let outs = guarded(connection, |tx| O::run_batch(&ops, tx).now_or_never())?;
        self.outs = match outs {
            Ok(outs) if outs.len() == ops.len() => outs,
            Ok(_) => return Err(miscounted().into()),
            Err(_) => ops.iter().map(|op| alone(*op, connection)).collect::<Result<_, _>>()?,
        };
        Ok(())
    }

    fn finish(&mut self) {
        let taken = self.taken.iter_mut().flat_map(|taken| taken.drain(..));
        for (waiting, out) in taken.zip(self.outs.drain(..)) {
            // A panic after the commit is the caller's own; the thread and the other answers live on.
            if catch_unwind(AssertUnwindSafe(|| (waiting.answer)(out))).is_err() {
                panicked("what follows the commit");
            }
        }
    }

    fn fail(&mut self, error: &Error) {
        // Where this never ran, those who wait for it are still in the mailbox.
        let taken = self.taken.get_or_insert_with(|| self.mailbox.take());
        for waiting in taken.drain(..) {
            (waiting.answer)(Err(error.clone().into()));
        }
    }

    fn writes(&self) -> usize {
        self.taken.as_ref().map_or(0, Vec::len)
    }
}

impl<O: BatchOperation> Drop for Together<O> {
    /// The writer ended before it got to this: nobody is left waiting.
    fn drop(&mut self) {
        if self.taken.is_none() {
            self.fail(&closed());
        }
    }
}
