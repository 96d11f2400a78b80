//! The logs that one transaction appends to: each is read once, and its counters are written once,
//! however many messages it gets.

use crate::{
    Actor, Viewer,
    access::Act,
    conversations::{Place, place_for_change},
    error::Result,
};
use chinwag_sql::Tx;
use chinwag_wire::{AccountId, ConversationId, Message};
use std::collections::{HashMap, hash_map::Entry};

chinwag_sql::statements! {
    /// The log is longer.
    ADVANCE = "UPDATE conversations SET last_seq = ?2, last_rev = ?3, last_at = ?4 WHERE id = ?1";
    /// Who writes has read.
    READ_OWN = "UPDATE members SET delivered_seq = ?3, read_seq = ?3, delivered_at = ?4, read_at = ?4 WHERE conversation_id = ?1 AND account_id = ?2";
}

/// The logs, and where those who write to them stand.
#[derive(Default)]
pub(super) struct Logs {
    writers: HashMap<(ConversationId, AccountId), Writer>,
    /// Of those that have grown.
    heads: HashMap<ConversationId, Head>,
}

struct Writer {
    place: Place,
    /// The newest message of theirs, once there is one.
    wrote: Option<Head>,
}

/// The end of a log.
#[derive(Clone, Copy)]
pub(super) struct Head {
    seq: i64,
    rev: i64,
    at: i64,
}

impl Head {
    /// The end of a log that `message` was just put to.
    pub(super) fn at(message: &Message) -> Self {
        Self { seq: message.seq, rev: message.rev, at: message.sent_at.0 }
    }
}

impl Logs {
    /// Where someone who wants to write stands, with the log as long as it is by now.
    ///
    /// # Errors
    /// As [`place_for_change`].
    pub(super) async fn place(
        &mut self,
        id: ConversationId,
        actor: Actor,
        tx: &mut Tx<'_>,
    ) -> Result<&Place> {
        let writer = match self.writers.entry((id, actor.account)) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let place = place_for_change(tx, id, Viewer::Account(actor), Act::Write).await?;
                new.insert(Writer { place, wrote: None })
            }
        };
        if let Some(head) = self.heads.get(&id) {
            let place = &mut writer.place;
            (place.last_seq, place.last_rev, place.last_at) = (head.seq, head.rev, head.at);
        }
        Ok(&writer.place)
    }

    /// Notes that a log ends here now, with a message of this account.
    pub(super) fn grow(&mut self, id: ConversationId, account: AccountId, head: Head) {
        self.heads.insert(id, head);
        if let Some(writer) = self.writers.get_mut(&(id, account)) {
            writer.wrote = Some(head);
        }
    }

    /// Writes the counters of what has grown.
    pub(super) async fn store(self, tx: &mut Tx<'_>) -> Result<()> {
        for (id, head) in self.heads {
            let counters = [id.0.into(), head.seq.into(), head.rev.into(), head.at.into()];
            tx.exec(&ADVANCE, &counters).await?;
        }
        for ((id, account), writer) in self.writers {
            if let Some(Head { seq, at, .. }) = writer.wrote {
                let values = [id.0.into(), account.0.into(), seq.into(), at.into()];
                tx.exec(&READ_OWN, &values).await?;
            }
        }
        Ok(())
    }
}
