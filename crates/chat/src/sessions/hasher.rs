//! The threads that do nothing but hash passwords, and the seats before them: whoever finds no seat
//! is told to come back, before any work is done.

use super::password::{Scheme, Verdict};
use crate::ChatOptions;
use chinwag_wire::{Code, Problem};
use parking_lot::Mutex;
use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, mpsc},
    thread,
};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};

type Job = Box<dyn FnOnce(&Scheme) + Send>;

/// Hashes passwords on threads of its own, no more at a time than it has seats.
pub(crate) struct PasswordHasher {
    seats: Arc<Semaphore>,
    jobs: mpsc::Sender<Job>,
}

/// A place in the queue, for one piece of work. Taken before a guess is counted, so that nobody pays
/// for a guess that was never made.
pub(crate) struct Seat {
    permit: OwnedSemaphorePermit,
    jobs: mpsc::Sender<Job>,
}

impl PasswordHasher {
    /// Starts the threads. They end with the last handle.
    pub(crate) fn new(options: &ChatOptions) -> Self {
        let scheme = Arc::new(Scheme::new(options.secrets.pepper, options.bcrypt_cost));
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..options.hash_threads.max(1) {
            let (queue, scheme) = (queue.clone(), scheme.clone());
            let thread = thread::Builder::new().name("hash".to_owned()).spawn(move || {
                give_way();
                work(&queue, &scheme);
            });
            thread.expect("the operating system gives threads at start");
        }
        Self {
            seats: Arc::new(Semaphore::new(options.hash_threads.max(1) + options.hash_queue)),
            jobs,
        }
    }

    /// Takes a seat.
    ///
    /// # Errors
    /// `overloaded` if there is none.
    pub(crate) fn seat(&self) -> Result<Seat, Problem> {
        let permit = self
            .seats
            .clone()
            .try_acquire_owned()
            .map_err(|_| Problem::from(Code::Overloaded).retry_after(2))?;
        Ok(Seat { permit, jobs: self.jobs.clone() })
    }
}

impl Seat {
    /// What is stored for a password.
    ///
    /// # Errors
    /// `internal` if hashing failed, which it does not.
    pub(crate) async fn hash(self, password: String) -> Result<String, Problem> {
        self.run(move |scheme| scheme.hash(&password)).await
    }

    /// Whether this is the password behind what is stored; slow also if nothing is.
    ///
    /// # Errors
    /// `internal` if hashing failed, which it does not.
    pub(super) async fn verify(
        self,
        password: String,
        stored: Option<String>,
    ) -> Result<Verdict, Problem> {
        self.run(move |scheme| scheme.verify(&password, stored.as_deref())).await
    }

    /// What is stored for `new`, if `current` is the password behind what is stored.
    ///
    /// # Errors
    /// `internal` if hashing failed, which it does not.
    pub(super) async fn replace(
        self,
        current: String,
        stored: Option<String>,
        new: String,
    ) -> Result<Option<String>, Problem> {
        self.run(move |scheme| match scheme.verify(&current, stored.as_deref()) {
            Verdict::Wrong => None,
            Verdict::Right { .. } => Some(scheme.hash(&new)),
        })
        .await
    }

    async fn run<T: Send + 'static>(
        self,
        work: impl FnOnce(&Scheme) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let Self { permit, jobs } = self;
        let (answer, answered) = oneshot::channel();
        let job = move |scheme: &Scheme| {
            // Whoever has gone away needs no answer, and pays for none.
            if !answer.is_closed() {
                let _ = answer.send(work(scheme));
            }
            drop(permit);
        };
        jobs.send(Box::new(job)).map_err(|_| Code::Internal)?;
        answered.await.map_err(|_| Code::Internal.into())
    }
}

/// Lets every other thread go first: where processors are short, messages are worth more than sign-ins.
#[cfg(target_os = "linux")]
fn give_way() {
    /// About a tenth of the share of a thread of ordinary priority.
    const NICE: i32 = 10;
    // On Linux, of this thread alone. Where it is forbidden, hashing is as urgent as all else.
    if let Err(error) = rustix::process::setpriority_process(None, NICE) {
        tracing::debug!(%error, "passwords are hashed at ordinary priority");
    }
}

/// Elsewhere priorities are of whole processes.
#[cfg(not(target_os = "linux"))]
fn give_way() {}

fn work(queue: &Mutex<mpsc::Receiver<Job>>, scheme: &Scheme) {
    loop {
        let Ok(job) = queue.lock().recv() else { return };
        if catch_unwind(AssertUnwindSafe(|| job(scheme))).is_err() {
            tracing::error!("hashing a password failed");
        }
    }
}
