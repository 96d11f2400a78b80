//! Moves one's watermarks. They only move forward, and never past the newest message.

use crate::{
    Actor, Chat, Notice, Viewer,
    access::Act,
    conversations::{Place, advance_rev, place_for_change},
    error::Result,
    operation::{Change, Outcome},
};
use chinwag_sql::Tx;
use chinwag_wire::{ConversationId, Event, EventBody, Kind, Mark, Problem, Receipt};

chinwag_sql::statements! {
    /// The watermarks, as a change that everybody may hear of.
    MARK = "UPDATE members SET delivered_seq = ?3, read_seq = ?4, rev = ?5 WHERE conversation_id = ?1 AND account_id = ?2";
    /// The watermarks alone, for oneself.
    MARK_QUIETLY = "UPDATE members SET delivered_seq = ?3, read_seq = ?4 WHERE conversation_id = ?1 AND account_id = ?2";
}

struct Marking {
    actor: Actor,
    id: ConversationId,
    body: Mark,
}

impl Change for Marking {
    type Answer = Receipt;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Outcome<Receipt>> {
        let place = place_for_change(tx, self.id, Viewer::Account(self.actor), Act::Mark).await?;
        let receipt = self.moved(&place);
        if (receipt.delivered, receipt.read) == (place.delivered, place.read) {
            return Ok(Outcome::quiet(receipt));
        }
        let values = [
            self.id.0.into(),
            self.actor.account.0.into(),
            receipt.delivered.into(),
            receipt.read.into(),
        ];
        // In a room receipts would be a change for each member and message, and past a block they would tell.
        if place.kind() == Kind::Room || place.scene.blocked {
            tx.exec(&MARK_QUIETLY, &values).await?;
            let event = Event {
                conversation_id: Some(self.id),
                rev: None,
                body: EventBody::ReceiptMoved(receipt),
            };
            return Ok(Outcome::telling(
                receipt,
                vec![Notice::Account { account: self.actor.account, event }],
            ));
        }
        let rev = place.last_rev + 1;
        let [id, account, delivered, read] = values;
        tx.exec(&MARK, &[id, account, delivered, read, rev.into()]).await?;
        advance_rev(tx, self.id, rev).await?;
        let event = Event {
            conversation_id: Some(self.id),
            rev: Some(rev),
            body: EventBody::ReceiptMoved(receipt),
        };
        Ok(Outcome::telling(
            receipt,
            vec![Notice::Conversation { conversation: self.id, kind: place.kind(), event }],
        ))
    }
}

impl Marking {
    /// Where the watermarks stand after this; what was read was delivered.
    fn moved(&self, place: &Place) -> Receipt {
        let read = self.body.read.unwrap_or(0).min(place.last_seq).max(place.read);
        let delivered =
            self.body.delivered.unwrap_or(0).min(place.last_seq).max(place.delivered).max(read);
        Receipt { account_id: self.actor.account, delivered, read }
    }
}

impl Chat {
    /// Moves one's watermarks in a conversation.
    ///
    /// # Errors
    /// `conversation_not_found`, `invalid` where neither watermark is given, or one is negative.
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
        self.change(Marking { actor: *actor, id, body }).await
    }
}
