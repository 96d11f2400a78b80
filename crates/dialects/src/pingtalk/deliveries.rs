//! What was said over a socket counts as delivered: noted beside it, many messages at once.

use crate::desk::Desk;
use chinwag_chat::Actor;
use chinwag_wire::{ConversationId, Mark};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

/// What is to be noted of one socket.
pub(super) struct Deliveries {
    desk: Desk,
    actor: Actor,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    /// Up to which message of each chat.
    upto: HashMap<ConversationId, i64>,
    /// Whether somebody is noting it.
    noting: bool,
}

impl Deliveries {
    pub(super) fn new(desk: &Desk, actor: &Actor) -> Self {
        Self { desk: desk.clone(), actor: *actor, waiting: Arc::default() }
    }

    /// A message was said.
    pub(super) fn said(&self, chat: ConversationId, seq: i64) {
        let mut waiting = self.waiting.lock();
        waiting.upto.insert(chat, seq);
        if !std::mem::replace(&mut waiting.noting, true) {
            tokio::spawn(note(self.desk.clone(), self.actor, self.waiting.clone()));
        }
    }
}

async fn note(desk: Desk, actor: Actor, waiting: Arc<Mutex<Waiting>>) {
    loop {
        let upto = {
            let mut waiting = waiting.lock();
            waiting.noting = !waiting.upto.is_empty();
            std::mem::take(&mut waiting.upto)
        };
        if upto.is_empty() {
            return;
        }
        for (chat, seq) in upto {
            // What cannot be noted is noted with the next message, or once it is read.
            let _ = desk.chat.mark(&actor, chat, Mark { delivered: Some(seq), read: None }).await;
        }
    }
}
