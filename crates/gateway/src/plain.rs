//! A WebSocket with nothing of ours over it: a surface drives it itself, and says and hears whole messages.

use crate::{
    line::{Heard, Line},
    sio::Parting,
};
use bytes::{Bytes, BytesMut};
use chinwag_wire::websocket::{Opcode, close, frame};
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, time::Sleep};

/// So many heartbeats without a byte, and a peer is given up.
const SILENCE: u32 = 3;

/// What comes from the other end.
#[derive(Debug)]
pub enum FromPeer {
    /// A whole message, text or binary.
    Message(Bytes),
    /// The heartbeat came due, and a ping leaves: time to look after what no message tells of.
    Beat,
    /// It has hung up, broken the protocol, been silent for three heartbeats, or taken nothing for too long.
    Gone,
}

/// One such socket, after its opening handshake.
pub struct PlainSocket {
    line: Line,
    heartbeat: Duration,
    ping_at: Instant,
    alarm: Pin<Box<Sleep>>,
    /// What to answer the socket's own end with.
    over: Option<u16>,
}

impl PlainSocket {
    /// From what was read of it already; messages have so many bytes at most, and a ping leaves at each heartbeat.
    pub fn new(io: TcpStream, read_ahead: BytesMut, most: usize, heartbeat: Duration) -> Self {
        let ping_at = Instant::now() + heartbeat;
        let alarm = Box::pin(tokio::time::sleep_until(ping_at.into()));
        Self { line: Line::new(io, read_ahead, most), heartbeat, ping_at, alarm, over: None }
    }

    /// Says a frame, after everything before it. It leaves while the socket is polled.
    pub fn say(&mut self, frame: Bytes) {
        self.line.say(frame);
    }

    /// Whether it is better to wait before saying more.
    pub fn is_full(&self) -> bool {
        self.line.is_full()
    }

    /// What comes next. A reader that does not read is not listened to either.
    pub fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<FromPeer> {
        loop {
            if !self.line.is_full()
                && let Poll::Ready(heard) = self.line.poll_hear(cx)
            {
                return Poll::Ready(match heard {
                    Heard::Text(message) | Heard::Binary(message) => FromPeer::Message(message),
                    Heard::Over(code) => self.end_with(code),
                });
            }
            match self.line.write(cx) {
                Ok(true) => continue,
                Ok(false) => {}
                Err(_) => return Poll::Ready(self.end_with(None)),
            }
            match std::task::ready!(self.poll_tick(cx)) {
                Ok(true) => return Poll::Ready(FromPeer::Beat),
                Ok(false) => {}
                Err(code) => return Poll::Ready(self.end_with(code)),
            }
        }
    }

    /// Pings, which it says, and gives up who is silent or takes nothing.
    fn poll_tick(&mut self, cx: &mut Context<'_>) -> Poll<Result<bool, Option<u16>>> {
        let (stalled, silent) = (self.line.deadline(), self.silent_at());
        let due = stalled.unwrap_or(silent).min(silent).min(self.ping_at);
        if self.alarm.deadline() != due.into() {
            self.alarm.as_mut().reset(due.into());
        }
        std::task::ready!(self.alarm.as_mut().poll(cx));
        let now = Instant::now();
        if stalled.is_some_and(|stalled| stalled <= now) {
            metrics::counter!("chinwag_slow_consumers_total").increment(1);
            return Poll::Ready(Err(None));
        }
        if silent <= now {
            return Poll::Ready(Err(Some(close::GOING_AWAY)));
        }
        let beat = now >= self.ping_at;
        if beat {
            self.ping_at = now + self.heartbeat;
            self.line.say(frame::encode(Opcode::Ping, b""));
        }
        Poll::Ready(Ok(beat))
    }

    /// When the peer is given up, if nothing more is heard of it.
    fn silent_at(&self) -> Instant {
        self.line.heard_at() + self.heartbeat * SILENCE
    }

    fn end_with(&mut self, code: Option<u16>) -> FromPeer {
        self.over = code;
        FromPeer::Gone
    }

    /// Closes it: as this side wishes, or because the peer has ended it.
    pub async fn end(self, parting: Option<Parting>) {
        match (parting, self.over) {
            (Some(Parting { words, flush, code, reason, .. }), _) => {
                self.line.end(words, flush, code, reason).await;
            }
            (None, Some(code)) => self.line.end(Bytes::new(), false, code, "").await,
            (None, None) => {}
        }
    }
}
