//! The worker: takes what is due, runs a few jobs at a time, and writes down what came of them.

use crate::{
    guard::guarded,
    job::Job,
    lease::{Fate, GiveBack, LEASE, Take, nanoseconds},
    retries::Retries,
    wake::Wake,
};
use chinwag_sql::{Database, Error, Operation, Tx};
use std::{sync::Arc, time::Duration};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// Jobs that run at a time.
const SIDE_BY_SIDE: usize = 4;
/// What is not announced, such as what another node queued and a lease that ended, is noticed after this.
const POLL: Duration = Duration::from_secs(2);
/// Before what is due already is asked for again: another node has its hand on it.
const SHORTEST: Duration = Duration::from_millis(20);
/// Longest run of a job: well within its lease, so that nobody else has it meanwhile.
const LONGEST: Duration = LEASE.checked_div(2).expect("two is not zero");
/// How often the gauges are read anew.
const GAUGES: Duration = Duration::from_secs(30);

chinwag_sql::statements! {
    /// When the next job is due.
    NEXT = "SELECT min(due_at) FROM jobs WHERE dead_at IS NULL";
    /// How many wait or run, and how many failed for good.
    COUNTS = "SELECT count(*) - count(dead_at), count(dead_at) FROM jobs";
}

/// What came of a job.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is done, and forgotten.
    Done,
    /// It is done, and shall be done again at this time (nanoseconds since 1970).
    Again(i64),
    /// It failed; trying again may help.
    Failed(String),
    /// It failed, and always will.
    Refused(String),
}

/// Works off a queue.
pub struct Worker<N, R> {
    /// Where the queue is.
    pub database: Database,
    /// Who says that there is work.
    pub wake: Wake,
    /// What becomes of work that fails.
    pub retries: Retries,
    /// Tells the time, in nanoseconds since 1970.
    pub now: N,
    /// Does the work.
    pub run: R,
}

impl<N, R, F> Worker<N, R>
where
    N: Fn() -> i64 + Send + Sync + 'static,
    R: Fn(Job) -> F + Send + Sync + 'static,
    F: Future<Output = Verdict> + Send + 'static,
{
    /// Works until it is told to stop, and then finishes what it has begun.
    pub async fn work(self, stopping: CancellationToken) {
        let worker = Arc::new(self);
        let (mut running, mut gauges_due) = (JoinSet::new(), Instant::now());
        while !stopping.is_cancelled() {
            if gauges_due <= Instant::now() {
                worker.read_gauges().await;
                gauges_due = Instant::now() + GAUGES;
            }
            let taken = worker.take(SIDE_BY_SIDE - running.len()).await;
            let pause = if taken.is_ok() { worker.pause().await } else { POLL };
            for job in taken.unwrap_or_default() {
                running.spawn(worker.clone().attempt(job));
            }
            let full = running.len() == SIDE_BY_SIDE;
            tokio::select! {
                () = stopping.cancelled() => {}
                Some(_) = running.join_next() => {}
                () = worker.wake.woken(), if !full => {}
                () = sleep(pause), if !full => {}
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Reads first, so that an idle queue costs no write.
    async fn take(&self, most: usize) -> Result<Vec<Job>, Error> {
        let most = u32::try_from(most).unwrap_or(0);
        let due = self.database.read(NextDue).await?;
        if most == 0 || due.is_none_or(|due| due > (self.now)()) {
            return Ok(Vec::new());
        }
        self.database.write(Take { now: (self.now)(), most }, |jobs| jobs).await
    }

    /// Until the next job is due, but no longer than the poll.
    async fn pause(&self) -> Duration {
        let due = self.database.read(NextDue).await.ok().flatten().unwrap_or(i64::MAX);
        let nanoseconds = u64::try_from(due.saturating_sub((self.now)())).unwrap_or(0);
        Duration::from_nanos(nanoseconds).clamp(SHORTEST, POLL)
    }

    async fn attempt(self: Arc<Self>, job: Job) {
        let (id, attempt, kind) = (job.id, job.attempts, job.kind.clone());
        let begun = Instant::now();
        let fate = if attempt > self.retries.attempts {
            let error = "its worker was lost with each attempt".to_owned();
            Fate::Died { error }
        } else {
            let verdict = guarded(async { (self.run)(job).await }, LONGEST).await;
            self.fate(verdict.unwrap_or_else(Verdict::Failed), attempt)
        };
        let outcome = told(&fate, &kind, id);
        metrics::histogram!("chinwag_job_run_seconds", "kind" => kind, "outcome" => outcome)
            .record(begun.elapsed());
        self.give_back(GiveBack { id, attempt, fate, now: (self.now)() }).await;
    }

    fn fate(&self, verdict: Verdict, attempt: u32) -> Fate {
        match verdict {
            Verdict::Done => Fate::Done,
            Verdict::Again(at) => Fate::Again { at },
            Verdict::Failed(error) if attempt < self.retries.attempts => {
                let pause = nanoseconds(self.retries.pause(attempt));
                Fate::Failed { at: (self.now)().saturating_add(pause), error }
            }
            Verdict::Failed(error) | Verdict::Refused(error) => Fate::Died { error },
        }
    }

    /// If this fails too, the lease ends by itself and the job is tried again.
    async fn give_back(&self, back: GiveBack) {
        let id = back.id;
        match self.database.write(back, |held| held).await {
            Ok(true) => {}
            Ok(false) => tracing::warn!(%id, "a job was given back after its lease had ended"),
            Err(error) => tracing::warn!(%id, %error, "what came of a job could not be stored"),
        }
    }

    async fn read_gauges(&self) {
        if let Ok((waiting, dead)) = self.database.read(Counts).await {
            metrics::gauge!("chinwag_jobs_queued").set(waiting as f64);
            metrics::gauge!("chinwag_jobs_dead").set(dead as f64);
        }
    }
}

/// Logs what did not go well; gives the outcome's name.
fn told(fate: &Fate, kind: &str, id: uuid::Uuid) -> &'static str {
    match fate {
        Fate::Done | Fate::Again { .. } => "done",
        Fate::Failed { error, .. } => {
            tracing::info!(kind, %id, error, "a job failed and will be tried again");
            "failed"
        }
        Fate::Died { error } => {
            tracing::warn!(kind, %id, error, "a job failed for good");
            "dead"
        }
    }
}

struct NextDue;

impl Operation for NextDue {
    type Out = Option<i64>;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<i64>, Error> {
        tx.row(&NEXT, &[]).await?.get(0)
    }
}

struct Counts;

impl Operation for Counts {
    type Out = (i64, i64);
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(i64, i64), Error> {
        let row = tx.row(&COUNTS, &[]).await?;
        Ok((row.get(0)?, row.get(1)?))
    }
}
