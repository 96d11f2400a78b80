//! The half of a session that only polled ones have: requests at the door, the one that waits for
//! packets, the one that brings some.

use super::{
    Endpoint, Parting, Say,
    connection::Connection,
    door::{Caller, Door, Knock},
};
use crate::line::{Heard as LineHeard, Line};
use bytes::{Bytes, BytesMut};
use chinwag_socketio::engine::{Data, End, Packet, Packets, Refusal, Session, append};
use chinwag_wire::websocket::{Opcode, frame};
use futures_util::future::{Either, select};
use std::{
    future::poll_fn,
    pin::pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// How long a session that ended waits for one more poll, to tell it.
const PATIENCE: Duration = Duration::from_secs(2);

/// What a polled session keeps.
pub(super) struct Polled {
    endpoint: Endpoint,
    sid: String,
    door: Arc<Door>,
    /// Who waits for packets.
    poll: Option<Caller>,
    /// Who brought packets, and those not heard yet.
    post: Option<(Packets, Caller)>,
}

impl Polled {
    pub(super) fn new(endpoint: Endpoint, sid: String, door: Arc<Door>) -> Self {
        Self { endpoint, sid, door, poll: None, post: None }
    }

    /// Requests find the session no more.
    pub(super) fn close(&self) {
        self.endpoint.close_door(&self.sid);
    }

    /// Answers who waits, if somebody does, with one packet.
    pub(super) fn answer_with(&mut self, packet: &Packet) {
        self.answer(body_of(packet));
    }

    fn answer(&mut self, body: Vec<u8>) {
        if let Some(caller) = self.poll.take() {
            let _ = caller.send(Ok(body.into()));
        }
    }

    /// Tells everybody at the door that the session ended. What the protocol or its peer broke ends at
    /// once; else those polls that are on their way hear the last words. A client that changes to a WebSocket
    /// polls no more: once that takes over it is given back, to say them there.
    pub(super) async fn farewell(
        mut self: Box<Self>,
        session: &Session,
        parting: Option<&Parting>,
        probe: Option<Box<Line>>,
    ) -> Option<Line> {
        let in_order = matches!(session.ended(), Some(End::Closed | End::Ours));
        if !in_order {
            self.close();
        }
        if let Some((_, caller)) = self.post.take() {
            let _ = caller.send(if in_order { posted() } else { Err(Refusal::BadRequest) });
        }
        if in_order && self.poll.is_none() {
            match self.next_way(probe).await? {
                Way::Poll(caller) => self.poll = Some(caller),
                Way::Line(line) => return Some(line),
            }
        }
        let mut words = Vec::new();
        if let Some(parting) = parting {
            append_frames(&mut words, parting.words.clone());
        }
        // Apart from the end, because clients look at a packet after what closed the session under it.
        if !words.is_empty() {
            self.answer(words);
            if let Way::Poll(caller) = self.next_way(None).await? {
                self.poll = Some(caller);
            }
        }
        self.close();
        self.answer_with(&session.farewell());
        None
    }

    /// The next way to the peer, where one comes in time.
    async fn next_way(&self, probe: Option<Box<Line>>) -> Option<Way> {
        let (poll, line) = (pin!(self.next_poll()), pin!(taken_over(probe)));
        let way = async {
            match select(poll, line).await {
                Either::Left((caller, _)) => Way::Poll(caller),
                Either::Right((line, _)) => Way::Line(line),
            }
        };
        tokio::time::timeout(PATIENCE, way).await.ok()
    }

    async fn next_poll(&self) -> Caller {
        loop {
            match poll_fn(|cx| self.door.poll_knock(cx)).await {
                Knock::Poll(caller) => return caller,
                Knock::Post(_, caller) => drop(caller.send(posted())),
                Knock::Line(_) => {}
            }
        }
    }
}

/// How a peer can still be told something.
enum Way {
    Poll(Caller),
    Line(Line),
}

/// A WebSocket that was being tried, once it takes over.
async fn taken_over(probe: Option<Box<Line>>) -> Line {
    if let Some(mut line) = probe
        && let LineHeard::Text(text) = poll_fn(|cx| line.poll_hear(cx)).await
        && matches!(Packet::read(&text), Ok(Packet::Upgrade))
    {
        return *line;
    }
    std::future::pending().await
}

impl Drop for Polled {
    fn drop(&mut self) {
        self.close();
    }
}

impl Connection {
    /// Lets in whoever knocks, and notes when the one that waits has gone.
    pub(super) fn open_door(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while self.session.ended().is_none()
            && let Some(polled) = &mut self.polled
            && let Poll::Ready(knock) = polled.door.poll_knock(cx)
        {
            any = true;
            self.take_in(knock);
        }
        let Some(polled) = &mut self.polled else { return any };
        if polled.poll.as_mut().is_some_and(|caller| caller.poll_closed(cx).is_ready()) {
            polled.poll = None;
            self.session.poll_gone();
            any = true;
        }
        any
    }

    fn take_in(&mut self, knock: Knock) {
        let now = Instant::now();
        let Some(polled) = &mut self.polled else { return knock.refuse() };
        match knock {
            Knock::Poll(caller) => match self.session.poll_begins(now) {
                Ok(()) => polled.poll = Some(caller),
                Err(refusal) => drop(caller.send(Err(refusal))),
            },
            Knock::Post(body, caller) => match self.session.post_begins(now) {
                Ok(()) => match Packets::of(body, self.endpoint.options().max_payload) {
                    Ok(packets) => polled.post = Some((packets, caller)),
                    Err(violation) => {
                        polled.post = Some((Packets::none(), caller));
                        self.session.hear_wrong(violation);
                    }
                },
                Err(refusal) => drop(caller.send(Err(refusal))),
            },
            Knock::Line(line) if self.session.may_probe() && self.probe.is_none() => {
                self.probe = Some(Box::new(line));
            }
            Knock::Line(_) => {}
        }
    }

    /// Hears what was brought, as far as there is room; then whoever brought it is answered.
    pub(super) fn hear_posted(&mut self) -> bool {
        let mut any = false;
        while self.session.ended().is_none()
            && self.voice.has_room()
            && let Some(polled) = &mut self.polled
            && let Some((packets, _)) = &mut polled.post
        {
            any = true;
            match packets.next() {
                Some(packet) => self.hear(packet),
                None => {
                    self.session.post_ends();
                    if let Some((_, caller)) = polled.post.take() {
                        let _ = caller.send(posted());
                    }
                }
            }
        }
        any
    }

    /// Answers who waits, once there is something to say.
    pub(super) fn speak_to_poll(&mut self, cx: &mut Context<'_>) -> bool {
        if !self.session.polled() || self.session.ended().is_some() {
            return false;
        }
        let said = self.collect(cx);
        if self.session.ended().is_some() {
            return true;
        }
        let mut body = Vec::new();
        while let Some(packet) = self.session.say() {
            append(&mut body, &packet);
        }
        append_frames(&mut body, said);
        if body.is_empty() {
            if !self.session.must_answer() {
                return false;
            }
            append(&mut body, &Packet::Noop);
        }
        if let Some(polled) = &mut self.polled {
            polled.answer(body);
        }
        self.session.poll_answered();
        true
    }

    /// What the voice has to say, as frames. Where it ends the session, what it said before goes in front
    /// of its last words, if it may.
    fn collect(&mut self, cx: &mut Context<'_>) -> Bytes {
        let most = self.endpoint.options().max_payload;
        let mut said = BytesMut::new();
        while said.len() < most
            && let Poll::Ready(say) = self.voice.poll_say(cx)
        {
            match say {
                Say::Frames(frames) => said.extend_from_slice(&frames),
                Say::End(mut parting) => {
                    if parting.flush {
                        said.extend_from_slice(&parting.words);
                        parting.words = said.split().freeze();
                    }
                    self.parting = Some(parting);
                    self.session.end(End::Ours);
                    break;
                }
            }
        }
        said.freeze()
    }
}

fn body_of(packet: &Packet) -> Vec<u8> {
    let mut body = Vec::new();
    append(&mut body, packet);
    body
}

/// What a request that brought packets is answered with.
fn posted() -> Result<Bytes, Refusal> {
    Ok(Bytes::from_static(b"ok"))
}

/// Appends WebSocket frames to a body: the text of a text frame is a packet already.
fn append_frames(body: &mut Vec<u8>, mut frames: Bytes) {
    while let Some((opcode, payload)) = frame::split_first(&mut frames) {
        let packet = match opcode {
            Opcode::Binary => Ok(Packet::Data(Data::Binary(payload))),
            _ => Packet::read(&payload),
        };
        if let Ok(packet) = packet {
            append(body, &packet);
        }
    }
}
