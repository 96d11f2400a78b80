//! The sending half of a live connection: numbers commands and hands each its reply.

use crate::Error;
use chinwag_wire::{Problem, frame::CommandFrame};
use parking_lot::Mutex;
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::HashMap, marker::PhantomData, sync::Arc};
use tokio::sync::{mpsc, oneshot};

/// Most frames that wait to be written; beyond it, giving a command waits.
const OUTGOING: usize = 1024;

/// Something to be written.
pub(super) enum Outgoing {
    /// A command.
    Text(Vec<u8>),
    /// The answer to a ping.
    Pong(bytes::Bytes),
    /// The last frame.
    Close,
}

/// The sending half of a live connection. Clones give commands on the same connection.
#[derive(Clone)]
pub struct Commands {
    waiting: Arc<Mutex<Waiting>>,
    outgoing: mpsc::Sender<Outgoing>,
}

/// Commands without a reply yet.
struct Waiting {
    next_id: u64,
    replies: HashMap<u64, oneshot::Sender<Result<String, Problem>>>,
    /// Why no reply can come any more.
    closed: Option<Error>,
}

impl Commands {
    pub(super) fn new(next_id: u64) -> (Self, mpsc::Receiver<Outgoing>) {
        let waiting = Waiting { next_id, replies: HashMap::new(), closed: None };
        let (outgoing, queue) = mpsc::channel(OUTGOING);
        (Self { waiting: Arc::new(Mutex::new(waiting)), outgoing }, queue)
    }

    /// Gives a command and waits for its reply.
    ///
    /// # Errors
    /// Refused, or closed before the reply came.
    pub async fn command<T: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        name: &str,
        with: &T,
    ) -> Result<R, Error> {
        self.begin(name, with).await?.reply().await
    }

    /// Gives a command without waiting for its reply. Commands reach the server in the order in which
    /// this returned.
    ///
    /// # Errors
    /// Closed.
    pub async fn begin<T: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        name: &str,
        with: &T,
    ) -> Result<Pending<R>, Error> {
        let with = serde_json::value::to_raw_value(with).map_err(Error::unread)?;
        let (id, pending) = self.expect_reply()?;
        let command = CommandFrame { id, name: name.into(), with: Some(&with) };
        let text = serde_json::to_vec(&command).map_err(Error::unread)?;
        self.outgoing.send(Outgoing::Text(text)).await.map_err(|_| self.why_closed())?;
        Ok(pending)
    }

    fn expect_reply<R>(&self) -> Result<(u64, Pending<R>), Error> {
        let mut waiting = self.waiting.lock();
        if let Some(error) = &waiting.closed {
            return Err(error.clone());
        }
        let (sender, receiver) = oneshot::channel();
        let id = waiting.next_id;
        waiting.next_id += 1;
        waiting.replies.insert(id, sender);
        Ok((id, Pending { receiver, commands: self.clone(), reads: PhantomData }))
    }

    /// Hands a reply to the command that waits for it.
    pub(super) fn answer(&self, id: u64, answer: Result<String, Problem>) {
        if let Some(sender) = self.waiting.lock().replies.remove(&id) {
            // Whoever asked may have stopped waiting.
            let _ = sender.send(answer);
        }
    }

    /// No reply can come any more: everyone who waits is told why.
    pub(super) fn close(&self, why: Error) {
        let mut waiting = self.waiting.lock();
        waiting.closed.get_or_insert(why);
        waiting.replies.clear();
    }

    /// Answers a ping, unless so much waits that the peer hears from us anyway.
    pub(super) fn pong(&self, payload: bytes::Bytes) {
        let _ = self.outgoing.try_send(Outgoing::Pong(payload));
    }

    pub(super) async fn say_goodbye(&self) -> bool {
        self.outgoing.send(Outgoing::Close).await.is_ok()
    }

    fn why_closed(&self) -> Error {
        self.waiting
            .lock()
            .closed
            .clone()
            .unwrap_or_else(|| Error::lost("the connection was dropped"))
    }
}

/// A command that was given, and whose reply has not been read.
pub struct Pending<R> {
    receiver: oneshot::Receiver<Result<String, Problem>>,
    commands: Commands,
    reads: PhantomData<fn() -> R>,
}

impl<R: DeserializeOwned> Pending<R> {
    /// Waits for the reply.
    ///
    /// # Errors
    /// Refused, or closed before the reply came.
    pub async fn reply(self) -> Result<R, Error> {
        match self.receiver.await {
            Ok(answer) => serde_json::from_str(&answer?).map_err(Error::unread),
            Err(_) => Err(self.commands.why_closed()),
        }
    }
}
