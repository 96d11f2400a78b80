//! What the hub does a little later: passing over gaps that did not close, and telling rooms how
//! many are listening. One task for all, asleep while there is nothing to do.

use super::{Hub, sequence::PATIENCE};
use crate::encode::Encoded;
use chinwag_wire::{ConversationId, Event, EventBody, Kind};
use parking_lot::Mutex;
use std::{
    collections::{HashMap, HashSet},
    time::{Duration, Instant},
};
use tokio::sync::Notify;

/// What is due later.
#[derive(Debug, Default)]
pub(super) struct Sweep {
    due: Mutex<Due>,
    woken: Notify,
}

#[derive(Debug, Default)]
struct Due {
    gaps: HashSet<ConversationId>,
    audiences: HashMap<ConversationId, Instant>,
}

impl Due {
    fn is_empty(&self) -> bool {
        self.gaps.is_empty() && self.audiences.is_empty()
    }
}

impl Hub {
    /// A conversation holds events back.
    pub(super) fn gap_opened(&self, conversation: ConversationId) {
        self.0.sweep.due.lock().gaps.insert(conversation);
        self.0.sweep.woken.notify_one();
    }

    /// Somebody came to a room or left it. It is told at most once a second, and a large one less
    /// often: a second more for each thousand listeners.
    pub(super) fn audience_moved(&self, conversation: ConversationId) {
        if self.0.sweep.due.lock().audiences.contains_key(&conversation) {
            return;
        }
        let room = self
            .topics()
            .with(conversation, |topic| (topic.kind == Kind::Room).then(|| topic.len()));
        let Some(listeners) = room.flatten() else { return };
        let at = Instant::now() + Duration::from_millis(1_000 + listeners as u64);
        self.0.sweep.due.lock().audiences.entry(conversation).or_insert(at);
        self.0.sweep.woken.notify_one();
    }

    /// Runs as long as the process: sweeps while anything is due.
    pub(crate) async fn sweep_forever(self) {
        loop {
            self.0.sweep.woken.notified().await;
            while !self.0.sweep.due.lock().is_empty() {
                tokio::time::sleep(PATIENCE).await;
                self.sweep(Instant::now());
            }
        }
    }

    /// Does what is due.
    pub(super) fn sweep(&self, now: Instant) {
        let gaps: Vec<_> = self.0.sweep.due.lock().gaps.drain().collect();
        for conversation in gaps {
            if self.topics().with(conversation, |topic| topic.overdue(now)) == Some(true) {
                self.0.sweep.due.lock().gaps.insert(conversation);
            }
        }
        let audiences: Vec<_> =
            self.0.sweep.due.lock().audiences.extract_if(|_, due| *due <= now).collect();
        audiences.into_iter().for_each(|(conversation, _)| self.tell_audience(conversation));
    }

    /// Tells a room how many listen, unless it knows.
    fn tell_audience(&self, conversation: ConversationId) {
        let Some(topic) = self.topics().get(conversation) else { return };
        let mut topic = topic.lock();
        if let Some(audience) = topic.changed_audience() {
            let body = EventBody::AudienceChanged(audience);
            topic.tell(&Encoded::new(Event {
                conversation_id: Some(conversation),
                rev: None,
                body,
            }));
        }
    }
}
