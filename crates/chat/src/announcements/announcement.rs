//! An announcement as it waits in the outbox: ids alone, no secret, and nothing that would have to be erased.

use crate::{Chat, error::Result, random};
use chinwag_jobs::NewEntry;
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, RequestId, Time};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Most announcements that wait. It is far away, so that a broker may be down for days: beyond it what happens
/// goes on, and is not announced.
pub const MOST_WAITING: i64 = 1_000_000;

/// Something that happened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "what", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Announcement {
    /// Somebody has an account.
    AccountCreated {
        /// Whose.
        account: AccountId,
    },
    /// A code that confirms the address of a new account was made.
    CodeCreated {
        /// Whose.
        account: AccountId,
        /// Its id, from which it is derived.
        code: Uuid,
    },
    /// A contact request was accepted.
    RequestAccepted(AnsweredRequest),
    /// A contact request was rejected.
    RequestRejected(AnsweredRequest),
}

/// A contact request that was answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnsweredRequest {
    /// Which.
    pub request: RequestId,
    /// Who asked.
    pub from: AccountId,
    /// Who answered.
    pub to: AccountId,
    /// When.
    pub at: Time,
}

impl Announcement {
    /// Whom it is about. Of what is about the same, the order is kept.
    fn about(&self) -> (AccountId, Option<AccountId>) {
        match self {
            Self::AccountCreated { account } | Self::CodeCreated { account, .. } => {
                (*account, None)
            }
            Self::RequestAccepted(answered) | Self::RequestRejected(answered) => {
                (answered.from, Some(answered.to))
            }
        }
    }
}

/// A place for an announcement that is about to be written, drawn outside the transaction so that it can run
/// again. Absent where nobody is to be told.
#[derive(Clone, Copy)]
pub(crate) struct NewAnnouncement(Option<Place>);

#[derive(Clone, Copy)]
struct Place {
    id: Uuid,
    now: Time,
    most: i64,
}

impl NewAnnouncement {
    /// Whether anybody is to be told.
    pub(crate) fn is_due(&self) -> bool {
        self.0.is_some()
    }

    /// The same under an id that it has already.
    pub(super) fn called(self, id: Uuid) -> Self {
        Self(self.0.map(|place| Place { id, ..place }))
    }

    /// Writes it; false where there is no room: it is left out, and counted. Those it is about are held, or nobody
    /// knows of them yet.
    ///
    /// # Errors
    /// Only those of storage.
    pub(crate) async fn write(&self, tx: &mut Tx<'_>, what: &Announcement) -> Result<bool> {
        let Some(Place { id, now, most }) = self.0 else { return Ok(true) };
        let (subject, other) = what.about();
        let entry = NewEntry {
            id,
            subject: subject.0,
            other: other.map(|other| other.0),
            input: serde_json::to_string(what).expect("plain data always serialises"),
            now: now.0,
        };
        let written = chinwag_jobs::append(tx, &entry, most).await?;
        if !written {
            metrics::counter!("chinwag_outbox_left_out_total").increment(1);
            tracing::warn!("too much waits in the outbox; an announcement was left out");
        }
        Ok(written)
    }
}

impl Chat {
    /// A place for an announcement, if anybody is to be told.
    pub(crate) fn new_announcement(&self) -> NewAnnouncement {
        let now = self.clock.now();
        let place = |most| Place { id: random::id(now), now, most };
        NewAnnouncement(self.options.announcements.map(place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comes_back_as_it_was_written() {
        let (account, to) = (AccountId(Uuid::from_u128(1)), AccountId(Uuid::from_u128(2)));
        let request = RequestId(Uuid::from_u128(3));
        let answered = AnsweredRequest { request, from: account, to, at: Time(1_000_000_000) };
        for what in [
            Announcement::AccountCreated { account },
            Announcement::CodeCreated { account, code: Uuid::from_u128(5) },
            Announcement::RequestAccepted(answered),
            Announcement::RequestRejected(answered),
        ] {
            let text = serde_json::to_string(&what).unwrap();
            assert_eq!(serde_json::from_str::<Announcement>(&text).unwrap(), what, "{text}");
        }
    }
}
