//! The one thread that decodes pictures, and the queue before it: one picture in memory at a time,
//! however many arrive.

use crate::picture::{self, Cut, Encoded, PictureError, PictureLimits, Size};
use bytes::Bytes;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

type Job = Box<dyn FnOnce() + Send>;

/// Decodes pictures, one at a time. Clones share the thread; it ends with the last.
#[derive(Clone)]
pub struct Pictures {
    seats: Arc<Semaphore>,
    alone: Arc<Semaphore>,
    jobs: mpsc::Sender<Job>,
    limits: PictureLimits,
}

/// The right to have one picture decoded, now. Bytes are best fetched only once one has it.
pub struct Turn {
    _seat: OwnedSemaphorePermit,
    alone: OwnedSemaphorePermit,
    jobs: mpsc::Sender<Job>,
    limits: PictureLimits,
}

impl Pictures {
    /// Starts the thread, with at most `queue` pictures waiting for it.
    pub fn new(queue: usize, limits: PictureLimits) -> Self {
        let (jobs, waiting) = mpsc::channel::<Job>();
        let thread = thread::Builder::new().name("picture".to_owned()).spawn(move || {
            while let Ok(job) = waiting.recv() {
                if catch_unwind(AssertUnwindSafe(job)).is_err() {
                    tracing::error!("decoding a picture failed");
                }
            }
        });
        thread.expect("the operating system gives threads at start");
        let (seats, alone) = (Arc::new(Semaphore::new(queue + 1)), Arc::new(Semaphore::new(1)));
        Self { seats, alone, jobs, limits }
    }

    /// Waits for one's turn.
    ///
    /// # Errors
    /// `Busy` where the queue is full.
    pub async fn turn(&self) -> Result<Turn, PictureError> {
        let seat = self.seats.clone().try_acquire_owned().map_err(|_| PictureError::Busy)?;
        let alone = self.alone.clone().acquire_owned().await.expect("never closed");
        Ok(Turn { _seat: seat, alone, jobs: self.jobs.clone(), limits: self.limits })
    }
}

impl Turn {
    /// As [`picture::previews`].
    ///
    /// # Errors
    /// `Unreadable`, `TooLarge`.
    pub async fn previews(
        self,
        bytes: Bytes,
        sides: &'static [u32],
    ) -> Result<(Size, Vec<Encoded>), PictureError> {
        self.run(move |limits| picture::previews(&bytes, sides, limits)).await
    }

    /// As [`picture::cuts`].
    ///
    /// # Errors
    /// `Unreadable`, `TooLarge`.
    pub async fn cuts(
        self,
        bytes: Bytes,
        cuts: &'static [Cut],
    ) -> Result<Vec<Encoded>, PictureError> {
        self.run(move |limits| picture::cuts(&bytes, cuts, limits)).await
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(PictureLimits) -> Result<T, PictureError> + Send + 'static,
    ) -> Result<T, PictureError> {
        let (answer, answered) = oneshot::channel();
        let Self { _seat, alone, jobs, limits } = self;
        let job = move || {
            let done = work(limits);
            // Whoever waited may have gone; the next may begin only now.
            drop((alone, _seat));
            let _ = answer.send(done);
        };
        let gone = || PictureError::Unreadable("decoding it failed".to_owned());
        jobs.send(Box::new(job)).map_err(|_| gone())?;
        answered.await.unwrap_or_else(|_| Err(gone()))
    }
}
