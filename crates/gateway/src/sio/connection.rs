//! The one task of a session: listens to whatever carries it, lets its voice speak, and ends it in order.

use super::{Endpoint, Parting, Place, Say, Voice, door::Door, polling::Polled};
use crate::line::{Heard, Line};
use bytes::{Bytes, BytesMut};
use chinwag_socketio::{
    Violation,
    engine::{Data, End, Packet, Probe, Session, Transport},
};
use chinwag_wire::websocket::{Opcode, close, frame};
use std::{
    future::poll_fn,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Instant,
};
use tokio::{net::TcpStream, time::Sleep};

/// One session.
pub(super) struct Connection {
    pub(super) session: Session,
    pub(super) voice: Box<dyn Voice>,
    /// What only polled sessions have.
    pub(super) polled: Option<Box<Polled>>,
    line: Option<Line>,
    /// A WebSocket that wants to take over.
    pub(super) probe: Option<Box<Line>>,
    pub(super) endpoint: Endpoint,
    pub(super) parting: Option<Parting>,
    /// What to answer the WebSocket's own end with.
    over: Option<u16>,
    alarm: Pin<Box<Sleep>>,
    _place: Place,
}

impl Connection {
    /// A session that is polled.
    pub(super) fn polled(
        endpoint: Endpoint,
        place: Place,
        voice: Box<dyn Voice>,
        sid: String,
        door: Arc<Door>,
    ) -> Self {
        let polled = Box::new(Polled::new(endpoint.clone(), sid, door));
        Self::new(endpoint, place, voice, Transport::Polling, Some(polled), None)
    }

    /// A session that begins with a WebSocket, and with this packet.
    pub(super) fn on_line(
        endpoint: Endpoint,
        place: Place,
        voice: Box<dyn Voice>,
        io: TcpStream,
        read_ahead: BytesMut,
        first: &Packet,
    ) -> Self {
        let mut line = Line::new(io, read_ahead, endpoint.options().max_payload);
        line.say_packet(first);
        Self::new(endpoint, place, voice, Transport::WebSocket, None, Some(line))
    }

    fn new(
        endpoint: Endpoint,
        place: Place,
        voice: Box<dyn Voice>,
        transport: Transport,
        polled: Option<Box<Polled>>,
        line: Option<Line>,
    ) -> Self {
        let session = Session::open(*endpoint.options(), transport, Instant::now());
        let alarm = Box::pin(tokio::time::sleep_until(session.deadline().into()));
        let (probe, parting, over) = (None, None, None);
        Self { session, voice, polled, line, probe, endpoint, parting, over, alarm, _place: place }
    }

    /// Serves it until it ends, and says goodbye.
    pub(super) async fn serve(mut self) {
        poll_fn(|cx| self.poll(cx)).await;
        let Self { session, voice, polled, mut line, probe, parting, over, .. } = self;
        // What it listened to is let go of before the goodbye, which may take a while.
        drop(voice);
        let end = session.ended().unwrap_or(End::Gone);
        tracing::debug!(?end, "a session ends");
        if let Some(polled) = polled {
            line = Box::pin(polled.farewell(&session, parting.as_ref(), probe)).await;
        }
        if let Some(line) = line {
            Box::pin(hang_up(line, end, parting, over)).await;
        }
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.session.ended().is_none() {
            // What was said may have been the end.
            if !self.turn(cx) && self.session.ended().is_none() {
                return Poll::Pending;
            }
        }
        Poll::Ready(())
    }

    /// Does everything that can be done now, once; what came in first, what goes out last. True if
    /// there may be more to do: what was said leaves nothing behind but room to hear more.
    fn turn(&mut self, cx: &mut Context<'_>) -> bool {
        // The WebSocket that takes over comes before the requests that it makes stale.
        let probed = self.read_probe(cx);
        let opened = self.open_door(cx);
        // Before hearing, because what is finished makes room.
        self.voice.poll_run(cx);
        let heard = self.hear_line(cx) | self.hear_posted();
        // Whether or not the peer takes what is said.
        let over = self.heed_end(cx);
        let had_room = self.voice.has_room();
        self.speak_on_line(cx);
        let made_room = !had_room && self.voice.has_room();
        let said = self.speak_to_poll(cx);
        let wrote = self.write(cx);
        // Last, because all of it moves what is due next.
        let rang = self.tick(cx);
        probed | opened | heard | over | made_room | said | wrote | rang
    }

    fn heed_end(&mut self, cx: &mut Context<'_>) -> bool {
        if self.session.ended().is_some() {
            return false;
        }
        let Poll::Ready(parting) = self.voice.poll_end(cx) else { return false };
        self.parting = Some(parting);
        self.session.end(End::Ours);
        true
    }

    fn tick(&mut self, cx: &mut Context<'_>) -> bool {
        let line = self.line.as_ref().and_then(Line::deadline);
        let others = [line, self.voice.deadline()].into_iter().flatten();
        let due = others.fold(self.session.deadline(), Instant::min);
        if self.alarm.deadline() != due.into() {
            self.alarm.as_mut().reset(due.into());
        }
        if self.alarm.as_mut().poll(cx).is_pending() {
            return false;
        }
        let now = Instant::now();
        if self.session.tick(now) {
            self.voice.beat();
        }
        if line.is_some_and(|stalled| stalled <= now) {
            metrics::counter!("chinwag_slow_consumers_total").increment(1);
            self.session.end(End::Gone);
        }
        true
    }

