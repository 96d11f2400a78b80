//! What a client has received for certain: of what was handed over to its line, all that stands before a ping that
//! it answered. Whatever else it says may have been on its way before anything reached it.

use chinwag_chat::MessagePlace;
use chinwag_wire::ConversationId;
use std::collections::{HashMap, VecDeque};

/// How far the messages of each chat came.
type Upto = HashMap<ConversationId, i64>;

/// What was handed over, and what of it arrived.
#[derive(Default)]
pub(super) struct Arrivals {
    /// Since the last ping.
    handed: Upto,
    /// Before each ping that waits for its answer, the first one first.
    pinged: VecDeque<Upto>,
    /// Whether the client said something: then it is asked what arrived, without waiting for the heartbeat.
    heard: bool,
}

impl Arrivals {
    /// A message was handed over to the line.
    pub(super) fn hand_over(&mut self, (conversation, seq): MessagePlace) {
        let upto = self.handed.entry(conversation).or_default();
        *upto = seq.max(*upto);
    }

    /// The client said something.
    pub(super) fn heard(&mut self) {
        self.heard = true;
    }

    /// Whether to send a ping now. It stands after all that was handed over.
    pub(super) fn asks(&mut self) -> bool {
        let asks = self.heard && self.pinged.is_empty() && !self.handed.is_empty();
        if asks {
            self.heard = false;
            self.pinged();
        }
        asks
    }

    /// A ping was sent.
    pub(super) fn pinged(&mut self) {
        self.pinged.push_back(std::mem::take(&mut self.handed));
    }

    /// A ping was answered: what stood before it has arrived.
    pub(super) fn answered(&mut self) -> Vec<MessagePlace> {
        self.pinged.pop_front().unwrap_or_default().into_iter().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    const CHAT: ConversationId = ConversationId(Uuid::from_u128(3));

    #[test]
    fn only_what_stood_before_an_answered_ping() {
        let mut arrivals = Arrivals::default();
        arrivals.heard();
        assert!(!arrivals.asks(), "nothing was handed over");
        arrivals.hand_over((CHAT, 1));
        assert!(arrivals.asks() && !arrivals.asks());
        arrivals.hand_over((CHAT, 2));
        arrivals.heard();
        assert!(!arrivals.asks(), "one at a time");
        assert_eq!(arrivals.answered(), [(CHAT, 1)]);
        assert!(arrivals.asks());
        assert_eq!(arrivals.answered(), [(CHAT, 2)]);
        arrivals.hand_over((CHAT, 3));
        arrivals.pinged();
        arrivals.pinged();
        assert_eq!(arrivals.answered(), [(CHAT, 3)]);
        assert_eq!(arrivals.answered(), []);
        assert_eq!(arrivals.answered(), [], "of an answer to nothing");
    }
}
