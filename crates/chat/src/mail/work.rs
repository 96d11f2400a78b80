//! The kinds of work that are kept as jobs, and who does each.

use super::letter::Postman;
use crate::{Chat, announcements::Announcement, error::Result, random};
use chinwag_jobs::{Job, NewJob, Verdict, Worker};
use chinwag_mail::{Error, Letter};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Code, Problem, RequestId, Time};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Most jobs that wait or run.
pub const MOST_JOBS: u32 = 100_000;

/// The kind of what other systems refused to be told.
pub(crate) const ANNOUNCE: &str = "announce";

/// The kinds that send a letter.
pub(super) const LETTERS: &[&str] = &[
    "send_verification",
    "confirm_registration",
    "send_reset",
    "send_email_changed",
    "send_contact_requests",
    "send_missed_messages",
];

/// Work for later.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "input", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Work {
    /// Sends the token whose id the job has.
    SendVerification,
    /// Sends the code whose id the job has.
    ConfirmRegistration,
    /// Sends a link that replaces a forgotten password, if the address is one that somebody verified.
    SendReset {
        /// As it was asked for.
        email: String,
    },
    /// Tells the address an account had that it has another one.
    SendEmailChanged {
        /// The address it had.
        to: String,
        /// Its username.
        username: String,
    },
    /// Tells somebody who wants to be their contact, if they want to be told.
    SendContactRequests {
        /// The request that caused it. Whether it reached anybody is found out when it is run.
        request: RequestId,
    },
    /// Tells somebody what they missed, if they want to be told.
    SendMissedMessages {
        /// Who.
        account: AccountId,
    },
    /// Announces once more what other systems refused. Only the outbox makes such jobs, dead from the beginning.
    Announce(Announcement),
}

impl Work {
    fn kind(&self) -> &'static str {
        match self {
            Self::SendVerification => "send_verification",
            Self::ConfirmRegistration => "confirm_registration",
            Self::SendReset { .. } => "send_reset",
            Self::SendEmailChanged { .. } => "send_email_changed",
            Self::SendContactRequests { .. } => "send_contact_requests",
            Self::SendMissedMessages { .. } => "send_missed_messages",
            Self::Announce(_) => ANNOUNCE,
        }
    }

    fn input(&self) -> String {
        let value = serde_json::to_value(self).expect("plain data always serialises");
        value["input"].to_string()
    }

    fn of(job: &Job) -> Result<Self, serde_json::Error> {
        let input: serde_json::Value = serde_json::from_str(&job.input)?;
        let mut whole = serde_json::json!({ "kind": job.kind });
        if !input.is_null() {
            whole["input"] = input;
        }
        serde_json::from_value(whole)
    }
}

/// A place for work that is about to be queued. What is random about it has been drawn, so that the
/// transaction can run again.
pub(crate) struct NewWork {
    pub(crate) id: Uuid,
    subject: Option<AccountId>,
    now: Time,
    due: Time,
    most: u32,
}

impl NewWork {
    /// The same for an account, with which it goes.
    pub(crate) fn of(&self, account: AccountId) -> Self {
        Self { subject: Some(account), ..*self }
    }

    /// The same for a later time.
    pub(super) fn not_before(&self, due: Time) -> Self {
        Self { due, ..*self }
    }

    /// Queues it.
    ///
    /// # Errors
    /// `overloaded` where too much waits.
    pub(crate) async fn queue(&self, tx: &mut Tx<'_>, work: &Work) -> Result<()> {
        match self.queue_if_room(tx, work).await? {
            true => Ok(()),
            false => Err(Problem::from(Code::Overloaded).retry_after(60).into()),
        }
    }

    /// Queues it, for a change that goes on without it: what there is no room for is left out, and counted.
    pub(crate) async fn queue_if_room(&self, tx: &mut Tx<'_>, work: &Work) -> Result<bool> {
        let job = NewJob {
            id: self.id,
            kind: work.kind(),
            input: work.input(),
            only_key: None,
            subject: self.subject.map(|account| account.0),
            due_at: self.due.0,
            now: self.now.0,
        };
        let queued = chinwag_jobs::enqueue(tx, &job, self.most).await?;
        if !queued {
            metrics::counter!("chinwag_jobs_left_out_total", "kind" => work.kind()).increment(1);
            tracing::warn!(kind = work.kind(), "too many jobs wait; one was left out");
        }
        Ok(queued)
    }
}

