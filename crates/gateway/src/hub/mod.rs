//! The hub: takes what happened and hands it to everyone who listens, without ever waiting for
//! anybody. It knows connections and conversations, and no rule of the product.

mod circle;
mod near;
mod people;
mod publish;
mod sequence;
mod sweep;
#[cfg(test)]
mod tests;
mod topic;
mod topics;

use crate::{
    attendance::Attendances,
    listener::{Listener, Subscription, Transport},
    options::HubOptions,
    outbox::Ending,
};
use chinwag_chat::Viewer;
use chinwag_wire::{AccountId, Audience, Code, ConversationId, Kind};
use parking_lot::Mutex;
use people::People;
use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};
use sweep::Sweep;
use topics::Topics;

/// Everyone who listens, and to what. Clones are the same hub. Made before the product is opened:
/// it is the product's [`chinwag_chat::Publisher`].
#[derive(Clone, Debug)]
pub struct Hub(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    options: HubOptions,
    topics: Topics,
    people: Mutex<People>,
    sweep: Sweep,
    attendances: Attendances,
    next_id: AtomicU64,
    closing: AtomicBool,
}

impl Hub {
    /// A hub that nobody listens to yet.
    pub fn new(options: HubOptions) -> Self {
        Self(Arc::new(Inner {
            options,
            topics: Topics::default(),
            people: Mutex::default(),
            sweep: Sweep::default(),
            attendances: Attendances::default(),
            next_id: AtomicU64::new(1),
            closing: AtomicBool::new(false),
        }))
    }

    /// What the operator chose.
    pub(crate) fn options(&self) -> &HubOptions {
        &self.0.options
    }

    /// Everyone connected.
    pub(crate) fn people(&self) -> parking_lot::MutexGuard<'_, People> {
        self.0.people.lock()
    }

    /// Every conversation with listeners.
    pub(crate) fn topics(&self) -> &Topics {
        &self.0.topics
    }

    /// Who listens through which surface.
    pub(crate) fn attendances(&self) -> &Attendances {
        &self.0.attendances
    }

    /// Adds a connection that listens to nothing yet.
    ///
    /// # Errors
    /// `too_many_connections`, `overloaded` or `shutting_down`.
    pub(crate) fn register(
        &self,
        transport: Transport,
        viewer: &Viewer,
        only: Option<HashSet<ConversationId>>,
    ) -> Result<Arc<Listener>, Code> {
        if self.0.closing.load(Relaxed) {
            return Err(Code::ShuttingDown);
        }
        let id = self.0.next_id.fetch_add(1, Relaxed);
        let listener = Arc::new(Listener::new(id, transport, viewer, only, self.options()));
        self.people().add(&listener, self.options())?;
        metrics::gauge!("chinwag_connections", "transport" => transport.name()).increment(1);
        Ok(listener)
    }

    /// Lets a connection hear of a conversation.
    pub(crate) fn subscribe(
        &self,
        listener: &Arc<Listener>,
        conversation: ConversationId,
        subscription: Subscription,
    ) {
        if listener.wants(conversation) {
            self.let_hear(listener, conversation, subscription);
        }
    }

    /// Lets a connection hear of a conversation that it has asked for by itself.
    pub(crate) fn let_hear(
        &self,
        listener: &Arc<Listener>,
        conversation: ConversationId,
        subscription: Subscription,
    ) {
        self.topics().subscribe(listener, conversation, subscription);
        self.audience_moved(conversation);
    }

    /// Another connection hears from now on what one has heard.
    pub(crate) fn replace(&self, before: &Listener, after: &Arc<Listener>) {
        let heard = self.topics().replace(before, after);
        heard.into_iter().for_each(|conversation| self.audience_moved(conversation));
    }

    /// Ends what a connection hears of a conversation. False if it heard nothing.
    pub(crate) fn unsubscribe(&self, listener: &Listener, conversation: ConversationId) -> bool {
        let known = self.topics().unsubscribe(listener, conversation);
        if known {
            self.audience_moved(conversation);
        }
        known
    }

    /// A connection is gone. If it was its account's last, it stays subscribed to direct conversations
    /// and groups, so that the account is still seen there, until [`Hub::forget`]; then true.
    pub(crate) fn close(&self, listener: &Arc<Listener>) -> bool {
        listener.outbox.close();
        metrics::gauge!("chinwag_connections", "transport" => listener.transport.name())
            .decrement(1);
        let lingers = self.people().close(listener);
        let rooms = self
            .topics()
            .retain(listener, |_, subscription| lingers && subscription.kind != Kind::Room);
        rooms.into_iter().for_each(|conversation| self.audience_moved(conversation));
        if !lingers {
            self.people().forget(listener);
        }
        lingers
    }

    /// Every connection of the account, those that linger included.
    pub(crate) fn connections_of(&self, account: AccountId) -> Vec<Arc<Listener>> {
        self.people().of_account(account)
    }

    /// Who listens to a conversation now.
    pub(crate) fn audience(&self, conversation: ConversationId) -> Audience {
        let audience = self.topics().with(conversation, |topic| topic.audience());
        audience.unwrap_or(Audience { accounts: 0, guests: 0 })
    }

    /// How many connections are open.
    pub(crate) fn connections(&self) -> usize {
        self.people().open()
    }

    /// Which of these conversations moved since an instant, and how far.
    pub(crate) fn heads(&self, listener: &Listener, since: Instant) -> Vec<(ConversationId, i64)> {
        let subscriptions = listener.subscriptions.lock();
        let moved = |id: &ConversationId| {
            self.topics().with(*id, |topic| topic.moved_since(since)).flatten()
        };
        subscriptions.keys().filter_map(|id| moved(id).map(|rev| (*id, rev))).collect()
    }

    /// Takes no new connections and ends all there are, each with a time to come back that is spread
    /// over 1 to 10 seconds; what waits for them leaves first, or is left out.
    pub(crate) fn end_all(&self, flush: bool) {
        self.0.closing.store(true, Relaxed);
        for listener in self.people().everyone() {
            let after = 1_000 + listener.spread() % 9_000;
            listener.end(Ending {
                code: Code::ShuttingDown,
                reconnect_after_ms: Some(after),
                flush,
            });
        }
    }
}
