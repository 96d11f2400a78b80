//! What a stream reads from the product: changes the outbox did not bring.

use super::stream::{Events, Step};
use crate::{encode::Encoded, outbox::Ending};
use chinwag_chat::Viewer;
use chinwag_wire::{Changes, Code, ConversationId, Problem};

impl Events {
    /// Reads one page of what changed since the listener's position.
    pub(super) async fn catch_up(&mut self, conversation: ConversationId) {
        let Some(position) = self.positions.get(&conversation).copied() else { return };
        match self.changes(conversation, position).await {
            Ok(changes) => self.give_all(changes, position),
            Err(problem) if problem.code == Code::ConversationNotFound => {
                self.positions.remove(&conversation);
            }
            Err(problem) => self.end(Ending::at_once(problem.code)),
        }
    }

    /// Reads what is missing before an event. Where nothing is, the position moves to just before it,
    /// so that it may leave.
    pub(super) async fn close_gap(&mut self, conversation: ConversationId, before: i64) {
        self.catch_up(conversation).await;
        if self.steps.is_empty() && self.behind.is_empty() {
            let position = self.positions.entry(conversation).or_insert(before - 1);
            *position = (before - 1).max(*position);
        }
    }

    async fn changes(
        &self,
        conversation: ConversationId,
        position: i64,
    ) -> Result<Changes, Problem> {
        let member = self.listener.is_member_of(conversation);
        let viewer = if member { self.listener.viewer() } else { Viewer::Guest };
        self.listener.gateway().chat().sync(&viewer, conversation, position).await
    }

    fn give_all(&mut self, changes: Changes, position: i64) {
        let conversation = changes.conversation_id;
        for event in changes.events {
            let encoded = Encoded::new(event);
            let position = encoded.rev.map(|rev| (conversation, rev));
            self.steps.push_back(Step { position, name: encoded.name, data: encoded.json });
        }
        match self.steps.back_mut() {
            Some(last) => last.position = Some((conversation, changes.rev)),
            None => {
                self.positions.insert(conversation, changes.rev.max(position));
            }
        }
        if changes.more && changes.rev > position {
            self.behind.push_front(conversation);
        }
    }
}
