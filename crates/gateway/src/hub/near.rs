//! Who hears of a change of somebody: everyone connected who is a member of a conversation with them, or their
//! contact, unless a block stands between. Unlike the circle of presence, rooms count: names stand there too.

use super::Hub;
use crate::{encode::Encoded, listener::Listener};
use chinwag_wire::{AccountId, ConversationId, Event};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Connections, each once.
pub(super) type Near = HashMap<u64, Arc<Listener>>;

impl Hub {
    /// The connections of the members of these conversations, and of these contacts.
    pub(super) fn near(&self, conversations: &[ConversationId], contacts: &[AccountId]) -> Near {
        let mut near = Near::new();
        for conversation in conversations {
            self.topics().with(*conversation, |topic| {
                near.extend(topic.members().map(|listener| (listener.id, listener.clone())));
            });
        }
        for contact in contacts {
            let theirs = self.connections_of(*contact).into_iter();
            near.extend(theirs.map(|listener| (listener.id, listener)));
        }
        near
    }

    /// Tells those near an account, but neither itself nor those behind a block: one that stood when the change
    /// was made, or one that was heard of since.
    pub(super) fn tell_near(
        &self,
        account: AccountId,
        mut near: Near,
        hidden_from: &[AccountId],
        event: Event,
    ) {
        {
            let hidden: HashSet<_> = hidden_from.iter().collect();
            let people = self.people();
            let blocked = |other| people.blocks(other).is_some_and(|them| them.contains(&account));
            let sees = |other| other != account && !hidden.contains(&other) && !blocked(other);
            near.retain(|_, listener| listener.account().is_some_and(sees));
        }
        if !near.is_empty() {
            let encoded = Encoded::new(event);
            near.values().for_each(|listener| listener.hear(&encoded));
        }
    }
}
