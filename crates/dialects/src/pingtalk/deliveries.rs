//! What was said over a socket counts as delivered: noted beside it, many messages at once.

use crate::desk::Desk;
use chinwag_chat::{Actor, Step};
use chinwag_wire::ConversationId;
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};

/// Most messages of a chat that wait to be noted; where there are more, the oldest are left out.
const MOST: usize = 500;

/// What is to be noted of one socket.
pub(super) struct Deliveries {
    desk: Desk,
    actor: Actor,
    waiting: Arc<Mutex<Waiting>>,
}

#[derive(Default)]
struct Waiting {
    /// Which messages of each chat.
    said: HashMap<ConversationId, Vec<i64>>,
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
        let seqs = waiting.said.entry(chat).or_default();
        if seqs.len() >= MOST {
            seqs.remove(0);
        }
        seqs.push(seq);
        if !std::mem::replace(&mut waiting.noting, true) {
            tokio::spawn(note(self.desk.clone(), self.actor, self.waiting.clone()));
        }
    }
}

async fn note(desk: Desk, actor: Actor, waiting: Arc<Mutex<Waiting>>) {
    loop {
        let said = {
            let mut waiting = waiting.lock();
            waiting.noting = !waiting.said.is_empty();
            std::mem::take(&mut waiting.said)
        };
        if said.is_empty() {
            return;
        }
        for (chat, seqs) in said {
            // What cannot be noted is noted with the next message, or once it is read.
            let _ = desk.chat.mark_these(&actor, chat, &seqs, Step::Delivered).await;
        }
    }
}
