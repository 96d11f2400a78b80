//! The native vocabulary over Socket.IO: `auth` is the hello, events are commands and acknowledgements
//! their replies, and what is heard is what the native socket hears.

use super::{
    Adapter, Endpoint, Entering, Entry, Options, Parting, Said, Socket, Sockets, text_frame,
};
use crate::{
    Gateway,
    dispatch::{self, Caller},
    encode,
    listener::Transport,
    outbox::{Ending, Entry as Heard, Taken},
    raw::{Registered, TOKEN_GRACE, Task, enter},
};
use bytes::Bytes;
use chinwag_chat::{Bucket, LimitKey, Origin, refuse};
use chinwag_socketio::{Event, Limits, write_event};
use chinwag_wire::{
    Code, Problem,
    frame::{Closing, Heartbeat, Hello},
    json, websocket,
};
use serde::Serialize;
use std::{
    collections::VecDeque,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// From ping to ping, where no operator chose.
const PING_INTERVAL: Duration = Duration::from_secs(25);
/// From a ping until its answer is missed.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// Most bytes of one polled request.
const MOST_BYTES: usize = 1_000_000;

impl Gateway {
    /// Where Socket.IO clients connect that speak the vocabulary of this adapter: protocol 5 over Engine.IO 4 as
    /// the client library expects it, at the pace of all connections.
    pub fn endpoint(&self, adapter: Arc<dyn Adapter>) -> Endpoint {
        let engine = Options {
            ping_interval: PING_INTERVAL,
            ping_timeout: PING_TIMEOUT,
            max_payload: MOST_BYTES,
        };
        let options = self.hub().options();
        let (patience, gateway) = (options.hello_timeout, self.clone());
        Endpoint::new(engine, options.most_connections, move |opening| {
            let sockets = Sockets::new(adapter.clone(), opening, Limits::default(), patience);
            Box::new(sockets.paced(gateway.pace()))
        })
    }

    /// Where Socket.IO clients connect that speak the native vocabulary.
    pub fn socket_io(&self) -> Endpoint {
        let options = self.hub().options();
        let engine = Options {
            ping_interval: options.heartbeat,
            ping_timeout: PING_TIMEOUT,
            max_payload: MOST_BYTES,
        };
        let patience = options.hello_timeout;
        // A command is as large here as on the native socket.
        let bytes = websocket::Limits::default().message;
        let limits = Limits { bytes, depth: json::DEPTH + 1, ..Limits::default() };
        let adapter = Arc::new(Native { gateway: self.clone() });
        Endpoint::new(engine, options.most_connections, move |opening| {
            Box::new(Sockets::new(adapter.clone(), opening, limits, patience))
        })
    }
}

struct Native {
    gateway: Gateway,
}

impl Adapter for Native {
    fn enter(&self, entry: Entry) -> Entering {
        let gateway = self.gateway.clone();
        Box::pin(async move {
            if !entry.namespace.is_main() {
                return Err(br#"{"message":"Invalid namespace"}"#.as_slice().into());
            }
            let entered = greet(&gateway, &entry).await;
            entered.map(|socket| Box::new(socket) as Box<dyn Socket>).map_err(refusal)
        })
    }
}

async fn greet(gateway: &Gateway, entry: &Entry) -> Result<NativeSocket, Problem> {
    let from = entry.opening.from;
    gateway.chat().limits().check(Bucket::Request, LimitKey::Address(from.address))?;
    let auth: &[u8] = if entry.auth.is_empty() { b"{}" } else { &entry.auth };
    let hello: Hello = json::decode(auth)?;
    let (listener, ready) = enter(gateway, Transport::SocketIo, hello).await?;
    let inbox = VecDeque::new();
    let greeting = Some(encode::packet("ready", &ready));
    Ok(NativeSocket { listener, from, greeting, inbox, beat_at: Instant::now() })
}

/// What the client library calls the error's `message` and `data`.
#[derive(Serialize)]
struct Refused<'a> {
    message: &'a str,
    data: &'a Problem,
}

fn refusal(problem: Problem) -> Bytes {
    let problem = refuse(problem);
    encode::json(&Refused { message: problem.code.name(), data: &problem }).into()
}

/// A client that is in.
struct NativeSocket {
    listener: Registered,
    from: Origin,
    /// The first event; what happened since waits for it.
    greeting: Option<Bytes>,
    /// Taken from the outbox and not said yet.
    inbox: VecDeque<Heard>,
    beat_at: Instant,
}

impl Socket for NativeSocket {
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting> {
        if self.listener.outbox.ends_at_once() {
            // Why stands in the outbox, and is said next.
            return Ok((0, Box::pin(std::future::ready(Bytes::new()))));
        }
        let caller = Caller::new(self.listener.gateway(), self.listener.shared(), self.from);
        Ok(dispatch::begin_event(caller, &event))
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        if let Some(greeting) = self.greeting.take() {
            self.listener.outbox.release();
            return Poll::Ready(Said::Frames(greeting));
        }
        if self.inbox.is_empty() || self.listener.outbox.ends_at_once() {
            match self.listener.outbox.poll_take(cx) {
                Poll::Pending => return Poll::Pending,
                Poll::Ready(Taken::Ending(ending)) => {
                    return Poll::Ready(Said::End(parting(ending)));
                }
                Poll::Ready(Taken::Entries(entries)) => self.inbox = entries,
            }
        }
        match self.inbox.pop_front() {
            Some(entry) => Poll::Ready(Said::Frames(entry.bytes)),
            None => Poll::Pending,
        }
    }

    fn beat(&mut self) -> Result<Bytes, Parting> {
        let now = self.listener.gateway().chat().clock().now();
        if now > self.listener.expires().after(TOKEN_GRACE) {
            return Err(parting(Ending::at_once(Code::Unauthenticated)));
        }
        let since = std::mem::replace(&mut self.beat_at, Instant::now());
        let heads = self.listener.gateway().hub().heads(&self.listener, since);
        Ok(encode::packet("heartbeat", &Heartbeat { heads }))
    }
}

/// The last word says why; who must sign in first, or may not come back, is told to stay away.
fn parting(ending: Ending) -> Parting {
    let Ending { code, reconnect_after_ms, flush } = ending;
    let closing = encode::json(&Closing { code, reconnect_after_ms });
    Parting {
        words: text_frame(|out| write_event(out, "closing", &closing)),
        flush,
        for_good: reconnect_after_ms.is_none(),
        code: code.close(),
        reason: code.name(),
    }
}
