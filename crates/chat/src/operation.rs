//! How an operation runs: in one transaction, with what it brings about published only after the
//! commit and before the caller is answered.

use crate::{
    Chat, Notice,
    announcements::NewAnnouncement,
    error::{Failure, Result},
};
use chinwag_sql::{Operation, Tx};
use chinwag_wire::Problem;
use futures_util::TryFutureExt as _;

/// A change: what it answers, and what others hear of it.
pub(crate) struct Outcome<T> {
    /// What the caller is answered.
    pub(crate) answer: T,
    /// What leaves after the commit.
    pub(crate) notices: Vec<Notice>,
    /// Whether jobs were queued or something was announced, so that whoever works on that is woken.
    pub(crate) jobs: bool,
}

impl<T> Outcome<T> {
    /// Answers without anybody else hearing of it.
    pub(crate) fn quiet(answer: T) -> Self {
        Self { answer, notices: Vec::new(), jobs: false }
    }

    /// Answers, and tells.
    pub(crate) fn telling(answer: T, notices: Vec<Notice>) -> Self {
        Self { answer, notices, jobs: false }
    }

    /// The same, with jobs queued.
    pub(crate) fn with_jobs(self) -> Self {
        Self { jobs: true, ..self }
    }

    /// The same, with something announced if anybody is to be told.
    pub(crate) fn announcing(self, announcement: &NewAnnouncement) -> Self {
        Self { jobs: self.jobs || announcement.is_due(), ..self }
    }
}

/// A change of the database, written once for both engines. It may be run again after a deadlock,
/// so it keeps no state of its own.
pub(crate) trait Change: Send + Sync + 'static {
    /// What the caller is answered.
    type Answer: Send + 'static;
    /// Does it, inside the transaction.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Outcome<Self::Answer>>> + Send;
}

/// A read, in one snapshot.
pub(crate) trait Query: Send + Sync + 'static {
    /// What is read.
    type Answer: Send + 'static;
    /// Reads it.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Answer>> + Send;
}

struct Changing<C>(C);
struct Querying<Q>(Q);

impl<C: Change> Operation for Changing<C> {
    type Out = Outcome<C::Answer>;
    type Error = Failure;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out> {
        self.0.run(tx).await
    }
}

impl<Q: Query> Operation for Querying<Q> {
    type Out = Q::Answer;
    type Error = Failure;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out> {
        self.0.run(tx).await
    }
}

impl Chat {
    /// Makes the change, publishes what it brought about, then answers.
    pub(crate) async fn change<C: Change>(&self, change: C) -> Result<C::Answer, Problem> {
        let work = self.db.write(Changing(change), self.publishing());
        self.pressure.weigh(work.map_err(Problem::from)).await
    }

    /// What is done after a commit, before the caller is answered.
    pub(crate) fn publishing<T>(&self) -> impl FnOnce(Outcome<T>) -> T + Send + 'static + use<T> {
        let (publisher, view) = (self.publisher.clone(), self.session_view.clone());
        let (wake, announced) = (self.wake.clone(), self.announced.clone());
        move |outcome| {
            if !outcome.notices.is_empty() {
                view.heed(&outcome.notices);
                publisher.publish(outcome.notices);
            }
            if outcome.jobs {
                wake.wake();
                announced.wake();
            }
            outcome.answer
        }
    }

    /// Reads.
    pub(crate) async fn query<Q: Query>(&self, query: Q) -> Result<Q::Answer, Problem> {
        self.db.read(Querying(query)).await.map_err(Problem::from)
    }
}
