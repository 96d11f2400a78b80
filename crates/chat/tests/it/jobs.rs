//! The queue of jobs: queued with its change or not at all, taken by one, tried three times, and not
//! lost with its worker.

use crate::rig::Rig;
use chinwag_jobs::{Job, LEASE, Listed, NewJob, Retries, State, Verdict, Wake, Worker};
use chinwag_sql::{Database, Error, Operation, Tx};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

crate::on_both_engines! {
    is_queued_with_its_change_or_not_at_all
    each_is_run_once_by_many_workers
    is_tried_three_times_and_then_seen
    what_can_never_work_is_not_tried_again
    a_lost_worker_loses_no_job
    a_job_that_loses_every_worker_ends
    comes_back_when_it_asked_to
    waits_no_more_than_there_is_room
}

/// Queues jobs, and fails afterwards if asked to.
struct Queue {
    jobs: Vec<NewJob>,
    most: u32,
    fail: bool,
}

impl Operation for Queue {
    type Out = usize;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<usize, Error> {
        let mut queued = 0;
        for job in &self.jobs {
            queued += usize::from(chinwag_jobs::enqueue(tx, job, self.most).await?);
        }
        if self.fail { Err(Error::NoRow) } else { Ok(queued) }
    }
}

struct List(Listed);

impl Operation for List {
    type Out = Vec<Job>;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Job>, Error> {
        chinwag_jobs::list(tx, self.0, None, Uuid::nil(), 200).await
    }
}

struct Retry(Uuid, i64);

impl Operation for Retry {
    type Out = bool;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        chinwag_jobs::retry(tx, self.0, self.1).await
    }
}

struct Discard(Uuid);

impl Operation for Discard {
    type Out = bool;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        chinwag_jobs::discard(tx, self.0).await
    }
}

fn job(rig: &Rig, number: u128) -> NewJob {
    let now = rig.clock.now().0;
    let (id, input) = (Uuid::from_u128(number), number.to_string());
    NewJob { id, kind: "count", input, only_key: None, subject: None, due_at: now, now }
}

async fn queue(rig: &Rig, numbers: impl IntoIterator<Item = u128>) -> usize {
    let jobs = numbers.into_iter().map(|number| job(rig, number)).collect();
    rig.db.write(Queue { jobs, most: 1_000, fail: false }, |queued| queued).await.unwrap()
}

async fn list(rig: &Rig, which: Listed) -> Vec<Job> {
    rig.db.read(List(which)).await.unwrap()
}

/// A worker, and what it has begun.
struct AtWork {
    begun: Arc<Mutex<Vec<Job>>>,
    wake: Wake,
    stopping: CancellationToken,
    task: JoinHandle<()>,
}

impl AtWork {
    /// Works like this; a job for which there is no verdict hangs for ever.
    fn on(
        database: &Database,
        rig: &Rig,
        verdict: impl Fn(&Job) -> Option<Verdict> + Send + Sync + 'static,
    ) -> Self {
        let (begun, wake, stopping) =
            (Arc::<Mutex<Vec<Job>>>::default(), Wake::default(), CancellationToken::new());
        let (clock, noted) = (rig.clock.clone(), begun.clone());
        let run = move |job: Job| {
            let verdict = verdict(&job);
            noted.lock().push(job);
            async move {
                match verdict {
                    Some(verdict) => verdict,
                    None => std::future::pending().await,
                }
            }
        };
        let worker = Worker {
            database: database.clone(),
            wake: wake.clone(),
            retries: Retries::default(),
            now: move || clock.now().0,
            run,
        };
        let task = tokio::spawn(worker.work(stopping.clone()));
        Self { begun, wake, stopping, task }
    }

    /// As if its process had been killed.
    async fn kill(self) {
        self.task.abort();
        let _ = self.task.await;
    }

    async fn stop(self) {
        self.stopping.cancel();
        self.task.await.unwrap();
    }

    async fn begun(&self, many: usize) {
        until(&self.wake, async || self.begun.lock().len() >= many).await;
    }
}