    fn hear_line(&mut self, cx: &mut Context<'_>) -> bool {
        let mut any = false;
        while self.session.ended().is_none() && self.voice.has_room() {
            let Some(line) = &mut self.line else { break };
            // A reader that does not read is not listened to either.
            if line.is_full() {
                break;
            }
            let Poll::Ready(heard) = line.poll_hear(cx) else { break };
            any = true;
            match heard {
                Heard::Text(text) => self.hear(Packet::read(&text)),
                Heard::Binary(bytes) => self.hear(Ok(Packet::Data(Data::Binary(bytes)))),
                Heard::Over(code) => {
                    self.over = code;
                    self.session.end(End::Gone);
                }
            }
        }
        any
    }

    /// One packet of the peer's.
    pub(super) fn hear(&mut self, packet: Result<Packet, Violation>) {
        match packet {
            Ok(packet) => {
                if matches!(packet, Packet::Pong(_)) {
                    self.voice.answered();
                }
                if let Some(data) = self.session.hear(packet, Instant::now())
                    && let Err(violation) = self.voice.hear(data)
                {
                    self.session.hear_wrong(violation);
                }
            }
            Err(violation) => self.session.hear_wrong(violation),
        }
    }

    fn read_probe(&mut self, cx: &mut Context<'_>) -> bool {
        let Some(probe) = &mut self.probe else { return false };
        let Poll::Ready(heard) = probe.poll_hear(cx) else { return false };
        let packet = match heard {
            Heard::Text(text) => Packet::read(&text),
            Heard::Binary(_) | Heard::Over(_) => Err(Violation::Kind),
        };
        match packet.and_then(|packet| self.session.probe(&packet, Instant::now())) {
            Ok(Probe::Answer(packet)) => probe.say_packet(&packet),
            Ok(Probe::TookOver) => self.take_over(),
            Err(_) => {
                self.probe = None;
                self.session.probe_gone();
            }
        }
        true
    }

    /// The WebSocket carries the session from now on, and requests find it no more.
    fn take_over(&mut self) {
        self.line = self.probe.take().map(|line| *line);
        if let Some(mut polled) = self.polled.take() {
            polled.close();
            polled.answer_with(&Packet::Noop);
            self.session.poll_answered();
        }
    }

    /// Says all there is, until there is no more or the peer takes no more.
    fn speak_on_line(&mut self, cx: &mut Context<'_>) {
        let Some(line) = &mut self.line else { return };
        while let Some(packet) = self.session.say() {
            line.say_packet(&packet);
        }
        while !line.is_full() && self.session.ended().is_none() {
            match self.voice.poll_say(cx) {
                Poll::Ready(Say::Frames(frames)) => line.say(frames),
                Poll::Ready(Say::End(parting)) => {
                    self.parting = Some(parting);
                    self.session.end(End::Ours);
                }
                Poll::Pending => break,
            }
        }
    }

    fn write(&mut self, cx: &mut Context<'_>) -> bool {
        if let Some(probe) = &mut self.probe
            && probe.write(cx).is_err()
        {
            self.probe = None;
            self.session.probe_gone();
        }
        let Some(line) = &mut self.line else { return false };
        match line.write(cx) {
            Ok(room) => room,
            Err(_) => {
                self.session.end(End::Gone);
                true
            }
        }
    }
}

/// Says goodbye on a WebSocket.
async fn hang_up(line: Line, end: End, parting: Option<Parting>, over: Option<u16>) {
    match (end, parting) {
        (End::Gone, _) => {
            if let Some(code) = over {
                line.end(Bytes::new(), false, code, "").await;
            }
        }
        (End::Ours, Some(Parting { words, flush, code, reason, .. })) => {
            line.end(words, flush, code, reason).await;
        }
        (End::Violation(violation), _) => {
            line.end(Bytes::new(), true, close::POLICY, &violation.to_string()).await;
        }
        (End::Closed, _) => line.end(Bytes::new(), true, close::NORMAL, "").await,
        (End::Silent | End::Ours, _) => {
            line.end(Bytes::new(), false, close::GOING_AWAY, "").await;
        }
    }
}

/// A Socket.IO text as the frame that carries it: an Engine.IO packet in a WebSocket message.
pub fn text_frame(write: impl FnOnce(&mut Vec<u8>)) -> Bytes {
    let mut text = vec![b'4'];
    write(&mut text);
    frame::encode(Opcode::Text, &text)
}

/// A ping besides those of the session, as the frame that carries it: the peer answers it like any other, and so
/// shows that all that was said before has arrived.
pub fn ping() -> Bytes {
    let mut text = Vec::new();
    Packet::Ping(Bytes::new()).write(&mut text);
    frame::encode(Opcode::Text, &text)
}
