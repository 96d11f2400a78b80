//! The letter that tells of messages that were not read: how many and where, never what they say. It is
//! decided when it is written, from what holds then: who was removed, has read or is there gets none.

use super::{
    choice::{Last, Reader, Topic},
    letter::{Draft, Postman},
    work::{Composed, Composition, written},
};
use crate::{
    Chat,
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::{Row, Tx};
use chinwag_wire::{AccountId, Time};
use minijinja::{Value, context};
use std::time::Duration;
use uuid::Uuid;

chinwag_sql::statements! {
    /// Conversations with something of others that came after one instant and not after another, and is not
    /// read; no rooms, and nothing beyond a block. The newest first.
    MISSED = "SELECT c.name, p.username, c.last_seq - m.read_seq FROM members m JOIN conversations c ON c.id = m.conversation_id \
              LEFT JOIN members o ON c.kind = 'direct' AND o.conversation_id = c.id AND o.account_id <> m.account_id \
              LEFT JOIN accounts p ON p.id = o.account_id \
              WHERE m.account_id = ?1 AND m.left_at IS NULL AND c.kind <> 'room' AND c.blocked = 0 AND c.last_seq > m.read_seq \
              AND c.last_at > ?2 AND EXISTS (SELECT 1 FROM messages x WHERE x.conversation_id = c.id AND x.seq > m.read_seq \
              AND x.seq >= m.visible_from AND x.sender_id <> ?1 AND x.deleted_at IS NULL AND x.sent_at > ?2 AND x.sent_at <= ?3) \
              ORDER BY c.last_at DESC, c.id LIMIT 21";
}

/// Between two such letters to somebody who was not here meanwhile.
const QUIET: Duration = Duration::from_secs(24 * 60 * 60);
/// What arrives in the moment in which a connection closes was not seen.
const CLOSING: Duration = Duration::from_secs(60);
const MINUTE: Duration = Duration::from_secs(60);
/// Most conversations that a letter names.
const NAMED: usize = 20;

struct Telling {
    account: AccountId,
    job: Uuid,
    now: Time,
}

/// What somebody missed in a conversation.
struct Missed {
    name: Option<String>,
    peer: Option<String>,
    unread: i64,
}

impl Missed {
    fn from_row(row: &Row) -> Result<Self> {
        Ok(Self { name: row.get(0)?, peer: row.get(1)?, unread: row.get(2)? })
    }

    fn value(&self) -> Value {
        let (name, peer) = (self.name.as_deref(), self.peer.as_deref());
        context! { name => name, peer => peer, unread => self.unread }
    }
}

impl Change for Telling {
    type Answer = Option<(String, Vec<Missed>)>;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Self::Answer>> {
        Ok(Outcome::quiet(self.tell(tx).await?))
    }
}

impl Telling {
    async fn tell(&self, tx: &mut Tx<'_>) -> Result<Option<(String, Vec<Missed>)>> {
        let reader = Reader::hold(tx, self.account, Topic::MissedMessages).await?;
        let Some(reader) = reader else { return Ok(None) };
        let (Some(minutes), Some(since)) =
            (reader.settings.mail_missed_messages, self.since(&reader))
        else {
            return Ok(None);
        };
        let missed = missed(tx, self.account, since, self.now.before(MINUTE * minutes)).await?;
        if missed.is_empty() {
            return Ok(None);
        }
        reader.claim(tx, self.job, since, self.now).await?;
        Ok(Some((reader.email, missed)))
    }

    /// What came before this was told of, or seen; nothing where it is too early for another letter.
    fn since(&self, reader: &Reader) -> Option<Time> {
        let seen = reader.last_seen.map(|seen| seen.before(CLOSING)).unwrap_or(Time(0));
        match &reader.last {
            None => Some(seen),
            Some(Last { job, since, .. }) if *job == self.job => Some(*since),
            Some(last) => {
                let was_here = reader.last_seen.is_some_and(|seen| seen > last.at);
                let quiet = !was_here && last.at.after(QUIET) > self.now;
                (!quiet).then_some(last.at.max(seen))
            }
        }
    }
}

async fn missed(
    tx: &mut Tx<'_>,
    account: AccountId,
    since: Time,
    until: Time,
) -> Result<Vec<Missed>> {
    let values = [account.0.into(), since.0.into(), until.0.into()];
    tx.rows(&MISSED, &values).await?.iter().map(Missed::from_row).collect()
}

impl Chat {
    /// The letter, if there is something to tell to somebody who wants to know and is not here.
    pub(super) async fn compose_missed_messages(
        &self,
        postman: &Postman,
        id: Uuid,
        account: AccountId,
    ) -> Composed {
        if (postman.is_online)(account) {
            return Ok(Composition::Nothing);
        }
        let telling = Telling { account, job: id, now: self.clock.now() };
        let Some((to, missed)) = self.change(telling).await? else {
            return Ok(Composition::Nothing);
        };
        let more = missed.len() > NAMED;
        let named: Vec<_> = missed.iter().take(NAMED).map(Missed::value).collect();
        let unsubscribe = self.unsubscribe_link(postman, account, Topic::MissedMessages, &to);
        let about = vec![("conversations", Value::from(named)), ("more", Value::from(more))];
        let template = "missed_messages";
        let draft = Draft { id, to, template, link: None, unsubscribe: Some(unsubscribe), about };
        written(self.letter(postman, draft))
    }
}
