//! One connection of a client: take in what was missed, then what happens, with everything else under
//! way beside it.

use super::{
    Request,
    events::{Item, Move},
    ledger::Verdict,
    runner::{Ending, Runner},
    work::{Done, Work},
};
use crate::{Error, Frame, Socket};
use chinwag_wire::{Changes, ConversationId, Event, EventBody, Retry, frame::Ready};
use futures_util::StreamExt as _;

impl Runner {
    /// Lives on this connection until it ends.
    pub(super) async fn live(&mut self, mut socket: Socket, ready: Ready) -> Ending {
        let mut work = Work::on(socket.commands().clone());
        self.ledger.connect();
        self.take_in(ready, &mut work).await;
        work.renew_later(self);
        loop {
            while let Some(send) = self.outbox.next() {
                work.send(send);
            }
            tokio::select! {
                frame = socket.next() => match frame {
                    Some(Frame::Closed { code, reason }) => return work.ending(code, reason),
                    Some(frame) => self.hear(frame, &mut work).await,
                    None => return Error::lost("the connection was dropped").into(),
                },
                Some(done) = work.running.next() => if let Err(error) = self.finish(done, &mut work).await {
                    return error.into();
                },
                Some(request) = self.requests.recv(), if self.outbox.has_room() => match request {
                    Request::Send { send, sent } => self.outbox.push(send, sent),
                    Request::Command { name, with, answer } => work.command(name, with, answer),
                },
            }
        }
    }

    /// Applies the reply to `hello`.
    async fn take_in(&mut self, ready: Ready, work: &mut Work) {
        let follows = self.ledger.enter(&ready.epoch, ready.resumed);
        self.hand_out(None, Some(Move::Epoch(ready.epoch))).await;
        if !follows {
            self.hand_out(Item::Restarted, None).await;
        }
        for conversation in ready.left {
            self.leave(conversation).await;
        }
        self.hand_out(Item::Connected, None).await;
        for changes in ready.changes {
            self.apply(changes, work).await;
        }
        for head in ready.conversations {
            if self.ledger.knows(head.conversation_id) {
                let verdict = self.ledger.judge_head(head.conversation_id, head.rev);
                work.follow(head.conversation_id, &verdict);
            } else {
                self.ledger.advance(head.conversation_id, head.rev);
                self.hand_out(Item::Opened(head), Some(Move::To(head.conversation_id, head.rev)))
                    .await;
            }
        }
    }

    async fn hear(&mut self, frame: Frame, work: &mut Work) {
        match frame {
            Frame::Event(event) => self.hear_event(*event, work).await,
            Frame::Heartbeat(heartbeat) => {
                for (conversation, rev) in heartbeat.heads {
                    let verdict = self.ledger.judge_head(conversation, rev);
                    work.follow(conversation, &verdict);
                }
            }
            Frame::Closing(closing) => work.closing = Some(closing),
            Frame::Closed { .. } => {}
        }
    }

    async fn hear_event(&mut self, event: Event, work: &mut Work) {
        match (&event.body, event.conversation_id, event.rev) {
            (EventBody::ConversationLeft(left), ..) => {
                let conversation = left.conversation_id;
                self.hand_out(Item::Unnumbered(Box::new(event)), None).await;
                self.leave(conversation).await;
            }
            (EventBody::ConversationJoined(joined), _, rev) => {
                let moves = rev.map(|rev| Move::To(joined.conversation_id, rev));
                if let Some(rev) = rev {
                    self.ledger.advance(joined.conversation_id, rev);
                }
                self.hand_out(Item::Unnumbered(Box::new(event)), moves).await;
            }
            (_, Some(conversation), Some(rev)) => match self.ledger.judge(conversation, rev) {
                Verdict::Take => {
                    self.hand_out(Item::Event(Box::new(event)), Some(Move::To(conversation, rev)))
                        .await
                }
                verdict => work.follow(conversation, &verdict),
            },
            _ => self.hand_out(Item::Unnumbered(Box::new(event)), None).await,
        }
    }

    async fn leave(&mut self, conversation: ConversationId) {
        self.ledger.forget(conversation);
        self.hand_out(Item::Left(conversation), Some(Move::Out(conversation))).await;
    }

    /// Hands out what a page of changes brings, and asks for the next where there is more.
    async fn apply(&mut self, changes: Changes, work: &mut Work) {
        let conversation = changes.conversation_id;
        for event in changes.events {
            let rev = event.rev.unwrap_or(changes.rev);
            if self.ledger.is_new(conversation, rev) {
                self.hand_out(Item::Event(Box::new(event)), Some(Move::To(conversation, rev)))
                    .await;
            }
        }
        self.hand_out(None, Some(Move::To(conversation, changes.rev))).await;
        if let Some(rev) = self.ledger.synced(conversation, changes.rev, changes.more) {
            work.sync(conversation, rev);
        }
    }

    /// Takes the outcome of something that was under way; an error where the connection is of no more use.
    async fn finish(&mut self, done: Done, work: &mut Work) -> Result<(), Error> {
        match done {
            Done::Answered => {}
            Done::Rested(conversation) => self.outbox.retry(conversation),
            Done::Sent(conversation, answer) => match answer {
                Err(error) if may_pass(&error) => work.rest(conversation, &error),
                answer => self.outbox.finish(conversation, answer),
            },
            Done::Synced(_, Ok(changes)) => self.apply(changes, work).await,
            Done::Synced(conversation, Err(_)) => self.ledger.give_up(conversation),
            Done::Renewed(renewed) => {
                renewed?;
                work.renew_later(self);
            }
        }
        Ok(())
    }
}

/// Whether a message that failed so may still be stored by trying again. A lost connection is among it:
/// the message is tried on the next one.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Refused(problem) => problem.code.retry() != Retry::Never,
        Error::Closed { .. } | Error::Unreachable(_) => true,
        Error::NotUnderstood(_) => false,
    }
}
