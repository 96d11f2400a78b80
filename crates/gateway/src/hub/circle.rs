//! Who sees whom come and go: the circle of an account is everyone connected who shares a direct
//! conversation or a group with it, unless one blocks the other. Rooms make no circle.

use super::Hub;
use crate::{encode::Encoded, listener::Listener};
use chinwag_wire::{
    AccountId, ConversationId, Event, EventBody, Kind, Presence, PresenceState, Time,
};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

impl Hub {
    /// Changes how a connected account appears, and tells its circle if that is news.
    pub(crate) fn appear(&self, account: AccountId, state: PresenceState) {
        if self.people().set_state(account, state) {
            self.tell_circle(account, state);
        }
    }

    /// Tells the circle how a connected account appears.
    fn tell_circle(&self, account_id: AccountId, state: PresenceState) {
        let event = presence_changed(Presence { account_id, state, last_seen_at: None });
        self.circle(account_id).iter().for_each(|listener| listener.hear(&event));
    }

    /// How those in the circle appear who are not offline, each once.
    pub(crate) fn seen_by(&self, account: AccountId) -> Vec<Presence> {
        let accounts: HashSet<_> =
            self.circle(account).iter().filter_map(|listener| listener.account()).collect();
        let people = self.people();
        let presence = |account_id| Presence {
            account_id,
            state: people.state(account_id),
            last_seen_at: None,
        };
        accounts
            .into_iter()
            .map(presence)
            .filter(|presence| presence.state != PresenceState::Offline)
            .collect()
    }

    /// Forgets a connection that lingered. If its account has none left it is offline now, and its
    /// circle hears of it.
    pub(crate) fn forget(&self, listener: &Listener, last_seen_at: Option<Time>) {
        let blocks = self.people().forget(listener);
        if let (Some(account_id), Some(blocks)) = (listener.account(), blocks) {
            let state = PresenceState::Offline;
            let event = presence_changed(Presence { account_id, state, last_seen_at });
            let circle = self.circle_in(places(listener), account_id, &blocks);
            circle.iter().for_each(|other| other.hear(&event));
            let state = self.people().state(account_id);
            if state != PresenceState::Offline {
                self.tell_circle(account_id, state);
            }
        }
        self.topics().retain(listener, |_, _| false);
    }

    /// The connections of the account's circle, each once.
    fn circle(&self, account: AccountId) -> Vec<Arc<Listener>> {
        let blocks = self.people().blocks(account).cloned().unwrap_or_default();
        self.circle_in(self.shared_places(account), account, &blocks)
    }

    /// The connections of members in these places, each once, but the account's own and blocked ones.
    fn circle_in(
        &self,
        places: HashSet<ConversationId>,
        account: AccountId,
        blocks: &HashSet<AccountId>,
    ) -> Vec<Arc<Listener>> {
        let sees = |other| other != account && !blocks.contains(&other);
        let mut circle = HashMap::new();
        for conversation in places {
            self.topics().with(conversation, |topic| {
                let members =
                    topic.members().filter(|listener| listener.account().is_some_and(sees));
                circle.extend(members.map(|listener| (listener.id, listener.clone())));
            });
        }
        circle.into_values().collect()
    }

    /// The direct conversations and groups that the account's connections listen to.
    fn shared_places(&self, account: AccountId) -> HashSet<ConversationId> {
        self.connections_of(account).iter().flat_map(|listener| places(listener)).collect()
    }

    /// Shows or hides an account from another, if both are connected and share a place.
    pub(super) fn reveal(&self, who: AccountId, to: AccountId, shown: bool) {
        let places = self.shared_places(who);
        if places.is_disjoint(&self.shared_places(to)) {
            return;
        }
        let state = if shown { self.people().state(who) } else { PresenceState::Offline };
        let event = presence_changed(Presence { account_id: who, state, last_seen_at: None });
        self.connections_of(to).iter().for_each(|listener| listener.hear(&event));
    }

    /// A new member and those who are there learn how each other appear.
    pub(super) fn introduce(&self, account: AccountId, conversation: ConversationId) {
        let members =
            self.topics().with(conversation, |topic| topic.members().cloned().collect::<Vec<_>>());
        let (own, others): (Vec<_>, Vec<_>) = members
            .unwrap_or_default()
            .into_iter()
            .partition(|listener| listener.account() == Some(account));
        let people = self.people();
        let presence = |account_id| {
            presence_changed(Presence {
                account_id,
                state: people.state(account_id),
                last_seen_at: None,
            })
        };
        let blocks = people.blocks(account);
        let newcomer = presence(account);
        for other in &others {
            let Some(peer) =
                other.account().filter(|peer| !blocks.is_some_and(|blocks| blocks.contains(peer)))
            else {
                continue;
            };
            other.hear(&newcomer);
            let resident = presence(peer);
            own.iter().for_each(|listener| listener.hear(&resident));
        }
    }
}

/// The direct conversations and groups a connection listens to.
fn places(listener: &Listener) -> HashSet<ConversationId> {
    let subscriptions = listener.subscriptions.lock();
    let shared = subscriptions.iter().filter(|(_, known)| known.member && known.kind != Kind::Room);
    shared.map(|(conversation, _)| *conversation).collect()
}

/// The signal, ready to be heard.
fn presence_changed(presence: Presence) -> Encoded {
    let body = EventBody::PresenceChanged(presence);
    Encoded::new(Event { conversation_id: None, rev: None, body })
}
