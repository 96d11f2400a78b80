//! What a client hears, and the positions that say how far it was read: handing out an item moves them,
//! so what a program saved is what it has seen.

use crate::Error;
use chinwag_wire::{ConversationId, Event, Positions, frame::Head};
use tokio::sync::mpsc;

/// One thing that a client hears.
#[derive(Clone, Debug, PartialEq)]
pub enum Item {
    /// A durable event: each once, in order of `rev` within its conversation, however often the connection broke.
    Event(Box<Event>),
    /// What carries no `rev`: typing, presence, audience, and what belongs to the account. Missed while away.
    Unnumbered(Box<Event>),
    /// A conversation that this client had no position for. Its events begin above `rev`; what was before is history.
    Opened(Head),
    /// One is no longer in this conversation.
    Left(ConversationId),
    /// The server was restored from a backup: forget everything, and read it anew.
    Restarted,
    /// A connection is up, and everything missed has been or is being handed out.
    Connected,
    /// The connection was lost; the client is coming back by itself.
    Disconnected(Error),
    /// The client gave up, for this reason. Nothing comes after it.
    Ended(Error),
}

/// An item on its way, and where it moves the positions.
pub(super) struct Delivery {
    pub(super) item: Option<Item>,
    pub(super) moves: Option<Move>,
}

/// A change of positions.
pub(super) enum Move {
    /// This conversation is known up to here.
    To(ConversationId, i64),
    /// This conversation is no longer followed.
    Out(ConversationId),
    /// Everything begins anew in this epoch.
    Epoch(String),
}

/// The listening end of a client.
pub struct Events {
    queue: mpsc::Receiver<Delivery>,
    positions: Positions,
}

impl Events {
    pub(super) fn new(queue: mpsc::Receiver<Delivery>, positions: Positions) -> Self {
        Self { queue, positions }
    }

    /// The next item; `None` once the client has stopped.
    pub async fn next(&mut self) -> Option<Item> {
        loop {
            let delivery = self.queue.recv().await?;
            if let Some(moves) = delivery.moves {
                self.apply(moves);
            }
            if let Some(item) = delivery.item {
                return Some(item);
            }
        }
    }

    /// The next durable event, everything else passed over; `None` once the client has stopped.
    pub async fn next_event(&mut self) -> Option<Event> {
        loop {
            if let Item::Event(event) = self.next().await? {
                return Some(*event);
            }
        }
    }

    /// How far one has read. A client started from these goes on exactly there.
    pub fn positions(&self) -> &Positions {
        &self.positions
    }

    fn apply(&mut self, moves: Move) {
        let conversations = &mut self.positions.conversations;
        match moves {
            Move::To(conversation, rev) => drop(conversations.insert(conversation, rev)),
            Move::Out(conversation) => drop(conversations.remove(&conversation)),
            Move::Epoch(epoch) if self.positions.epoch.as_ref() != Some(&epoch) => {
                self.positions = Positions { epoch: Some(epoch), ..Positions::default() };
            }
            Move::Epoch(_) => {}
        }
    }
}
