//! A live connection as the hub sees it: who it is, what it listens to, and its outbox.

use crate::{
    encode::Encoded,
    options::HubOptions,
    outbox::{Ending, Outbox},
};
use chinwag_chat::{Actor, Viewer};
use chinwag_wire::{AccountId, ConversationId, Kind, SessionId, Time};
use parking_lot::Mutex;
use std::{
    collections::{HashMap, HashSet},
    sync::atomic::{AtomicI64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// How a connection is spoken to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Transport {
    /// The native WebSocket.
    Socket,
    /// Server-sent events.
    Sse,
    /// Socket.IO, with the native vocabulary.
    SocketIo,
    /// A surface of this name, which words what it hears itself.
    Surface(&'static str),
}

impl Transport {
    /// Its name in metrics.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Socket => "websocket",
            Self::Sse => "sse",
            Self::SocketIo => "socketio",
            Self::Surface(name) => name,
        }
    }
}

/// One conversation a connection listens to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    /// The conversation's kind.
    pub(crate) kind: Kind,
    /// As a member; otherwise as a guest or passer-by of a room.
    pub(crate) member: bool,
    /// Joined while connected: newer than any state that was read before.
    pub(crate) fresh: bool,
    /// Changes up to here are none of its business: it came later.
    pub(crate) after: i64,
    /// First message it may see: of older ones it does not hear even that they changed.
    pub(crate) visible_from: i64,
}

impl Subscription {
    /// Whether an event of the conversation may be heard through this subscription: the same that
    /// `sync` would give.
    pub(crate) fn concerns(&self, event: &Encoded) -> bool {
        (self.member || !event.members_only)
            && event.rev.is_none_or(|rev| rev > self.after)
            && event.seq.is_none_or(|seq| seq >= self.visible_from)
    }
}

/// A live connection.
#[derive(Debug)]
pub(crate) struct Listener {
    /// Unique in this process.
    pub(crate) id: u64,
    /// How it is spoken to.
    pub(crate) transport: Transport,
    /// Who; absent for a guest.
    pub(crate) identity: Option<(AccountId, SessionId)>,
    /// When the newest access token ends, as [`Time`].
    expires: AtomicI64,
    /// Where it is limited to some conversations: these.
    pub(crate) only: Option<HashSet<ConversationId>>,
    /// What waits to leave.
    pub(crate) outbox: Outbox,
    /// Typing signals of the last second.
    signals: Mutex<Vec<(ConversationId, bool, Instant)>>,
    /// What it listens to. Held while a topic is changed, so that both agree.
    pub(crate) subscriptions: Mutex<HashMap<ConversationId, Subscription>>,
}

impl Listener {
    /// A connection of this viewer that listens to nothing yet.
    pub(crate) fn new(
        id: u64,
        transport: Transport,
        viewer: &Viewer,
        only: Option<HashSet<ConversationId>>,
        options: &HubOptions,
    ) -> Self {
        let (identity, expires) = match viewer {
            Viewer::Account(actor) => (Some((actor.account, actor.session)), actor.expires),
            Viewer::Guest => (None, Time(i64::MAX)),
        };
        Self {
            id,
            transport,
            identity,
            expires: AtomicI64::new(expires.0),
            only,
            outbox: Outbox::new(options),
            signals: Mutex::default(),
            subscriptions: Mutex::default(),
        }
    }

    /// The account, where there is one.
    pub(crate) fn account(&self) -> Option<AccountId> {
        self.identity.map(|(account, _)| account)
    }

    /// The signed-in account with its newest proof, where there is one.
    pub(crate) fn actor(&self) -> Option<Actor> {
        let (account, session) = self.identity?;
        Some(Actor { account, session, expires: self.expires() })
    }

    /// Who reads through this connection.
    pub(crate) fn viewer(&self) -> Viewer {
        self.actor().map_or(Viewer::Guest, Viewer::Account)
    }

    /// When the newest access token ends.
    pub(crate) fn expires(&self) -> Time {
        Time(self.expires.load(Relaxed))
    }

    /// Notes a newer access token.
    pub(crate) fn renew(&self, expires: Time) {
        self.expires.fetch_max(expires.0, Relaxed);
    }

    /// Whether this connection wants to hear of the conversation at all.
    pub(crate) fn wants(&self, conversation: ConversationId) -> bool {
        self.only.as_ref().is_none_or(|only| only.contains(&conversation))
    }

    /// The kind of the conversation, if it listens there as a member.
    pub(crate) fn member_of(&self, conversation: ConversationId) -> Option<Kind> {
        let subscriptions = self.subscriptions.lock();
        subscriptions.get(&conversation).filter(|known| known.member).map(|known| known.kind)
    }

    /// Whether it listens to the conversation as a member.
    pub(crate) fn is_member_of(&self, conversation: ConversationId) -> bool {
        self.member_of(conversation).is_some()
    }

    /// Whether a typing signal may leave: each at most once a second in each conversation.
    pub(crate) fn may_signal(&self, conversation: ConversationId, typing: bool) -> bool {
        let now = Instant::now();
        let mut signals = self.signals.lock();
        signals.retain(|(_, _, at)| now.duration_since(*at) < Duration::from_secs(1));
        let fresh =
            !signals.iter().any(|(place, kind, _)| (*place, *kind) == (conversation, typing));
        if fresh && signals.len() < 64 {
            signals.push((conversation, typing, now));
        }
        fresh
    }

    /// Puts an event into the outbox, in the form this connection reads.
    pub(crate) fn hear(&self, event: &Encoded) {
        let bytes = match self.transport {
            Transport::Socket => event.frame(),
            Transport::Sse => event.json.clone(),
            Transport::SocketIo => event.packet(),
            Transport::Surface(_) => return self.outbox.push_told(event),
        };
        let own = event.author.is_some() && event.author == self.account();
        self.outbox.push(event, bytes, own);
    }

    /// Ends the connection.
    pub(crate) fn end(&self, ending: Ending) {
        self.outbox.end(ending);
    }

    /// A number spread evenly over connections, to keep them from acting all at once.
    pub(crate) fn spread(&self) -> u64 {
        self.id.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32
    }
}
