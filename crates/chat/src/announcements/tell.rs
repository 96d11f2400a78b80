//! Tells other systems: what waits in the outbox is passed on with what is known at that moment of those it is
//! about. What was refused for good is a job, which writes it anew when somebody has it tried again.

use super::{Announcement, AnsweredRequest, NewAnnouncement};
use crate::{
    Chat, Person,
    error::Result,
    mail::ANNOUNCE,
    operation::{Change, Outcome},
};
use chinwag_jobs::{Entry, Reception, Relay, Retries, Verdict};
use chinwag_sql::Tx;
use chinwag_wire::Problem;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// Something that happened, for other systems.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Announced {
    /// Its id: the same each time it is told.
    pub id: Uuid,
    /// What happened.
    pub what: Happening,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Happening {
    /// Somebody has an account, on whatever surface they made it.
    AccountCreated(Person),
    /// A code that confirms the address of a new account was made.
    CodeCreated {
        /// Whose.
        person: Person,
        /// The code: a secret between the server and whoever reads that address.
        code: String,
    },
    /// A contact request was accepted.
    RequestAccepted(AnsweredRequest),
    /// A contact request was rejected.
    RequestRejected(AnsweredRequest),
}

struct Again {
    what: Announcement,
    place: NewAnnouncement,
}

impl Change for Again {
    type Answer = bool;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<bool>> {
        Ok(Outcome::quiet(self.place.write(tx, &self.what).await?).with_jobs())
    }
}

impl Chat {
    /// Passes on what is announced until told to stop. Any number of nodes may; whoever is told may hear the same
    /// twice, and hears of each account in the order in which it happened. What is refused is told again as `retries` say.
    #[crate::boxed]
    pub async fn announce<P, F>(self, pass_on: P, retries: Retries, stopping: CancellationToken)
    where
        P: Fn(Announced) -> F + Send + Sync + 'static,
        F: Future<Output = Reception> + Send + 'static,
    {
        let (clock, pass_on) = (self.clock.clone(), Arc::new(pass_on));
        let relay = Relay {
            database: self.db.clone(),
            wake: self.announced.clone(),
            now: move || clock.now().0,
            pass_on: move |entry| self.clone().pass(entry, pass_on.clone()),
            dead_kind: ANNOUNCE,
            retries,
        };
        relay.work(stopping).await;
    }

    async fn pass<P, F>(self, entry: Entry, pass_on: Arc<P>) -> Reception
    where
        P: Fn(Announced) -> F,
        F: Future<Output = Reception>,
    {
        let what = match serde_json::from_str(&entry.input) {
            Ok(what) => what,
            Err(error) => return Reception::Refused(format!("not understood: {error}")),
        };
        match self.happening(what).await {
            Ok(Some(what)) => pass_on(Announced { id: entry.id, what }).await,
            // Nobody is told of who is gone.
            Ok(None) => Reception::Taken,
            Err(problem) => Reception::Absent(problem.to_string()),
        }
    }

    /// What happened, with what is known of whom it is about; nothing where they are gone.
    async fn happening(&self, what: Announcement) -> Result<Option<Happening>, Problem> {
        Ok(match what {
            Announcement::AccountCreated { account } => {
                self.person(account).await?.map(Happening::AccountCreated)
            }
            Announcement::CodeCreated { account, code } => {
                let code = self.code(code);
                let person = self.person(account).await?;
                person.map(|person| Happening::CodeCreated { person, code })
            }
            Announcement::RequestAccepted(answered) => Some(Happening::RequestAccepted(answered)),
            Announcement::RequestRejected(answered) => Some(Happening::RequestRejected(answered)),
        })
    }

    /// Announces once more, under its own id, what was refused for good.
    pub(crate) async fn announce_again(&self, id: Uuid, what: Announcement) -> Verdict {
        let place = self.new_announcement().called(id);
        if !place.is_due() {
            return Verdict::Refused("there is nobody to be told".to_owned());
        }
        match self.change(Again { what, place }).await {
            Ok(true) => Verdict::Done,
            Ok(false) => Verdict::Failed("too much waits in the outbox".to_owned()),
            Err(problem) => Verdict::Failed(problem.to_string()),
        }
    }
}
