//! One connection of a client: take in what was missed, then what happens; keep sends, catching up and
//! token renewal under way beside it.

use super::{
    Request,
    events::{Item, Move},
    ledger::Verdict,
    runner::{Ending, Runner},
};
use crate::{Commands, Error, Frame, Socket};
use chinwag_wire::{
    Changes, ConversationId, Event, EventBody, Retry, Sent,
    frame::{Closing, Ready, Send, Sync},
};
use futures_util::{FutureExt as _, StreamExt as _, future::BoxFuture, stream::FuturesUnordered};
use serde::de::IgnoredAny;
use std::time::Duration;

/// Something under way that has come to its end.
enum Done {
    Sent(ConversationId, Result<Sent, Error>),
    Rested(ConversationId),
    Synced(ConversationId, Result<Changes, Error>),
    Renewed(Result<(), Error>),
    Answered,
}

/// What is under way on this connection.
struct Work {
    commands: Commands,
    running: FuturesUnordered<BoxFuture<'static, Done>>,
    closing: Option<Closing>,
}

impl Runner {
    /// Lives on this connection until it ends.
    pub(super) async fn live(&mut self, mut socket: Socket, ready: Ready) -> Ending {
        let commands = socket.commands().clone();
        let mut work = Work { commands, running: FuturesUnordered::new(), closing: None };
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

impl Work {
    fn run(&mut self, task: impl Future<Output = Done> + std::marker::Send + 'static) {
        self.running.push(task.boxed());
    }

    fn send(&mut self, send: Send) {
        let commands = self.commands.clone();
        self.run(
            async move { Done::Sent(send.conversation_id, commands.command("send", &send).await) },
        );
    }

    fn command(&mut self, name: String, with: Box<serde_json::value::RawValue>, answer: Answer) {
        let commands = self.commands.clone();
        self.run(async move {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(commands.command(&name, &with).await);
            Done::Answered
        });
    }

    /// Lets a conversation rest before its first message is tried again.
    fn rest(&mut self, conversation: ConversationId, error: &Error) {
        let wait = error.problem().and_then(|problem| problem.retry_after).unwrap_or(1);
        self.run(async move {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            Done::Rested(conversation)
        });
    }

    fn follow(&mut self, conversation: ConversationId, verdict: &Verdict) {
        if let Verdict::SyncFrom(rev) = *verdict {
            self.sync(conversation, rev);
        }
    }

    fn sync(&mut self, conversation_id: ConversationId, rev: i64) {
        let commands = self.commands.clone();
        self.run(async move {
            let changes = commands.command("sync", &Sync { conversation_id, rev }).await;
            Done::Synced(conversation_id, changes)
        });
    }

    /// Renews the access token before it ends; guests have none.
    fn renew_later(&mut self, runner: &Runner) {
        if runner.tokens.access().is_none() {
            return;
        }
        let (tokens, commands) = (runner.tokens.clone(), self.commands.clone());
        self.run(async move {
            tokio::time::sleep(tokens.renew_in()).await;
            let renewed = async {
                let with = serde_json::json!({ "token": tokens.refresh().await? });
                commands.command::<_, IgnoredAny>("renew", &with).await.map(drop)
            };
            Done::Renewed(renewed.await)
        });
    }

    /// How the connection ended, with what the server said before it closed.
    fn ending(self, code: Option<u16>, reason: String) -> Ending {
        let reconnect_after =
            self.closing.and_then(|closing| closing.reconnect_after_ms).map(Duration::from_millis);
        Ending { error: Error::Closed { code, reason }, reconnect_after }
    }
}

type Answer = tokio::sync::oneshot::Sender<Result<Box<serde_json::value::RawValue>, Error>>;

/// Whether a message that failed so may still be stored by trying again. A lost connection is among it:
/// the message is tried on the next one.
fn may_pass(error: &Error) -> bool {
    match error {
        Error::Refused(problem) => problem.code.retry() != Retry::Never,
        Error::Closed { .. } | Error::Unreachable(_) => true,
        Error::NotUnderstood(_) => false,
    }
}
