//! What is under way on one connection: messages, catching up, commands and the renewal of the token,
//! each until its answer comes.

use super::{
    ledger::Verdict,
    runner::{Ending, Runner},
};
use crate::{Commands, Error};
use chinwag_wire::{
    Changes, ConversationId, Sent,
    frame::{Closing, Send, Sync},
};
use futures_util::{FutureExt as _, future::BoxFuture, stream::FuturesUnordered};
use serde::de::IgnoredAny;
use serde_json::value::RawValue;
use std::time::Duration;
use tokio::sync::oneshot;

/// Something under way that has come to its end.
pub(super) enum Done {
    Sent(ConversationId, Result<Sent, Error>),
    Rested(ConversationId),
    Synced(ConversationId, Result<Changes, Error>),
    Renewed(Result<(), Error>),
    Answered,
}

/// What is under way on this connection.
pub(super) struct Work {
    commands: Commands,
    pub(super) running: FuturesUnordered<BoxFuture<'static, Done>>,
    /// What the server said before it closes.
    pub(super) closing: Option<Closing>,
}

impl Work {
    /// Nothing is under way yet.
    pub(super) fn on(commands: Commands) -> Self {
        Self { commands, running: FuturesUnordered::new(), closing: None }
    }

    fn run(&mut self, task: impl Future<Output = Done> + std::marker::Send + 'static) {
        self.running.push(task.boxed());
    }

    pub(super) fn send(&mut self, send: Send) {
        let commands = self.commands.clone();
        self.run(
            async move { Done::Sent(send.conversation_id, commands.command("send", &send).await) },
        );
    }

    pub(super) fn command(&mut self, name: String, with: Box<RawValue>, answer: Answer) {
        let commands = self.commands.clone();
        self.run(async move {
            // Whoever asked may have stopped waiting.
            let _ = answer.send(commands.command(&name, &with).await);
            Done::Answered
        });
    }

    /// Lets a conversation rest before its first message is tried again.
    pub(super) fn rest(&mut self, conversation: ConversationId, error: &Error) {
        let wait = error.problem().and_then(|problem| problem.retry_after).unwrap_or(1);
        self.run(async move {
            tokio::time::sleep(Duration::from_secs(wait)).await;
            Done::Rested(conversation)
        });
    }

    pub(super) fn follow(&mut self, conversation: ConversationId, verdict: &Verdict) {
        if let Verdict::SyncFrom(rev) = *verdict {
            self.sync(conversation, rev);
        }
    }

    pub(super) fn sync(&mut self, conversation_id: ConversationId, rev: i64) {
        let commands = self.commands.clone();
        self.run(async move {
            let changes = commands.command("sync", &Sync { conversation_id, rev }).await;
            Done::Synced(conversation_id, changes)
        });
    }

    /// Renews the access token before it ends; guests have none.
    pub(super) fn renew_later(&mut self, runner: &Runner) {
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
    pub(super) fn ending(self, code: Option<u16>, reason: String) -> Ending {
        let reconnect_after =
            self.closing.and_then(|closing| closing.reconnect_after_ms).map(Duration::from_millis);
        Ending { error: Error::Closed { code, reason }, reconnect_after }
    }
}

type Answer = oneshot::Sender<Result<Box<RawValue>, Error>>;
