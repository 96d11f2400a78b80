//! One address where sessions are opened: finds the session a request belongs to, or opens one. It
//! speaks of queries and bodies, not of HTTP: that is the caller's.

use super::{
    Opening, Voice,
    connection::Connection,
    door::{Door, Knock},
};
use crate::line::Line;
use bytes::{Bytes, BytesMut};
use chinwag_chat::unguessable;
use chinwag_socketio::engine::{Options, Refusal, Request, Transport, append, open_packet};
use chinwag_wire::websocket::close;
use parking_lot::Mutex;
use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
};
use tokio::{net::TcpStream, sync::oneshot};

/// What a request is answered with: the body of a 200, or why not.
pub type Answer = Result<Bytes, Refusal>;

/// Makes what runs over a session.
type Voices = dyn Fn(Arc<Opening>) -> Box<dyn Voice> + Send + Sync;

/// Where sessions are opened. Clones are the same.
#[derive(Clone)]
pub struct Endpoint(Arc<Inner>);

struct Inner {
    options: Options,
    most_sessions: usize,
    voices: Box<Voices>,
    open: AtomicUsize,
    /// The doors of polled sessions, by session id.
    doors: Mutex<HashMap<String, Arc<Door>>>,
}

/// A place among the open sessions, until dropped.
pub struct Place(Arc<Inner>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Relaxed);
    }
}

/// What a WebSocket that may be opened is for.
pub enum Carrier {
    /// A session of its own.
    Fresh(Box<dyn Voice>, Place),
    /// One that was polled so far; if it is not any more, the WebSocket is closed.
    Upgrade(String),
}

impl Endpoint {
    /// An endpoint with these options and at most so many sessions at once.
    pub fn new(
        options: Options,
        most_sessions: usize,
        voices: impl Fn(Arc<Opening>) -> Box<dyn Voice> + Send + Sync + 'static,
    ) -> Self {
        let (open, doors) = (AtomicUsize::new(0), Mutex::default());
        Self(Arc::new(Inner { options, most_sessions, voices: Box::new(voices), open, doors }))
    }

    /// What holds for its sessions.
    pub fn options(&self) -> &Options {
        &self.0.options
    }

    /// Whether a request opens a session: then it counts as a new connection.
    pub fn opens(query: &str) -> bool {
        Request::read(query).is_ok_and(|request| request.sid.is_none())
    }

    /// Whether a request belongs to a session that is polled.
    pub fn knows(&self, query: &str) -> bool {
        let sid = Request::read(query).ok().and_then(|request| request.sid);
        sid.is_some_and(|sid| self.door(sid).is_some())
    }

    /// Whether a request may be made, of a page of strangers or not: such a page may go on with no session that
    /// cookies let somebody into, and where one has made a request, they let nobody in.
    pub fn permits(&self, query: &str, foreign: bool) -> bool {
        let sid = Request::read(query).ok().and_then(|request| request.sid);
        let door = sid.and_then(|sid| self.door(sid));
        door.is_none_or(|door| door.opening.permits(foreign))
    }

    /// A GET: opens a session, or waits for packets of one.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn poll(&self, query: &str, opening: impl FnOnce() -> Opening) -> Answer {
        let request = polling(query)?;
        let Some(sid) = request.sid else { return self.open_polled(opening()) };
        self.knock(sid, Knock::Poll).await
    }

    /// A POST: brings packets.
    ///
    /// # Errors
    /// Why it is refused.
    pub async fn post(&self, query: &str, body: Bytes) -> Answer {
        let sid = polling(query)?.sid.ok_or(Refusal::HandshakeMethod)?;
        self.knock(sid, |caller| Knock::Post(body, caller)).await
    }

    /// Any other method.
    ///
    /// # Errors
    /// Always: none is known.
    pub fn other(&self, query: &str) -> Answer {
        match Request::read(query)?.sid {
            None => Err(Refusal::HandshakeMethod),
            Some(_) => Err(Refusal::BadRequest),
        }
    }

    /// Whether a WebSocket may be opened, and for what. Its opening handshake comes next.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn admit(
        &self,
        query: &str,
        opening: impl FnOnce() -> Opening,
    ) -> Result<Carrier, Refusal> {
        let request = Request::read(query)?;
        match (request.transport, request.sid) {
            (Transport::Polling, _) => Err(Refusal::BadRequest),
            (Transport::WebSocket, None) => {
                let place = self.place()?;
                Ok(Carrier::Fresh((self.0.voices)(Arc::new(opening())), place))
            }
            (Transport::WebSocket, Some(sid)) => Ok(Carrier::Upgrade(sid.to_owned())),
        }
    }

    /// Serves a WebSocket after its opening handshake, with what was read of it already.
    pub async fn carry(&self, carrier: Carrier, io: TcpStream, read_ahead: BytesMut) {
        match carrier {
            Carrier::Fresh(voice, place) => {
                let sid = unguessable();
                let packet = open_packet(&sid, Transport::WebSocket, self.options());
                let connection =
                    Connection::on_line(self.clone(), place, voice, io, read_ahead, &packet);
                Box::pin(connection.serve()).await;
            }
            Carrier::Upgrade(sid) => {
                let line = Line::new(io, read_ahead, self.options().max_payload);
                match self.door(&sid) {
                    Some(door) => door.knock(Knock::Line(line)),
                    // The protocol has it closed, not refused.
                    None => line.end(Bytes::new(), true, close::POLICY, "Session ID unknown").await,
                }
            }
        }
    }

    fn open_polled(&self, opening: Opening) -> Answer {
        let place = self.place()?;
        let opening = Arc::new(opening);
        let (sid, door) = (unguessable(), Arc::new(Door::new(opening.clone())));
        self.0.doors.lock().insert(sid.clone(), door.clone());
        let mut body = Vec::new();
        append(&mut body, &open_packet(&sid, Transport::Polling, self.options()));
        let voice = (self.0.voices)(opening);
        tokio::spawn(Connection::polled(self.clone(), place, voice, sid, door).serve());
        Ok(body.into())
    }

    fn place(&self) -> Result<Place, Refusal> {
        let open = self.0.open.fetch_add(1, Relaxed);
        let place = Place(self.0.clone());
        if open < self.0.most_sessions { Ok(place) } else { Err(Refusal::Forbidden) }
    }

    fn door(&self, sid: &str) -> Option<Arc<Door>> {
        self.0.doors.lock().get(sid).cloned()
    }

    /// The session of this id is not reached by requests any more.
    pub(super) fn close_door(&self, sid: &str) {
        let door = self.0.doors.lock().remove(sid);
        if let Some(door) = door {
            door.close();
        }
    }

    async fn knock(
        &self,
        sid: &str,
        knock: impl FnOnce(oneshot::Sender<Answer>) -> Knock,
    ) -> Answer {
        let door = self.door(sid).ok_or(Refusal::SidUnknown)?;
        let (caller, answer) = oneshot::channel();
        door.knock(knock(caller));
        answer.await.unwrap_or(Err(Refusal::SidUnknown))
    }
}

fn polling(query: &str) -> Result<Request<'_>, Refusal> {
    let request = Request::read(query)?;
    match request.transport {
        Transport::Polling => Ok(request),
        Transport::WebSocket => Err(Refusal::BadRequest),
    }
}
