//! Letters that somebody gets because they want them: whether they still do, and had none just now. What
//! is claimed by a job is the same when the job is run again.

use crate::{error::Result, settings};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, Patch, Settings, Time, UpdateSettings};
use uuid::Uuid;

chinwag_sql::statements! {
    /// Where a letter would go, held: an address that is verified, of an account that may sign in.
    HOLD = "SELECT email, last_seen_at FROM accounts WHERE id = ?1 AND email_verified_at IS NOT NULL \
            AND suspended_at IS NULL AND deleted_at IS NULL FOR NO KEY UPDATE";
    /// The last letter about a topic.
    LAST = "SELECT job_id, sent_at, since FROM letters WHERE account_id = ?1 AND topic = ?2";
    /// This is the last one now.
    CLAIM = "INSERT INTO letters (account_id, topic, job_id, sent_at, since) VALUES (?1, ?2, ?3, ?4, ?5) \
             ON CONFLICT (account_id, topic) DO UPDATE SET job_id = excluded.job_id, sent_at = excluded.sent_at, since = excluded.since";
}

/// What such letters are about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Topic {
    /// Somebody wants to be a contact.
    ContactRequests,
    /// There are messages that were not read.
    MissedMessages,
}

impl Topic {
    /// Each of them.
    pub(super) const ALL: [Self; 2] = [Self::ContactRequests, Self::MissedMessages];

    /// As it is stored, and stands in links.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::ContactRequests => "contact_requests",
            Self::MissedMessages => "missed_messages",
        }
    }

    /// What turns its letters off.
    pub(super) fn off(self) -> UpdateSettings {
        match self {
            Self::ContactRequests => {
                UpdateSettings { mail_contact_requests: Patch::Set(false), ..Default::default() }
            }
            Self::MissedMessages => {
                UpdateSettings { mail_missed_messages: Patch::Clear, ..Default::default() }
            }
        }
    }
}

/// Somebody a letter may go to, held until the transaction ends.
pub(super) struct Reader {
    account: AccountId,
    topic: Topic,
    pub(super) email: String,
    pub(super) last_seen: Option<Time>,
    pub(super) settings: Settings,
    /// The last letter about this.
    pub(super) last: Option<Last>,
}

/// A letter that was claimed before.
pub(super) struct Last {
    pub(super) job: Uuid,
    pub(super) at: Time,
    pub(super) since: Time,
}

impl Reader {
    /// Holds the account; nothing where no letter may go to it.
    pub(super) async fn hold(
        tx: &mut Tx<'_>,
        account: AccountId,
        topic: Topic,
    ) -> Result<Option<Self>> {
        let Some(row) = tx.maybe(&HOLD, &[account.0.into()]).await? else { return Ok(None) };
        let Some(email) = row.get(0)? else { return Ok(None) };
        let last_seen = row.get::<Option<i64>>(1)?.map(Time);
        let last = tx.maybe(&LAST, &[account.0.into(), topic.name().into()]).await?;
        let last = last.map(|row| -> Result<Last> {
            Ok(Last { job: row.get(0)?, at: Time(row.get(1)?), since: Time(row.get(2)?) })
        });
        let settings = settings::settings(tx, account).await?;
        Ok(Some(Self { account, topic, email, last_seen, settings, last: last.transpose()? }))
    }

    /// Whether they want to be told who wants to be a contact: they begin with yes.
    pub(super) fn wants_requests(&self) -> bool {
        self.settings.mail_contact_requests.unwrap_or(true)
    }

    /// Writes down that this job's letter is the last one, about what happened after `since`.
    pub(super) async fn claim(
        &self,
        tx: &mut Tx<'_>,
        job: Uuid,
        since: Time,
        now: Time,
    ) -> Result<()> {
        let (account, topic) = (self.account.0.into(), self.topic.name().into());
        tx.exec(&CLAIM, &[account, topic, job.into(), now.0.into(), since.0.into()]).await?;
        Ok(())
    }
}
