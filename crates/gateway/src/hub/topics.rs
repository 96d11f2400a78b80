//! Every conversation that somebody listens to, and who listens to what.
//!
//! Locks are taken in this order and held for moments, never across an await: a listener's
//! subscriptions, the shard of a conversation, the conversation, an outbox.

use super::topic::Topic;
use crate::listener::{Listener, Subscription};
use chinwag_wire::ConversationId;
use parking_lot::{Mutex, MutexGuard};
use std::{collections::HashMap, sync::Arc};

const SHARDS: usize = 64;

type Shard = HashMap<ConversationId, Arc<Mutex<Topic>>>;

/// All conversations with listeners.
#[derive(Debug)]
pub(crate) struct Topics {
    shards: Vec<Mutex<Shard>>,
}

impl Default for Topics {
    fn default() -> Self {
        Self { shards: std::iter::repeat_with(Mutex::default).take(SHARDS).collect() }
    }
}

impl Topics {
    /// The conversation, if somebody listens to it.
    pub(crate) fn get(&self, conversation: ConversationId) -> Option<Arc<Mutex<Topic>>> {
        self.shard(conversation).get(&conversation).cloned()
    }

    /// Does something with the conversation, if somebody listens to it.
    pub(crate) fn with<T>(
        &self,
        conversation: ConversationId,
        act: impl FnOnce(&mut Topic) -> T,
    ) -> Option<T> {
        self.get(conversation).map(|topic| act(&mut topic.lock()))
    }

    /// Lets the listener hear of the conversation from now on. Being a member is not lost by
    /// looking in as a passer-by.
    pub(crate) fn subscribe(
        &self,
        listener: &Arc<Listener>,
        conversation: ConversationId,
        subscription: Subscription,
    ) {
        let mut subscriptions = listener.subscriptions.lock();
        let known = subscriptions.get(&conversation);
        if known.is_some_and(|known| known.member && !subscription.member)
            || listener.outbox.is_closed()
        {
            return;
        }
        let mut shard = self.shard(conversation);
        let topic = shard
            .entry(conversation)
            .or_insert_with(|| Arc::new(Mutex::new(Topic::new(subscription.kind))));
        topic.lock().add(listener, subscription);
        subscriptions.insert(conversation, subscription);
    }

    /// Another listener hears from now on what one has heard: no event is heard by both, and none by neither.
    pub(crate) fn replace(&self, before: &Listener, after: &Arc<Listener>) -> Vec<ConversationId> {
        let mut left = before.subscriptions.lock();
        let mut taken = after.subscriptions.lock();
        for (conversation, subscription) in left.drain() {
            self.with(conversation, |topic| {
                topic.remove(before.id);
                topic.add(after, subscription);
            });
            taken.insert(conversation, subscription);
        }
        taken.keys().copied().collect()
    }

    /// The listener hears nothing more of the conversation; what waits of it is forgotten. False if it
    /// was not listening.
    pub(crate) fn unsubscribe(&self, listener: &Listener, conversation: ConversationId) -> bool {
        let mut subscriptions = listener.subscriptions.lock();
        let known = subscriptions.remove(&conversation).is_some();
        if known {
            self.remove(listener, conversation);
            listener.outbox.purge(conversation);
        }
        known
    }

    /// The listener stops listening to every conversation for which `keep` says no; answers which.
    pub(crate) fn retain(
        &self,
        listener: &Listener,
        keep: impl Fn(&ConversationId, &Subscription) -> bool,
    ) -> Vec<ConversationId> {
        let mut dropped = Vec::new();
        let mut subscriptions = listener.subscriptions.lock();
        subscriptions.retain(|conversation, subscription| {
            let kept = keep(conversation, subscription);
            if !kept {
                self.remove(listener, *conversation);
                dropped.push(*conversation);
            }
            kept
        });
        subscriptions.shrink_to_fit();
        dropped
    }

    fn remove(&self, listener: &Listener, conversation: ConversationId) {
        let mut shard = self.shard(conversation);
        let Some(topic) = shard.get(&conversation) else { return };
        let mut topic = topic.lock();
        topic.remove(listener.id);
        let empty = topic.len() == 0;
        drop(topic);
        if empty {
            shard.remove(&conversation);
        }
    }

    fn shard(&self, conversation: ConversationId) -> MutexGuard<'_, Shard> {
        // The low bits of a UUIDv7 are random.
        self.shards[conversation.0.as_u128() as usize % SHARDS].lock()
    }
}
