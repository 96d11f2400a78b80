//! Puts the events of one conversation back into the order of their `rev`. On SQLite they arrive in
//! it; on PostgreSQL several tasks publish, and a later change may overtake an earlier one by a
//! moment. A gap is waited for briefly, then passed over: clients notice and heal it with `sync`.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// How long a missing event is waited for.
pub(crate) const PATIENCE: Duration = Duration::from_millis(100);
/// Most events held back in one conversation.
const MOST_HELD: usize = 256;

/// Where the conversation stands, and what waits for a gap to close.
#[derive(Debug)]
pub(crate) struct Sequence<T> {
    last: Option<i64>,
    held: BTreeMap<i64, T>,
    waiting_since: Option<Instant>,
}

impl<T> Default for Sequence<T> {
    fn default() -> Self {
        Self { last: None, held: BTreeMap::new(), waiting_since: None }
    }
}

impl<T> Sequence<T> {
    /// The highest `rev` delivered.
    pub(crate) fn last(&self) -> Option<i64> {
        self.last
    }

    /// Takes an event and hands on, in order, whatever may leave now. True if something stays held.
    pub(crate) fn offer(
        &mut self,
        rev: i64,
        item: T,
        now: Instant,
        mut deliver: impl FnMut(T),
    ) -> bool {
        if self.last.is_some_and(|last| rev > last + 1) {
            self.held.insert(rev, item);
            self.waiting_since.get_or_insert(now);
            if self.held.len() > MOST_HELD {
                self.give_up(deliver);
            }
            return !self.held.is_empty();
        }
        self.last = self.last.max(Some(rev));
        deliver(item);
        self.drain(now, deliver);
        !self.held.is_empty()
    }

    /// Hands on what has waited long enough. True if something stays held.
    pub(crate) fn overdue(&mut self, now: Instant, deliver: impl FnMut(T)) -> bool {
        if self.waiting_since.is_some_and(|since| now.duration_since(since) >= PATIENCE) {
            self.give_up(deliver);
        }
        !self.held.is_empty()
    }

    /// Hands on what follows the last event without a gap.
    fn drain(&mut self, now: Instant, mut deliver: impl FnMut(T)) {
        while let Some(entry) = self.held.first_entry() {
            if self.last.is_some_and(|last| *entry.key() > last + 1) {
                self.waiting_since = Some(now);
                return;
            }
            self.last = self.last.max(Some(*entry.key()));
            deliver(entry.remove());
        }
        self.waiting_since = None;
    }

    /// Passes over every gap.
    fn give_up(&mut self, deliver: impl FnMut(T)) {
        let held = std::mem::take(&mut self.held);
        self.last = self.last.max(held.last_key_value().map(|(rev, _)| *rev));
        self.waiting_since = None;
        held.into_values().for_each(deliver);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(sequence: &mut Sequence<i64>, rev: i64, now: Instant) -> Vec<i64> {
        let mut out = Vec::new();
        sequence.offer(rev, rev, now, |item| out.push(item));
        out
    }

    #[test]
    fn delivers_in_order_and_waits_for_a_gap() {
        let (mut sequence, now) = (Sequence::default(), Instant::now());
        assert_eq!(offer(&mut sequence, 7, now), [7], "the first event sets the place");
        assert_eq!(offer(&mut sequence, 8, now), [8]);
        assert!(offer(&mut sequence, 11, now).is_empty());
        assert!(offer(&mut sequence, 10, now).is_empty());
        assert_eq!(offer(&mut sequence, 9, now), [9, 10, 11]);
        assert_eq!(offer(&mut sequence, 9, now), [9], "what comes late or twice still leaves");
        assert_eq!(sequence.last(), Some(11));
    }

    #[test]
    fn passes_over_a_gap_that_lasts() {
        let (mut sequence, now) = (Sequence::default(), Instant::now());
        offer(&mut sequence, 1, now);
        offer(&mut sequence, 3, now);
        let mut out = Vec::new();
        assert!(sequence.overdue(now + PATIENCE / 2, |item| out.push(item)));
        assert!(!sequence.overdue(now + PATIENCE, |item| out.push(item)));
        assert_eq!(out, [3]);
        assert_eq!(offer(&mut sequence, 4, now), [4]);
    }

    #[test]
    fn holds_a_bounded_number() {
        let (mut sequence, now) = (Sequence::default(), Instant::now());
        offer(&mut sequence, 1, now);
        let out: Vec<_> = (3..400).flat_map(|rev| offer(&mut sequence, rev, now)).collect();
        assert_eq!(out, (3..400).collect::<Vec<_>>(), "nothing is lost when the bound is reached");
    }
}
