//! Who is connected: the connections of each account and session, how accounts wish to appear, and
//! who does not see whom.

use crate::{
    listener::{Listener, Transport},
    options::HubOptions,
};
use chinwag_wire::{AccountId, Code, PresenceState, SessionId};
use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

/// Everyone connected.
#[derive(Debug, Default)]
pub(crate) struct People {
    accounts: HashMap<AccountId, Person>,
    sessions: HashMap<SessionId, Vec<Arc<Listener>>>,
    guests: HashMap<u64, Arc<Listener>>,
    open: usize,
}

/// One account with connections, or within the moment after its last one closed.
#[derive(Debug)]
struct Person {
    /// Its connections. A closed one stays for a moment when it was the last: the account lingers.
    listeners: Vec<Arc<Listener>>,
    state: PresenceState,
    /// Accounts that blocked it or that it blocked.
    blocks: HashSet<AccountId>,
    /// Connections whose blocks are being read, and the changes heard meanwhile.
    loading: u32,
    heard: Vec<(AccountId, bool)>,
}

impl Person {
    fn open(&self) -> usize {
        self.listeners.iter().filter(|listener| !listener.outbox.is_closed()).count()
    }

    fn note(&mut self, other: AccountId, blocked: bool) {
        if blocked {
            self.blocks.insert(other);
        } else {
            self.blocks.remove(&other);
        }
    }
}

impl People {
    /// Adds a connection, within the limits. Its account's blocks are taken as unread until
    /// [`People::blocks_read`].
    pub(crate) fn add(
        &mut self,
        listener: &Arc<Listener>,
        options: &HubOptions,
    ) -> Result<(), Code> {
        if self.open >= options.most_connections {
            return Err(Code::Overloaded);
        }
        if let Some((account, session)) = listener.identity {
            let in_account = self.accounts.get(&account).map_or(0, Person::open);
            if in_account >= options.connections_per_account
                || self.has_enough(session, listener, options)
            {
                return Err(Code::TooManyConnections);
            }
            self.sessions.entry(session).or_default().push(listener.clone());
            let person = self.accounts.entry(account).or_insert_with(|| Person {
                listeners: Vec::with_capacity(1),
                state: PresenceState::Offline,
                blocks: HashSet::new(),
                loading: 0,
                heard: Vec::new(),
            });
            person.listeners.push(listener.clone());
            person.loading += 1;
        } else {
            self.guests.insert(listener.id, listener.clone());
        }
        self.open += 1;
        Ok(())
    }

    /// Whether a session has no room for one connection more. What a surface lets one session open is for its
    /// contract to say.
    fn has_enough(&self, session: SessionId, one_more: &Listener, options: &HubOptions) -> bool {
        let is_native = |one: &Listener| !matches!(one.transport, Transport::Surface(_));
        let open = self.sessions.get(&session).map_or(&[][..], Vec::as_slice);
        let native = open.iter().filter(|one| is_native(one)).count();
        is_native(one_more) && native >= options.connections_per_session
    }

    /// Notes whom the account does not see, as read from the database, with what was heard since.
    pub(crate) fn blocks_read(&mut self, account: AccountId, blocks: Vec<AccountId>) {
        let Some(person) = self.accounts.get_mut(&account) else { return };
        person.blocks = blocks.into_iter().collect();
        for (other, blocked) in person.heard.clone() {
            person.note(other, blocked);
        }
        person.loading = person.loading.saturating_sub(1);
        if person.loading == 0 {
            person.heard = Vec::new();
        }
    }

    /// Notes that two accounts do not see each other, or do again.
    pub(crate) fn block_changed(&mut self, pair: (AccountId, AccountId), blocked: bool) {
        for (one, other) in [pair, (pair.1, pair.0)] {
            if let Some(person) = self.accounts.get_mut(&one) {
                person.note(other, blocked);
                if person.loading > 0 {
                    person.heard.push((other, blocked));
                }
            }
        }
    }

    /// A connection closed; its outbox is closed already. True if its account now lingers: this was
    /// its last connection.
    pub(crate) fn close(&mut self, listener: &Arc<Listener>) -> bool {
        self.open = self.open.saturating_sub(1);
        let Some((account, session)) = listener.identity else {
            self.guests.remove(&listener.id);
            return false;
        };
        if let Some(listeners) = self.sessions.get_mut(&session) {
            listeners.retain(|other| other.id != listener.id);
            if listeners.is_empty() {
                self.sessions.remove(&session);
            }
        }
        self.accounts.get(&account).is_some_and(|person| person.open() == 0)
    }

    /// Forgets a closed connection. If its account has none left and was online, it is offline now;
    /// answers whom it did not see.
    pub(crate) fn forget(&mut self, listener: &Listener) -> Option<HashSet<AccountId>> {
        let account = listener.account()?;
        let person = self.accounts.get_mut(&account)?;
        person.listeners.retain(|other| other.id != listener.id);
        if !person.listeners.is_empty() {
            return None;
        }
        let person = self.accounts.remove(&account)?;
        (person.state != PresenceState::Offline).then_some(person.blocks)
    }

    /// How the account appears.
    pub(crate) fn state(&self, account: AccountId) -> PresenceState {
        self.accounts.get(&account).map_or(PresenceState::Offline, |person| person.state)
    }

    /// Changes how a connected account appears. True if that is news.
    pub(crate) fn set_state(&mut self, account: AccountId, state: PresenceState) -> bool {
        self.accounts
            .get_mut(&account)
            .is_some_and(|person| std::mem::replace(&mut person.state, state) != state)
    }

    /// Whom the account does not see, and is not seen by; `None` if it is not connected.
    pub(crate) fn blocks(&self, account: AccountId) -> Option<&HashSet<AccountId>> {
        self.accounts.get(&account).map(|person| &person.blocks)
    }

    /// The account's connections, lingering ones included.
    pub(crate) fn of_account(&self, account: AccountId) -> Vec<Arc<Listener>> {
        self.accounts.get(&account).map(|person| person.listeners.clone()).unwrap_or_default()
    }

    /// The session's connections.
    pub(crate) fn of_session(&self, session: SessionId) -> Vec<Arc<Listener>> {
        self.sessions.get(&session).cloned().unwrap_or_default()
    }

    /// Every connection.
    pub(crate) fn everyone(&self) -> Vec<Arc<Listener>> {
        let of_accounts = self.accounts.values().flat_map(|person| &person.listeners);
        of_accounts.chain(self.guests.values()).cloned().collect()
    }

    /// How many connections are open.
    pub(crate) fn open(&self) -> usize {
        self.open
    }
}