/// What came of a piece of work that was to write a letter.
pub(super) enum Composition {
    /// It is written.
    Letter(Box<Letter>),
    /// There is none to write any more.
    Nothing,
    /// Its reader had one just now: not before this.
    NotBefore(Time),
}

/// The same, where it could be found out.
pub(super) type Composed = Result<Composition, Problem>;

/// A letter that is written.
pub(super) fn written(letter: Letter) -> Composed {
    Ok(Composition::Letter(Box::new(letter)))
}

impl Chat {
    /// Draws what is random about a piece of work.
    pub(crate) fn new_work(&self) -> NewWork {
        let now = self.clock.now();
        NewWork { id: random::id(now), subject: None, now, due: now, most: self.options.most_jobs }
    }

    /// Works off the jobs of this database until told to stop, and finishes what it has begun. Any
    /// number of nodes may; each job is run by one.
    #[crate::boxed]
    pub async fn work(self, postman: Postman, stopping: CancellationToken) {
        let (clock, retries, postman) = (self.clock.clone(), postman.retries, Arc::new(postman));
        let watching = self.clone().watch_for_missed(stopping.clone());
        let worker = Worker {
            database: self.db.clone(),
            wake: self.wake.clone(),
            retries,
            now: move || clock.now().0,
            run: move |job| self.clone().run(postman.clone(), job),
        };
        tokio::join!(worker.work(stopping), watching);
    }

    async fn run(self, postman: Arc<Postman>, job: Job) -> Verdict {
        let composed = match Work::of(&job) {
            Ok(Work::SendVerification) => self.compose_verification(&postman, job.id).await,
            Ok(Work::ConfirmRegistration) => self.compose_code(&postman, job.id).await,
            Ok(Work::SendReset { email }) => self.compose_reset(&postman, job.id, email).await,
            Ok(Work::SendEmailChanged { to, username }) => {
                written(self.compose_email_changed(&postman, job.id, to, username))
            }
            Ok(Work::SendContactRequests { request }) => {
                self.compose_contact_requests(&postman, job.id, request).await
            }
            Ok(Work::SendMissedMessages { account }) => {
                self.compose_missed_messages(&postman, job.id, account).await
            }
            Ok(Work::Announce(what)) => return self.announce_again(job.id, what).await,
            Err(error) => return Verdict::Refused(format!("not understood: {error}")),
        };
        match composed {
            Ok(Composition::Letter(letter)) => sent(postman.mailer.send(&letter).await),
            Ok(Composition::Nothing) => Verdict::Done,
            Ok(Composition::NotBefore(at)) => Verdict::Again(at.0),
            Err(problem) => Verdict::Failed(problem.to_string()),
        }
    }
}

fn sent(outcome: Result<(), Error>) -> Verdict {
    match outcome {
        Ok(()) => Verdict::Done,
        Err(error @ Error::Refused(_)) => Verdict::Refused(error.to_string()),
        Err(error @ Error::Failed(_)) => Verdict::Failed(error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_stored() {
        let text = || "ann@example.org".to_owned();
        for work in [
            Work::SendVerification,
            Work::ConfirmRegistration,
            Work::SendReset { email: text() },
            Work::SendEmailChanged { to: text(), username: "ann".to_owned() },
            Work::SendContactRequests { request: RequestId(Uuid::from_u128(1)) },
            Work::SendMissedMessages { account: AccountId(Uuid::from_u128(2)) },
            Work::Announce(Announcement::AccountCreated { account: AccountId(Uuid::from_u128(3)) }),
        ] {
            let job = Job {
                id: Uuid::nil(),
                kind: work.kind().to_owned(),
                input: work.input(),
                attempts: 1,
                created_at: 0,
                due_at: 0,
                error: None,
                state: chinwag_jobs::State::Running,
            };
            assert_eq!(Work::of(&job).unwrap(), work);
        }
    }
}