/// Waits for a condition, waking the worker meanwhile, because the clock of these tests moves unnoticed.
async fn until(wake: &Wake, holds: impl AsyncFn() -> bool) {
    let waiting = async {
        while !holds().await {
            wake.wake();
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("it comes");
}

async fn is_queued_with_its_change_or_not_at_all(rig: Rig) {
    let torn = Queue { jobs: vec![job(&rig, 1)], most: 10, fail: true };
    assert!(rig.db.write(torn, |queued| queued).await.is_err());
    assert!(list(&rig, Listed::All).await.is_empty());
    let mut twice = vec![job(&rig, 2), job(&rig, 3)];
    twice.iter_mut().for_each(|job| job.only_key = Some("once".to_owned()));
    rig.db.write(Queue { jobs: twice, most: 10, fail: false }, |_| ()).await.unwrap();
    let ids: Vec<_> = list(&rig, Listed::All).await.iter().map(|job| job.id.as_u128()).collect();
    assert_eq!(ids, [2], "the key is taken");
}

async fn each_is_run_once_by_many_workers(rig: Rig) {
    let workers: Vec<_> =
        (0..3).map(|_| AtWork::on(&rig.db, &rig, |_| Some(Verdict::Done))).collect();
    assert_eq!(queue(&rig, 1..=60).await, 60);
    until(&workers[0].wake, async || list(&rig, Listed::All).await.is_empty()).await;
    let mut runs = HashMap::new();
    for worker in workers {
        for job in worker.begun.lock().iter() {
            *runs.entry(job.input.clone()).or_insert(0) += 1;
        }
        worker.stop().await;
    }
    assert!(runs.len() == 60 && runs.values().all(|times| *times == 1), "{runs:?}");
}

async fn is_tried_three_times_and_then_seen(rig: Rig) {
    let worker = AtWork::on(&rig.db, &rig, |_| Some(Verdict::Failed("no answer".into())));
    queue(&rig, [1]).await;
    for (attempt, wait) in [(1, 5 * 60), (2, 10 * 60)] {
        worker.begun(attempt).await;
        until(&worker.wake, async || list(&rig, Listed::All).await[0].state == State::Queued).await;
        rig.wait(wait - 30);
        worker.wake.wake();
        assert_eq!(list(&rig, Listed::Queued).await[0].attempts as usize, attempt, "too early");
        assert_eq!(worker.begun.lock().len(), attempt);
        rig.wait(31);
    }
    until(&worker.wake, async || !list(&rig, Listed::Dead).await.is_empty()).await;
    let dead = list(&rig, Listed::Dead).await.remove(0);
    assert_eq!((dead.attempts, dead.error.as_deref()), (3, Some("no answer")));
    assert!(matches!(dead.state, State::Dead(_)) && list(&rig, Listed::Queued).await.is_empty());

    let now = rig.clock.now().0;
    assert!(!rig.db.write(Retry(Uuid::from_u128(9), now), |done| done).await.unwrap());
    assert!(rig.db.write(Retry(dead.id, now), |done| done).await.unwrap());
    worker.begun(4).await;
    worker.stop().await;
    assert!(rig.db.write(Discard(dead.id), |done| done).await.unwrap());
    assert!(list(&rig, Listed::All).await.is_empty());
}

async fn what_can_never_work_is_not_tried_again(rig: Rig) {
    let worker = AtWork::on(&rig.db, &rig, |job| match job.input.as_str() {
        "1" => Some(Verdict::Refused("no such address".into())),
        _ => panic!("a fault in the work"),
    });
    queue(&rig, [1, 2]).await;
    until(&worker.wake, async || !list(&rig, Listed::Dead).await.is_empty()).await;
    assert_eq!(list(&rig, Listed::Dead).await[0].attempts, 1);
    let panicked =
        async || list(&rig, Listed::Queued).await.first().is_some_and(|job| job.error.is_some());
    until(&worker.wake, panicked).await;
    worker.stop().await;
}

async fn a_lost_worker_loses_no_job(rig: Rig) {
    let lost = AtWork::on(&rig.db, &rig, |_| None);
    queue(&rig, [1]).await;
    lost.begun(1).await;
    let held = list(&rig, Listed::Running).await.remove(0);
    assert_eq!((held.state, held.attempts), (State::Running, 1));
    assert!(!rig.db.write(Discard(held.id), |done| done).await.unwrap(), "it runs");
    lost.kill().await;

    let next = AtWork::on(&rig.db, &rig, |_| Some(Verdict::Done));
    rig.wait(LEASE.as_secs() - 30);
    next.wake.wake();
    assert!(next.begun.lock().is_empty(), "the lease holds");
    rig.wait(31);
    next.begun(1).await;
    assert_eq!(next.begun.lock()[0].attempts, 2);
    until(&next.wake, async || list(&rig, Listed::All).await.is_empty()).await;
    next.stop().await;
}

async fn a_job_that_loses_every_worker_ends(rig: Rig) {
    queue(&rig, [1]).await;
    for _ in 0..3 {
        let lost = AtWork::on(&rig.db, &rig, |_| None);
        lost.begun(1).await;
        lost.kill().await;
        rig.wait(LEASE.as_secs() + 1);
    }
    let last = AtWork::on(&rig.db, &rig, |_| None);
    until(&last.wake, async || !list(&rig, Listed::Dead).await.is_empty()).await;
    assert!(last.begun.lock().is_empty(), "it is not run a fourth time");
    last.stop().await;
}

async fn comes_back_when_it_asked_to(rig: Rig) {
    let clock = rig.clock.clone();
    let hour = Duration::from_secs(3600);
    let worker =
        AtWork::on(&rig.db, &rig, move |_| Some(Verdict::Again(clock.now().after(hour).0)));
    queue(&rig, [1]).await;
    for times in 1..=5 {
        worker.begun(times).await;
        until(&worker.wake, async || list(&rig, Listed::All).await[0].state == State::Queued).await;
        let begun = worker.begun.lock().len();
        assert_eq!((begun, list(&rig, Listed::All).await[0].attempts), (times, 0));
        rig.wait(3601);
    }
    worker.stop().await;
}

async fn waits_no_more_than_there_is_room(rig: Rig) {
    let jobs = (1..=12).map(|number| job(&rig, number)).collect();
    let queued =
        rig.db.write(Queue { jobs, most: 10, fail: false }, |queued| queued).await.unwrap();
    assert_eq!((queued, list(&rig, Listed::All).await.len()), (10, 10));
}
