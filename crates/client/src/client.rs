//! The client that outlives its connections: it reconnects, resumes where it was, heals gaps, and sends
//! until the server has acknowledged. A task of its own does the work; this is its handle.

mod events;
mod ledger;
mod live;
mod outbox;
mod runner;
mod tokens;
mod work;

pub use events::{Events, Item};

use crate::{Backoff, Error};
use chinwag_wire::{
    Content, ConversationId, Credentials, Positions, PresenceState, Sent, frame::Send,
};
use parking_lot::Mutex;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::value::RawValue;
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::{CancellationToken, DropGuard};

/// Most requests that wait for the task; beyond it, asking waits.
const REQUESTS: usize = 1024;
/// Most items that wait to be read. A reader this far behind stops the client from hearing more.
const ITEMS: usize = 4096;

/// Whom to connect as, and from where to go on.
#[derive(Clone, Debug)]
pub struct ClientOptions {
    /// Where the server is, for example `http://127.0.0.1:8008`.
    pub url: String,
    /// From a sign-in; a guest without them.
    pub credentials: Option<Credentials>,
    /// What an earlier run of this client had; empty to begin now.
    pub positions: Positions,
    /// How to appear; `online` where absent.
    pub presence: Option<PresenceState>,
    /// How long to wait between attempts to connect.
    pub backoff: Backoff,
}

impl ClientOptions {
    /// Connects as this session, beginning now.
    pub fn new(url: impl Into<String>, credentials: Credentials) -> Self {
        let (positions, backoff) = (Positions::default(), Backoff::default());
        Self { url: url.into(), credentials: Some(credentials), positions, presence: None, backoff }
    }

    /// The same, going on from these positions.
    pub fn from(self, positions: Positions) -> Self {
        Self { positions, ..self }
    }
}

/// Handle of a running client. It stops when the last clone is dropped.
#[derive(Clone)]
pub struct Client {
    requests: mpsc::Sender<Request>,
    credentials: Arc<Mutex<Option<Credentials>>>,
    stop: Arc<DropGuard>,
}

/// What the task is asked to do.
enum Request {
    /// Send a message until it is acknowledged.
    Send { send: Send, sent: oneshot::Sender<Result<Sent, Error>> },
    /// Give a command once, on the next or current connection.
    Command {
        name: String,
        with: Box<RawValue>,
        answer: oneshot::Sender<Result<Box<RawValue>, Error>>,
    },
}

impl Client {
    /// Starts a client. Read its events or drop them: events that nobody reads hold everything up in the end.
    ///
    /// # Errors
    /// Where the URL is none.
    pub fn start(options: ClientOptions) -> Result<(Self, Events), Error> {
        let http = crate::Http::new(&options.url)?;
        let (requests, asked) = mpsc::channel(REQUESTS);
        let (deliveries, queue) = mpsc::channel(ITEMS);
        let events = Events::new(queue, options.positions.clone());
        let stop = CancellationToken::new();
        let credentials = Arc::new(Mutex::new(options.credentials.clone()));
        let runner = runner::Runner::new(options, http, credentials.clone(), asked, deliveries);
        tokio::spawn(stop.clone().run_until_cancelled_owned(runner.run()));
        Ok((Self { requests, credentials, stop: Arc::new(stop.drop_guard()) }, events))
    }

    /// Sends a message and waits until it is stored: over reconnects, once, and after every message that
    /// was given before it for the same conversation.
    ///
    /// # Errors
    /// Refused where the server will not have it; closed where the client stopped first.
    pub async fn send(
        &self,
        conversation: ConversationId,
        content: Content,
    ) -> Result<Sent, Error> {
        let client_id = new_client_id();
        self.send_message(Send {
            conversation_id: conversation,
            client_id,
            content,
            subject: None,
            reply_to: None,
            attachments: Vec::new(),
        })
        .await
    }

    /// Sends a message with a client id of one's own: with the same id again, in this run or another, it is
    /// still one message.
    ///
    /// # Errors
    /// As [`Client::send`].
    pub async fn send_message(&self, send: Send) -> Result<Sent, Error> {
        let (sent, answer) = oneshot::channel();
        self.ask(Request::Send { send, sent }).await?;
        self.answered(answer).await
    }

    /// Gives any other command, once, on the next or current connection.
    ///
    /// # Errors
    /// Refused; or closed, and then it may or may not have been carried out.
    pub async fn command<T: Serialize + ?Sized, R: DeserializeOwned>(
        &self,
        name: &str,
        with: &T,
    ) -> Result<R, Error> {
        let with = serde_json::value::to_raw_value(with).map_err(Error::unread)?;
        let (answer, reply) = oneshot::channel();
        self.ask(Request::Command { name: name.to_owned(), with, answer }).await?;
        let reply = self.answered(reply).await?;
        serde_json::from_str(reply.get()).map_err(Error::unread)
    }

    /// The newest credentials, to be kept for the next run: a refresh token works once.
    pub fn credentials(&self) -> Option<Credentials> {
        self.credentials.lock().clone()
    }

    /// Stops at once; what was not acknowledged fails.
    pub fn stop(self) {
        drop(self.stop);
    }

    /// The answer of the task, or that it has stopped: a request given while it ends may lie in the queue for as
    /// long as this handle does, and nobody takes it out.
    async fn answered<T>(
        &self,
        mut answer: oneshot::Receiver<Result<T, Error>>,
    ) -> Result<T, Error> {
        tokio::select! {
            biased;
            answer = &mut answer => answer.unwrap_or_else(|_| Err(stopped())),
            () = self.requests.closed() => answer.try_recv().unwrap_or_else(|_| Err(stopped())),
        }
    }

    async fn ask(&self, request: Request) -> Result<(), Error> {
        self.requests.send(request).await.map_err(|_| stopped())
    }
}

fn stopped() -> Error {
    Error::lost("the client stopped")
}

/// A client id that nobody else has. It grows with time, which a server stores at the least cost.
#[expect(
    clippy::disallowed_methods,
    reason = "only the order is taken from the clock, and it is the client's own"
)]
fn new_client_id() -> String {
    uuid::Uuid::now_v7().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    /// The task ends in another thread at about the moment at which something is asked of it, many times.
    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn whoever_asks_while_the_client_ends_is_answered() {
        for round in 0..10_000 {
            let (requests, asked) = mpsc::channel(REQUESTS);
            let stop = Arc::new(CancellationToken::new().drop_guard());
            let client = Client { requests, credentials: Arc::default(), stop };
            let end = tokio::spawn(async move { drop(asked) });
            let asking = client.command::<_, ()>("ping", &());
            let answer = tokio::time::timeout(Duration::from_secs(10), asking).await;
            assert!(answer.unwrap_or_else(|_| panic!("no answer in round {round}")).is_err());
            end.await.unwrap();
        }
    }
}
