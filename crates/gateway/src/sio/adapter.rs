//! The seam between Socket.IO and what is said with it: who may enter, what a peer's events mean, how
//! ours are worded. The native vocabulary is one adapter; another with other names and shapes needs
//! nothing but these two traits.

use crate::raw::Task;
use bytes::Bytes;
use chinwag_chat::Origin;
use chinwag_socketio::{Event, Namespace};
use chinwag_wire::websocket::close;
use std::{
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    task::{Context, Poll},
};

/// The request that opened a session: some clients carry their credentials in it.
#[derive(Debug)]
pub struct Opening {
    /// Whom limits are counted for.
    pub from: Origin,
    /// The query of its address, as it was sent.
    pub query: Box<str>,
    /// Its `Cookie` header.
    cookie: Box<str>,
    /// Whether a page has made a request of the session that is neither ours nor of an origin that the operator
    /// named.
    foreign: AtomicBool,
    /// Whether its cookies let somebody in.
    by_cookie: AtomicBool,
}

impl Opening {
    /// A request with this query and this `Cookie` header, of a page of strangers or not.
    pub fn new(from: Origin, query: &str, cookie: &str, foreign: bool) -> Self {
        let (foreign, by_cookie) = (AtomicBool::new(foreign), AtomicBool::new(false));
        Self { from, query: query.into(), cookie: cookie.into(), foreign, by_cookie }
    }

    /// Its cookies, to be told apart by.
    pub fn cookies(&self) -> &str {
        &self.cookie
    }

    /// Its cookies, to let somebody in by: from now on a page of strangers may make no request of the session.
    /// Nothing where one has: what a browser keeps for us is not for such pages.
    pub fn credentials(&self) -> Option<&str> {
        self.by_cookie.store(true, SeqCst);
        (!self.foreign.load(SeqCst)).then_some(&*self.cookie)
    }

    /// Notes a request of the session. False where it is to be refused.
    pub(super) fn permits(&self, foreign: bool) -> bool {
        self.foreign.fetch_or(foreign, SeqCst);
        !(foreign && self.by_cookie.load(SeqCst))
    }
}

/// Somebody asks to enter a namespace.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Which one.
    pub namespace: Namespace,
    /// What came with the request: a JSON object, or nothing.
    pub auth: Bytes,
    /// How the session was opened.
    pub opening: Arc<Opening>,
}

/// Ends in a socket, or in the JSON object that says why not.
pub type Entering = Pin<Box<dyn Future<Output = Result<Box<dyn Socket>, Bytes>> + Send>>;

/// One Socket.IO surface.
pub trait Adapter: Send + Sync + 'static {
    /// Decides who enters. Nothing else of the session is heard meanwhile.
    fn enter(&self, entry: Entry) -> Entering;
}

/// Somebody who is in.
pub trait Socket: Send {
    /// An event of the peer: its weight while it runs, and the work that ends in frames to send, or in
    /// none. The works of a session begin in order and run side by side.
    ///
    /// # Errors
    /// The session ends.
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting>;

    /// Whether it ends now, whatever waits to be said: its session is over, or it is too far behind. Asked also
    /// while the peer takes nothing.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting>;

    /// What happened that the peer shall hear.
    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Said>;

    /// The heartbeat came due: frames to send with it.
    ///
    /// # Errors
    /// The session ends.
    fn beat(&mut self) -> Result<Bytes, Parting> {
        Ok(Bytes::new())
    }

    /// The peer answered the heartbeat: all that was said before [`Socket::beat`] has arrived.
    fn answered(&mut self) {}
}

/// What a socket says.
#[derive(Debug)]
pub enum Said {
    /// Whole frames.
    Frames(Bytes),
    /// The session ends.
    End(Parting),
}

/// How this side ends a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parting {
    /// Frames that still leave.
    pub words: Bytes,
    /// Whether what was said before, and has not left, still leaves too.
    pub flush: bool,
    /// Whether the peer is told to stay away: a client that hears no such word comes back by itself.
    pub for_good: bool,
    /// Close code of the WebSocket (RFC 6455).
    pub code: u16,
    /// Reason beside it.
    pub reason: &'static str,
}

impl Parting {
    /// An end without last words, after which clients come back by themselves.
    pub fn silent() -> Self {
        let (code, reason) = (close::GOING_AWAY, "");
        Self { words: Bytes::new(), flush: false, for_good: false, code, reason }
    }
}
