//! What a listener of one room has heard, and how it applies events: the arithmetic of `rev`, without
//! any connection.

use chinwag_wire::{Event, EventBody};
use std::hash::{DefaultHasher, Hash as _, Hasher as _};

/// A message as it is remembered: its number and a digest of its text.
pub type Said = (i64, u64);

/// What to do after an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Then {
    /// Nothing: it was the next one, or one that the catch-up had brought already.
    Continue,
    /// Something is missing: ask what changed since this position.
    Sync(i64),
}

/// What a listener has heard so far.
#[derive(Clone, Debug, Default)]
pub struct Hearing {
    /// Every message, in the order it came.
    pub said: Vec<Said>,
    /// Highest change applied.
    pub rev: i64,
    /// Changes up to here came with a catch-up: the tail may repeat them, and they are passed over.
    covered: i64,
    /// Highest change passed over while a catch-up was under way.
    passed: i64,
    /// Gaps noticed and healed.
    pub gaps: u32,
}

/// A digest of a text.
pub fn digest(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

impl Hearing {
    /// A connection begins with everything up to `rev` applied: its tail may repeat what lies below.
    pub fn begin(&mut self, rev: i64) {
        self.rev = self.rev.max(rev);
        self.covered = self.rev;
        self.passed = 0;
    }

    /// A live event.
    pub fn live(&mut self, event: &Event) -> Then {
        let Some(rev) = event.rev else { return Then::Continue };
        if rev > self.rev + 1 {
            self.gaps += 1;
            self.passed = self.passed.max(rev);
            return Then::Sync(self.rev);
        }
        // At or below the position: fine when a catch-up brought it, else it is a repetition, and
        // writing it down a second time is what convicts the server.
        if rev > self.covered {
            self.note(event);
            self.rev = self.rev.max(rev);
        }
        Then::Continue
    }

    /// A live event while a catch-up is under way: its content will come with it.
    pub fn pass(&mut self, event: &Event) {
        self.passed = self.passed.max(event.rev.unwrap_or(0));
    }

    /// A page of a catch-up up to `rev`.
    pub fn catch_up(&mut self, events: &[Event], rev: i64, more: bool) -> Then {
        let known = self.rev;
        events.iter().filter(|event| event.rev > Some(known)).for_each(|event| self.note(event));
        self.rev = self.rev.max(rev);
        self.covered = self.covered.max(rev);
        if more || self.passed > self.rev { Then::Sync(self.rev) } else { Then::Continue }
    }

    /// Remembers what was said, if that is what happened.
    pub fn note(&mut self, event: &Event) {
        if let EventBody::MessageCreated(message) = &event.body
            && let Some(chinwag_wire::Content::Text(text)) = &message.content
        {
            self.said.push((message.seq, digest(text)));
        }
    }

    /// Highest message number heard.
    pub fn seq(&self) -> i64 {
        self.said.iter().rev().take(64).map(|(seq, _)| *seq).max().unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::{AccountId, Content, ConversationId, Message, Time};

    fn event(rev: i64) -> Event {
        let message = Message {
            conversation_id: ConversationId(Default::default()),
            seq: rev,
            rev,
            sender_id: AccountId(Default::default()),
            client_id: String::new(),
            sent_at: Time(0),
            content: Some(Content::Text(rev.to_string())),
            subject: None,
            reply_to: None,
            attachments: Vec::new(),
            edited_at: None,
            deleted_at: None,
        };
        Event { conversation_id: None, rev: Some(rev), body: EventBody::MessageCreated(message) }
    }

    fn heard(hearing: &Hearing) -> Vec<i64> {
        hearing.said.iter().map(|(seq, _)| *seq).collect()
    }

    #[test]
    fn a_repetition_on_the_tail_is_written_down() {
        let mut hearing = Hearing::default();
        for rev in [1, 2, 2] {
            assert_eq!(hearing.live(&event(rev)), Then::Continue);
        }
        assert_eq!(heard(&hearing), [1, 2, 2]);
    }

    #[test]
    fn a_gap_is_healed_and_the_overlap_is_passed_over() {
        let mut hearing = Hearing::default();
        hearing.live(&event(1));
        assert_eq!(hearing.live(&event(4)), Then::Sync(1));
        hearing.pass(&event(5));
        assert_eq!(hearing.catch_up(&[event(2), event(3)], 3, false), Then::Sync(3));
        assert_eq!(hearing.catch_up(&[event(4), event(5)], 5, false), Then::Continue);
        assert_eq!(hearing.live(&event(5)), Then::Continue);
        hearing.live(&event(6));
        assert_eq!(heard(&hearing), [1, 2, 3, 4, 5, 6]);
    }
}
