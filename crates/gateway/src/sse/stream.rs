//! The running stream: events in the order of each conversation's `rev`, each once. What the outbox
//! brings out of order or leaves out is read from the product.

use super::SseEvent;
use crate::{
    cursor, encode,
    listener::Listener,
    outbox::{Ending, Entry, Taken},
    raw::Registered,
};
use bytes::Bytes;
use chinwag_wire::{ConversationId, frame::Closing};
use std::{
    collections::{BTreeMap, VecDeque},
    future::poll_fn,
    sync::Arc,
    time::Duration,
};

/// How often a silent stream shows that it is alive.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// How long after its token ended a stream may run on.
const TOKEN_GRACE: Duration = Duration::from_secs(30);

/// An event that may leave next, and where the listener stands after it.
pub(super) struct Step {
    pub(super) position: Option<(ConversationId, i64)>,
    pub(super) name: &'static str,
    pub(super) data: Bytes,
}

/// One listener's stream.
pub(super) struct Events {
    pub(super) listener: Registered,
    /// Highest `rev` given of each conversation.
    pub(super) positions: BTreeMap<ConversationId, i64>,
    /// Conversations with changes to be read before anything new is given.
    pub(super) behind: VecDeque<ConversationId>,
    /// What leaves next.
    pub(super) steps: VecDeque<Step>,
    /// What the outbox brought and nobody looked at.
    inbox: VecDeque<Entry>,
    began: bool,
    pub(super) ended: bool,
}

impl Events {
    /// A stream that follows nothing yet.
    pub(super) fn new(listener: Registered) -> Self {
        Self {
            listener,
            positions: BTreeMap::new(),
            behind: VecDeque::new(),
            steps: VecDeque::new(),
            inbox: VecDeque::new(),
            began: false,
            ended: false,
        }
    }

    /// The connection behind it.
    pub(super) fn listener(&self) -> &Arc<Listener> {
        self.listener.shared()
    }

    /// Whether nobody is signed in.
    pub(super) fn is_guest(&self) -> bool {
        self.listener.identity.is_none()
    }

    /// Whether it follows a conversation.
    pub(super) fn follows(&self, conversation: ConversationId) -> bool {
        self.positions.contains_key(&conversation)
    }

    /// Follows a conversation from a position, which may be behind its newest change.
    pub(super) fn follow(&mut self, conversation: ConversationId, from: i64, newest: i64) {
        if !self.listener.wants(conversation) {
            return;
        }
        self.positions.insert(conversation, from);
        if from < newest {
            self.behind.push_back(conversation);
        }
    }

    /// Tells the listener that its positions belong to another history.
    pub(super) fn start_over(&mut self) {
        self.steps.push_back(Step {
            position: None,
            name: "start_over",
            data: Bytes::from_static(b"{}"),
        });
    }

    /// The next event; nothing once the stream has ended.
    pub(super) async fn next(&mut self) -> Option<SseEvent> {
        if !std::mem::replace(&mut self.began, true) {
            return Some(self.alive());
        }
        loop {
            if let Some(step) = self.steps.pop_front() {
                return Some(self.give(step));
            }
            if self.ended {
                return None;
            }
            if let Some(conversation) = self.behind.pop_front() {
                self.catch_up(conversation).await;
            } else if let Some(entry) = self.inbox.pop_front() {
                self.look_at(entry).await;
            } else if !self.wait().await {
                return Some(self.alive());
            }
        }
    }

    /// An event without content: it tells the listener where it stands.
    fn alive(&self) -> SseEvent {
        SseEvent { id: Some(self.id()), name: "", data: Bytes::new() }
    }

    fn give(&mut self, step: Step) -> SseEvent {
        if let Some((conversation, rev)) = step.position {
            let position = self.positions.entry(conversation).or_insert(rev);
            *position = rev.max(*position);
        }
        SseEvent { id: Some(self.id()), name: step.name, data: step.data }
    }

    fn id(&self) -> String {
        cursor::encode(self.listener.gateway().chat().epoch(), &self.positions)
    }

    /// Waits for the outbox. False if nothing came for a while.
    async fn wait(&mut self) -> bool {
        let taken =
            tokio::time::timeout(KEEP_ALIVE, poll_fn(|cx| self.listener.outbox.poll_take(cx)))
                .await;
        match taken {
            Ok(Taken::Entries(entries)) => self.inbox = entries.into_iter().collect(),
            Ok(Taken::Ending(ending)) => self.end(ending),
            Err(_) if self.token_ended() => {
                self.end(Ending::at_once(chinwag_wire::Code::Unauthenticated))
            }
            Err(_) => return false,
        }
        true
    }

    fn token_ended(&self) -> bool {
        self.listener.gateway().chat().clock().now() > self.listener.expires().after(TOKEN_GRACE)
    }

    /// Says why, and ends.
    pub(super) fn end(&mut self, ending: Ending) {
        let closing = Closing { code: ending.code, reconnect_after_ms: ending.reconnect_after_ms };
        let data = encode::json(&closing).into();
        self.steps.push_back(Step { position: None, name: "closing", data });
        self.ended = true;
    }

    /// Decides about one event: give it, skip it, or first read what is missing before it.
    async fn look_at(&mut self, entry: Entry) {
        let Entry { conversation, rev, name, bytes: data, .. } = entry;
        let place = match (name, conversation, rev) {
            ("conversation_left", Some(conversation), _) => {
                self.positions.remove(&conversation);
                None
            }
            (_, Some(conversation), Some(rev)) => Some((conversation, rev)),
            _ => None,
        };
        let Some((conversation, rev)) = place else {
            return self.steps.push_back(Step { position: None, name, data });
        };
        let position = self.positions.get(&conversation).copied();
        if name != "conversation_joined" && position.is_some_and(|position| rev > position + 1) {
            self.inbox.push_front(Entry {
                conversation: Some(conversation),
                rev: Some(rev),
                name,
                bytes: data,
                told: None,
            });
            return self.close_gap(conversation, rev).await;
        }
        if name == "conversation_joined" || position.is_none_or(|position| rev > position) {
            self.steps.push_back(Step { position: place, name, data });
        }
    }
}
