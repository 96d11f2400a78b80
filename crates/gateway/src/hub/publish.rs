//! How notices of the product reach those they concern.

use super::{Hub, topic::Topic};
use crate::{
    encode::Encoded,
    listener::{Listener, Subscription},
    outbox::Ending,
};
use chinwag_chat::{Notice, Publisher};
use chinwag_wire::{AccountId, Code, ConversationId, Event, Kind, SessionId};
use std::{sync::Arc, time::Instant};

impl Publisher for Hub {
    /// Evictions come first: what they close off must not leave with another event of the same change.
    fn publish(&self, notices: Vec<Notice>) {
        let evicts = |notice: &Notice| {
            matches!(
                notice,
                Notice::Left { .. } | Notice::SessionEnded { .. } | Notice::GuestsClosed { .. }
            )
        };
        let (evictions, others): (Vec<_>, Vec<_>) = if notices.iter().any(evicts) {
            notices.into_iter().partition(evicts)
        } else {
            (Vec::new(), notices)
        };
        evictions.into_iter().chain(others).for_each(|notice| self.take(notice));
    }
}

impl Hub {
    fn take(&self, notice: Notice) {
        match notice {
            Notice::Conversation { conversation, event, .. } => {
                self.tell_conversation(conversation, event)
            }
            Notice::Account { account, event } => self.tell_account(account, event),
            Notice::Joined { account, conversation, kind, visible_from, event } => {
                let after = event.rev.unwrap_or(0);
                let subscription =
                    Subscription { kind, member: true, fresh: true, after, visible_from };
                self.joined(account, conversation, subscription, event);
            }
            Notice::Left { account, conversation, event } => {
                self.left(account, conversation, event)
            }
            Notice::SessionEnded { session } => self.session_ended(session),
            Notice::BlockChanged { by, other, blocked } if self.options().evicting => {
                self.block_changed(by, other, blocked)
            }
            Notice::BlockChanged { .. } => {}
            Notice::ProfileChanged { account, conversations, contacts, hidden_from, event } => {
                let near = self.near(&conversations, &contacts);
                self.tell_near(account, near, &hidden_from, event);
            }
            Notice::GuestsClosed { conversation } => self.guests_closed(conversation),
        }
    }

    /// To everyone who listens; encoded only if somebody does.
    fn tell_conversation(&self, conversation: ConversationId, event: Event) {
        let Some(topic) = self.topics().get(conversation) else { return };
        let held = topic.lock().publish(Encoded::new(event), Instant::now());
        if held {
            self.gap_opened(conversation);
        }
    }

    /// To every connection of one account.
    pub(crate) fn tell_account(&self, account: AccountId, event: Event) {
        let listeners = self.connections_of(account);
        if !listeners.is_empty() {
            let conversation = event.conversation_id;
            let wants =
                |listener: &&Arc<Listener>| conversation.is_none_or(|id| listener.wants(id));
            let encoded = Encoded::new(event);
            listeners.iter().filter(wants).for_each(|listener| listener.hear(&encoded));
        }
    }

    fn joined(
        &self,
        account: AccountId,
        conversation: ConversationId,
        subscription: Subscription,
        event: Event,
    ) {
        for listener in self.connections_of(account) {
            self.subscribe(&listener, conversation, subscription);
        }
        self.tell_account(account, event);
        if subscription.kind != Kind::Room {
            self.introduce(account, conversation);
        }
    }

    fn left(&self, account: AccountId, conversation: ConversationId, event: Event) {
        for listener in self.connections_of(account).iter().filter(|_| self.options().evicting) {
            // Who listens as anybody may, goes on.
            if listener.is_member_of(conversation) {
                self.unsubscribe(listener, conversation);
            }
        }
        self.tell_account(account, event);
    }

    fn session_ended(&self, session: SessionId) {
        for listener in self.people().of_session(session) {
            listener.end(Ending::at_once(Code::SessionEnded));
        }
    }

    fn block_changed(&self, by: AccountId, other: AccountId, blocked: bool) {
        self.people().block_changed((by, other), blocked);
        self.reveal(by, other, !blocked);
        self.reveal(other, by, !blocked);
    }

    fn guests_closed(&self, conversation: ConversationId) {
        let passers_by = self.topics().with(conversation, |topic: &mut Topic| topic.passers_by());
        for listener in passers_by.unwrap_or_default() {
            self.unsubscribe(&listener, conversation);
        }
    }
}
