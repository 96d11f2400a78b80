//! The rooms that one socket has joined, and which of their messages it was told.

use chinwag_wire::ConversationId;
use std::collections::{BTreeSet, HashMap};

/// The rooms of a socket.
pub(super) type Rooms = HashMap<ConversationId, Room>;

/// A room that was joined.
pub(super) struct Room {
    pub(super) name: String,
    pub(super) told: Told,
}

impl Room {
    /// One of which nothing was told yet.
    pub(super) fn new(name: String) -> Self {
        Self { name, told: Told::default() }
    }
}

/// More numbers than ever wait for one between them that is on its way.
const MOST_BEYOND: usize = 64;

/// Numbers of messages: all up to one, and some beyond it.
#[derive(Default)]
pub(super) struct Told {
    upto: i64,
    beyond: BTreeSet<i64>,
}

impl Told {
    /// All up to this number were told, or were there too long ago to be.
    pub(super) fn all_upto(&mut self, seq: i64) {
        self.upto = self.upto.max(seq);
        self.settle();
    }

    /// Notes a number; false if it was noted before.
    pub(super) fn note(&mut self, seq: i64) -> bool {
        let new = seq > self.upto && self.beyond.insert(seq);
        if self.beyond.len() > MOST_BEYOND {
            self.upto = self.beyond.first().copied().unwrap_or(self.upto);
        }
        self.settle();
        new
    }

    fn settle(&mut self) {
        while let Some(first) = self.beyond.first().copied()
            && first <= self.upto + 1
        {
            self.beyond.pop_first();
            self.upto = self.upto.max(first);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_number_is_told_once_in_whatever_order() {
        let mut told = Told::default();
        told.all_upto(7);
        let noted: Vec<bool> = [7, 8, 8, 10, 9, 10, 11, 3].map(|seq| told.note(seq)).to_vec();
        assert_eq!(noted, [false, true, false, true, true, false, true, false]);
        assert_eq!((told.upto, told.beyond.len()), (11, 0));
    }

    #[test]
    fn a_gap_that_stays_is_given_up() {
        let mut told = Told::default();
        assert!((2..200).all(|seq| told.note(seq)));
        assert!((told.upto, told.beyond.len()) == (199, 0) && !told.note(1));
    }
}
