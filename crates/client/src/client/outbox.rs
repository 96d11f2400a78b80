//! Messages that are not acknowledged yet. One of each conversation is under way at a time, so that
//! whatever fails and is tried again, their order stays the order in which they were given.

use crate::Error;
use chinwag_wire::{ConversationId, Sent, frame::Send};
use std::collections::{BTreeMap, VecDeque};
use tokio::sync::oneshot;

/// Most messages that wait here; the others wait with whoever gave them.
const MOST: usize = 1024;

#[derive(Default)]
pub(super) struct Outbox {
    lanes: BTreeMap<ConversationId, Lane>,
    length: usize,
}

/// The messages of one conversation, in order.
#[derive(Default)]
struct Lane {
    waiting: VecDeque<(Send, oneshot::Sender<Result<Sent, Error>>)>,
    /// Whether the first is under way, or resting before it is tried again.
    busy: bool,
}

impl Outbox {
    pub(super) fn has_room(&self) -> bool {
        self.length < MOST
    }

    pub(super) fn push(&mut self, send: Send, sent: oneshot::Sender<Result<Sent, Error>>) {
        self.length += 1;
        self.lanes.entry(send.conversation_id).or_default().waiting.push_back((send, sent));
    }

    /// The next message to put under way, if any conversation has one that may go.
    pub(super) fn next(&mut self) -> Option<Send> {
        let lane = self.lanes.values_mut().find(|lane| !lane.busy)?;
        lane.busy = true;
        lane.waiting.front().map(|(send, _)| send.clone())
    }

    /// The message under way has its answer.
    pub(super) fn finish(&mut self, conversation: ConversationId, answer: Result<Sent, Error>) {
        let Some(lane) = self.lanes.get_mut(&conversation) else { return };
        lane.busy = false;
        if let Some((_, sent)) = lane.waiting.pop_front() {
            self.length -= 1;
            // Whoever gave it may have stopped waiting; it is stored all the same.
            let _ = sent.send(answer);
        }
        if lane.waiting.is_empty() {
            self.lanes.remove(&conversation);
        }
    }

    /// The message under way has to be tried again.
    pub(super) fn retry(&mut self, conversation: ConversationId) {
        if let Some(lane) = self.lanes.get_mut(&conversation) {
            lane.busy = false;
        }
    }

    /// The connection was lost: whatever was under way is tried again.
    pub(super) fn retry_all(&mut self) {
        self.lanes.values_mut().for_each(|lane| lane.busy = false);
    }

    /// Nothing will be sent any more.
    pub(super) fn fail_all(&mut self, error: &Error) {
        for (_, lane) in std::mem::take(&mut self.lanes) {
            lane.waiting.into_iter().for_each(|(_, sent)| drop(sent.send(Err(error.clone()))));
        }
        self.length = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::{Content, Time};

    fn conversation(n: u8) -> ConversationId {
        format!("0190a000-0000-7000-8000-0000000000{n:02}").parse().unwrap()
    }

    fn give(outbox: &mut Outbox, n: u8, client_id: &str) -> oneshot::Receiver<Result<Sent, Error>> {
        let (sent, answer) = oneshot::channel();
        let (conversation_id, client_id, content) =
            (conversation(n), client_id.to_owned(), Content::Text("x".into()));
        outbox.push(
            Send {
                conversation_id,
                client_id,
                content,
                subject: None,
                reply_to: None,
                attachments: Vec::new(),
            },
            sent,
        );
        answer
    }

    fn ids(outbox: &mut Outbox) -> Vec<String> {
        std::iter::from_fn(|| outbox.next()).map(|send| send.client_id).collect()
    }

    #[test]
    fn one_of_each_conversation_is_under_way_and_order_stays() {
        let mut outbox = Outbox::default();
        let mut first = give(&mut outbox, 1, "a");
        let mut second = give(&mut outbox, 1, "b");
        let _other = give(&mut outbox, 2, "c");
        assert_eq!(ids(&mut outbox), ["a", "c"]);
        outbox.retry_all();
        assert_eq!(ids(&mut outbox), ["a", "c"], "again after a lost connection");
        let sent = Sent { conversation_id: conversation(1), seq: 1, sent_at: Time(0) };
        outbox.finish(conversation(1), Ok(sent));
        assert_eq!(first.try_recv(), Ok(Ok(sent)));
        assert_eq!(ids(&mut outbox), ["b"]);
        outbox.retry(conversation(1));
        assert_eq!(ids(&mut outbox), ["b"], "again after a refusal that may pass");
        outbox.fail_all(&Error::lost("stopped"));
        assert_eq!(second.try_recv(), Ok(Err(Error::lost("stopped"))));
        assert!(outbox.has_room() && outbox.next().is_none());
    }
}
