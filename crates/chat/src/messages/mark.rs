//! Moves one's watermarks. They only move forward, and never past the newest message.

use super::received::without_a_gap;
use crate::{
    Actor, Chat, Notice, Viewer,
    access::Act,
    conversations::{Place, advance_rev, place_for_change},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{ConversationId, Event, EventBody, Kind, Mark, Problem, Receipt, Time};

/// The watermarks, when they moved, and up to where everything was received.
macro_rules! marks {
    () => {
        "delivered_at = CASE WHEN delivered_seq < ?3 THEN ?5 ELSE delivered_at END, \
         read_at = CASE WHEN read_seq < ?4 THEN ?5 ELSE read_at END, delivered_seq = ?3, read_seq = ?4, \
         received_seq = CASE WHEN received_seq < ?6 THEN ?6 ELSE received_seq END"
    };
}

chinwag_sql::statements! {
    /// As a change that everybody may hear of.
    MARK = concat!("UPDATE members SET ", marks!(), ", rev = ?7 WHERE conversation_id = ?1 AND account_id = ?2");
    /// For oneself alone.
    MARK_QUIETLY = concat!("UPDATE members SET ", marks!(), " WHERE conversation_id = ?1 AND account_id = ?2");
}

/// How far a message has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To somebody's device.
    Delivered,
    /// Before their eyes.
    Read,
}

/// What is marked.
enum Marked {
    /// Everything up to these numbers.
    Upto(Mark),
    /// These messages alone, their numbers rising.
    These(Vec<i64>, Step),
}

impl Marked {
    /// The numbers up to which the watermarks move. They have one each: what is before a message that is marked
    /// counts as marked too.
    fn upto(&self) -> Mark {
        match self {
            Self::Upto(mark) => *mark,
            Self::These(seqs, Step::Delivered) => {
                Mark { delivered: seqs.last().copied(), read: None }
            }
            Self::These(seqs, Step::Read) => Mark { delivered: None, read: seqs.last().copied() },
        }
    }
}

struct Marking {
    actor: Actor,
    id: ConversationId,
    what: Marked,
    at: Time,
}

impl Change for Marking {
    type Answer = Receipt;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Receipt>> {
        let place = place_for_change(tx, self.id, Viewer::Account(self.actor), Act::Mark).await?;
        let received = self.received(tx, &place).await?.max(place.received);
        let receipt = self.moved(&place);
        let before = (place.delivered, place.read, place.received);
        if (receipt.delivered, receipt.read, received) == before {
            return Ok(Outcome::quiet(receipt));
        }
        let is_news = (receipt.delivered, receipt.read) != (place.delivered, place.read);
        // In a room receipts would be a change for each member and message, and past a block they would tell.
        let is_quiet = place.kind() == Kind::Room || place.scene.blocked;
        let rev = (is_news && !is_quiet).then_some(place.last_rev + 1);
        self.store(tx, receipt, received, rev).await?;
        let body = EventBody::ReceiptMoved(receipt);
        let (conversation, account) = (self.id, self.actor.account);
        let event = Event { conversation_id: Some(conversation), rev, body };
        let kind = place.kind();
        Ok(match (is_news, rev) {
            (false, _) => Outcome::quiet(receipt),
            (true, None) => Outcome::telling(receipt, vec![Notice::Account { account, event }]),
            (true, Some(_)) => {
                let notice = Notice::Conversation { conversation, kind, event };
                Outcome::telling(receipt, vec![notice])
            }
        })
    }
}

impl Marking {
    /// Where the watermarks stand after this; what was read was delivered.
    fn moved(&self, place: &Place) -> Receipt {
        let Mark { delivered, read } = self.what.upto();
        let read = read.unwrap_or(0).min(place.last_seq).max(place.read);
        let delivered = delivered.unwrap_or(0).min(place.last_seq).max(place.delivered).max(read);
        Receipt { account_id: self.actor.account, delivered, read }
    }

    /// Writes it, as the change of this number where it is one for others.
    async fn store(
        &self,
        tx: &mut Tx<'_>,
        receipt: Receipt,
        received: i64,
        rev: Option<i64>,
    ) -> Result<()> {
        let (id, account) = (self.id.0.into(), self.actor.account.0.into());
        let (delivered, read) = (receipt.delivered.into(), receipt.read.into());
        let values = [id, account, delivered, read, self.at.0.into(), received.into()];
        let Some(rev) = rev else {
            tx.exec(&MARK_QUIETLY, &values).await?;
            return Ok(());
        };
        let [id, account, delivered, read, at, received] = values;
        tx.exec(&MARK, &[id, account, delivered, read, at, received, rev.into()]).await?;
        advance_rev(tx, self.id, rev).await
    }

    /// Up to where everything was received. Who marks messages one by one may leave some out.
    async fn received(&self, tx: &mut Tx<'_>, place: &Place) -> Result<i64> {
        match &self.what {
            Marked::Upto(Mark { delivered, read }) => {
                Ok((*delivered).max(*read).unwrap_or(0).min(place.last_seq))
            }
            Marked::These(seqs, _) => {
                without_a_gap(tx, self.actor.account, self.id, place.received, seqs).await
            }
        }
    }
}

impl Chat {
    /// Moves one's watermarks in a conversation.
    ///
    /// # Errors
    /// `conversation_not_found`, `invalid` where neither watermark is given, or one is negative.
    #[crate::boxed]
    pub async fn mark(
        &self,
        actor: &Actor,
        id: ConversationId,
        body: Mark,
    ) -> Result<Receipt, Problem> {
        if body.delivered.is_none() && body.read.is_none() {
            return Err(Problem::field("read", "give delivered or read"));
        }
        for (field, value) in [("delivered", body.delivered), ("read", body.read)] {
            if value.is_some_and(|value| value < 0) {
                return Err(Problem::field(field, "must not be negative"));
            }
        }
        let (what, at) = (Marked::Upto(body), self.clock.now());
        self.change(Marking { actor: *actor, id, what, at }).await
    }

    /// Marks the messages of these numbers, for surfaces that mark one by one: a watermark moves to the newest of
    /// them, but what was left out before them still counts as not received.
    ///
    /// # Errors
    /// `conversation_not_found`, `invalid` where there are none.
    #[crate::boxed]
    pub async fn mark_these(
        &self,
        actor: &Actor,
        id: ConversationId,
        seqs: &[i64],
        step: Step,
    ) -> Result<Receipt, Problem> {
        let mut seqs = seqs.to_vec();
        seqs.sort_unstable();
        if seqs.first().is_none_or(|seq| *seq < 1) {
            return Err(Problem::field("seqs", "must be numbers of messages"));
        }
        let (what, at) = (Marked::These(seqs, step), self.clock.now());
        self.change(Marking { actor: *actor, id, what, at }).await
    }
}
