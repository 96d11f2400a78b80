//! One conversation that somebody listens to: its listeners, and the order of its events.

use super::sequence::Sequence;
use crate::{
    encode::Encoded,
    listener::{Listener, Subscription},
};
use chinwag_wire::{AccountId, Audience, Kind};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
    time::Instant,
};

/// The live side of a conversation. It exists while somebody listens.
#[derive(Debug)]
pub(crate) struct Topic {
    /// The conversation's kind.
    pub(crate) kind: Kind,
    listeners: HashMap<u64, (Arc<Listener>, Subscription)>,
    sequence: Sequence<Encoded>,
    moved_at: Option<Instant>,
    told: Option<Audience>,
}

impl Topic {
    /// A conversation nobody listens to yet.
    pub(crate) fn new(kind: Kind) -> Self {
        Self {
            kind,
            listeners: HashMap::new(),
            sequence: Sequence::default(),
            moved_at: None,
            told: None,
        }
    }

    /// Adds a listener, or replaces what was known of it.
    pub(crate) fn add(&mut self, listener: &Arc<Listener>, subscription: Subscription) {
        self.listeners.insert(listener.id, (listener.clone(), subscription));
    }

    /// Removes a listener.
    pub(crate) fn remove(&mut self, listener: u64) {
        self.listeners.remove(&listener);
    }

    /// How many connections listen.
    pub(crate) fn len(&self) -> usize {
        self.listeners.len()
    }

    /// Gives a durable event to everyone, in its place. True if events are held back for a gap.
    pub(crate) fn publish(&mut self, event: Encoded, now: Instant) -> bool {
        let Some(rev) = event.rev else {
            self.tell(&event);
            return false;
        };
        self.moved_at = Some(now);
        let mut delivered = 0;
        let held = self
            .sequence
            .offer(rev, event, now, |event| delivered += fan_out(&self.listeners, &event));
        count(delivered);
        held
    }

    /// Delivers what waited too long for a gap to close. True if events are still held back.
    pub(crate) fn overdue(&mut self, now: Instant) -> bool {
        let mut delivered = 0;
        let held =
            self.sequence.overdue(now, |event| delivered += fan_out(&self.listeners, &event));
        count(delivered);
        held
    }

    /// Gives an event without a place of its own to everyone.
    pub(crate) fn tell(&self, event: &Encoded) {
        count(fan_out(&self.listeners, event));
    }

    /// Everyone who listens.
    pub(crate) fn everyone(&self) -> impl Iterator<Item = &Arc<Listener>> {
        self.listeners.values().map(|(listener, _)| listener)
    }

    /// The connections that listen as members.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Arc<Listener>> {
        self.listeners
            .values()
            .filter(|(_, subscription)| subscription.member)
            .map(|(listener, _)| listener)
    }

    /// The connections that listen without being members.
    pub(crate) fn passers_by(&self) -> Vec<Arc<Listener>> {
        let passers_by = self.listeners.values().filter(|(_, subscription)| !subscription.member);
        passers_by.map(|(listener, _)| listener.clone()).collect()
    }

    /// Its newest `rev`, if it moved at or after this instant.
    pub(crate) fn moved_since(&self, instant: Instant) -> Option<i64> {
        self.moved_at.filter(|moved| *moved >= instant).and_then(|_| self.sequence.last())
    }

    /// Accounts, each counted once, and guests that listen.
    pub(crate) fn audience(&self) -> Audience {
        let open = || self.listeners.values().filter(|(listener, _)| !listener.outbox.is_closed());
        let accounts: HashSet<AccountId> =
            open().filter_map(|(listener, _)| listener.account()).collect();
        let guests = open().filter(|(listener, _)| listener.identity.is_none()).count();
        Audience { accounts: accounts.len() as u64, guests: guests as u64 }
    }

    /// The audience, if it is not what was told last.
    pub(crate) fn changed_audience(&mut self) -> Option<Audience> {
        let audience = self.audience();
        (self.told.replace(audience) != Some(audience)).then_some(audience)
    }
}

/// Pushes the event to every listener whose business it is, and counts them.
fn fan_out(listeners: &HashMap<u64, (Arc<Listener>, Subscription)>, event: &Encoded) -> u64 {
    let mut delivered = 0;
    for (listener, subscription) in listeners.values() {
        if subscription.concerns(event) {
            listener.hear(event);
            delivered += 1;
        }
    }
    delivered
}

fn count(delivered: u64) {
    if delivered > 0 {
        metrics::counter!("chinwag_events_out_total").increment(delivered);
    }
}
