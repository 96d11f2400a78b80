//! The relay: tells what is in the outbox to whoever takes it. While nobody is there it asks again, at growing
//! intervals, and nothing counts as tried.

use super::hand::{Entry, Fate, LEASE, Lay, Take};
use crate::{guard::guarded, retries::Retries, wake::Wake};
use chinwag_sql::{Database, Error, Operation, Tx};
use futures_util::future::join_all;
use std::time::Duration;
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;

/// What is not announced, such as what another node wrote and a lease that ended, is noticed after this.
const POLL: Duration = Duration::from_secs(2);
/// How soon it is asked again whether somebody is there: at first, and at most.
const SOONEST: Duration = Duration::from_millis(500);
const LATEST: Duration = Duration::from_secs(8);
/// Longest that telling may take: well within the lease.
const LONGEST: Duration = LEASE.checked_div(2).expect("two is not zero");
/// How long, once it is to stop, it waits for what is on its way: what is given up is told again.
const GRACE: Duration = Duration::from_secs(1);
/// How often the gauge is read anew.
const GAUGE: Duration = Duration::from_secs(30);

chinwag_sql::statements! {
    /// Whether any is due.
    DUE = "SELECT seq FROM outbox WHERE due_at <= ?1 LIMIT 1";
    /// How many wait.
    COUNT = "SELECT count(*) FROM outbox";
}

/// What somebody who was told has to say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reception {
    /// They have it, and keep it.
    Taken,
    /// They do not want it. It is tried as often as a job is.
    Refused(String),
    /// They cannot be reached: it waits, and this counts as no try.
    Absent(String),
}

impl Reception {
    /// Why they cannot be reached, where that is so.
    fn absence(&self) -> Option<String> {
        match self {
            Self::Absent(reason) => Some(reason.clone()),
            _ => None,
        }
    }
}

/// Tells what is in an outbox. Any number of nodes may.
pub struct Relay<N, P> {
    /// Where the outbox is.
    pub database: Database,
    /// Who says that there is something in it.
    pub wake: Wake,
    /// Tells the time, in nanoseconds since 1970.
    pub now: N,
    /// Passes an entry on. It may get the same one twice.
    pub pass_on: P,
    /// The kind of the jobs that the dead become.
    pub dead_kind: &'static str,
    /// What becomes of what is refused, before it is dead.
    pub retries: Retries,
}

/// How a round went.
enum Round {
    /// There may be more.
    Went,
    /// There is nothing that may go now.
    Idle,
    /// Nobody was there, for this reason.
    Absent(String),
}

impl<N, P, F> Relay<N, P>
where
    N: Fn() -> i64 + Send + Sync + 'static,
    P: Fn(Entry) -> F + Send + Sync + 'static,
    F: Future<Output = Reception> + Send + 'static,
{
    /// Works until it is told to stop, and then lays down what it has in hand.
    pub async fn work(self, stopping: CancellationToken) {
        let (mut patience, mut gauge_due) = (SOONEST, Instant::now());
        while !stopping.is_cancelled() {
            if gauge_due <= Instant::now() {
                self.read_gauge().await;
                gauge_due = Instant::now() + GAUGE;
            }
            match self.round(&stopping).await {
                Ok(Round::Went) => patience = SOONEST,
                Ok(Round::Absent(reason)) => {
                    tracing::warn!(reason, again_in = ?patience, "nobody takes what is in the outbox");
                    pause(&stopping, sleep(patience)).await;
                    patience = (patience * 2).min(LATEST);
                }
                Ok(Round::Idle) | Err(_) => {
                    let woken = async {
                        tokio::select! { () = self.wake.woken() => {}, () = sleep(POLL) => {} }
                    };
                    pause(&stopping, woken).await;
                }
            }
        }
    }

    /// Takes what may go, tells it side by side, and lays it down. Reads first, so that an idle outbox costs no
    /// write.
    async fn round(&self, stopping: &CancellationToken) -> Result<Round, Error> {
        if !self.database.read(AnyDue((self.now)())).await? {
            return Ok(Round::Idle);
        }
        let taken = self.database.write(Take { now: (self.now)() }, |taken| taken).await?;
        if taken.is_empty() {
            return Ok(Round::Idle);
        }
        let told = join_all(taken.into_iter().map(|entry| self.tell(entry, stopping))).await;
        let absent = told.iter().find_map(|(_, reception)| reception.absence());
        let retries = self.retries;
        let fate = |(entry, reception)| (fate(&entry, reception, retries), entry);
        let entries = told.into_iter().map(fate).collect();
        let lay = Lay { entries, now: (self.now)(), dead_kind: self.dead_kind, retries };
        self.database.write(lay, |()| ()).await?;
        Ok(absent.map_or(Round::Went, Round::Absent))
    }

    async fn tell(&self, entry: Entry, stopping: &CancellationToken) -> (Entry, Reception) {
        let passing = guarded((self.pass_on)(entry.clone()), LONGEST);
        let giving_up = async {
            stopping.cancelled().await;
            sleep(GRACE).await;
        };
        let reception = tokio::select! {
            reception = passing => reception.unwrap_or_else(Reception::Refused),
            () = giving_up => Reception::Absent("it was given up, because the server stops".to_owned()),
        };
        (entry, reception)
    }

    async fn read_gauge(&self) {
        if let Ok(waiting) = self.database.read(Count).await {
            metrics::gauge!("chinwag_outbox_waiting").set(waiting as f64);
        }
    }
}

async fn pause(stopping: &CancellationToken, until: impl Future<Output = ()>) {
    tokio::select! { () = stopping.cancelled() => {}, () = until => {} }
}

/// What becomes of an entry. Counts it, and logs what did not go well.
fn fate(entry: &Entry, reception: Reception, retries: Retries) -> Fate {
    match reception {
        Reception::Taken => {
            metrics::counter!("chinwag_outbox_delivered_total").increment(1);
            Fate::Gone
        }
        Reception::Absent(_) => Fate::Kept,
        Reception::Refused(reason) if entry.is_last_try(retries) => {
            metrics::counter!("chinwag_outbox_dead_total").increment(1);
            tracing::warn!(id = %entry.id, reason, "what is in the outbox was refused for good");
            Fate::Dead(reason)
        }
        Reception::Refused(reason) => {
            tracing::info!(id = %entry.id, reason, "what is in the outbox was refused; it is tried again");
            Fate::Refused
        }
    }
}

struct AnyDue(i64);

impl Operation for AnyDue {
    type Out = bool;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<bool, Error> {
        Ok(tx.maybe(&DUE, &[self.0.into()]).await?.is_some())
    }
}

struct Count;

impl Operation for Count {
    type Out = i64;
    type Error = Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<i64, Error> {
        tx.row(&COUNT, &[]).await?.get(0)
    }
}
