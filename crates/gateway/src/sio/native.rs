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
    outbox::{Ending, Inbox},
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
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// From a ping until its answer is missed.
const PING_TIMEOUT: Duration = Duration::from_secs(20);
/// Most bytes of one polled request.
const MOST_BYTES: usize = 1_000_000;

impl Gateway {
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
    let inbox = Inbox::new();
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
    inbox: Inbox,
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

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting> {
        self.listener.outbox.poll_end(cx).map(parting)
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Said> {
        if let Some(greeting) = self.greeting.take() {
            self.listener.outbox.release();
            return Poll::Ready(Said::Frames(greeting));
        }
        let next = self.inbox.poll_next(&self.listener.outbox, cx);
        next.map(|next| match next {
            Ok(entry) => Said::Frames(entry.bytes),
            Err(ending) => Said::End(parting(ending)),
        })
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
