//! The WebSocket of a connection whose frames are not the native ones: messages in, frames out.

use crate::raw::{Pending, last_words, poll_fill};
use bytes::{Bytes, BytesMut};
use chinwag_wire::websocket::{
    Decoder, Incoming, Limits, Opcode, Role, close,
    frame::{self, MAX_HEADER},
};
use std::{
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// How long a peer may refuse to take bytes.
const STALL: Duration = Duration::from_secs(10);

/// A WebSocket that carries something else than native frames, or wants to.
pub(crate) struct Line {
    io: TcpStream,
    decoder: Decoder,
    unread: BytesMut,
    pending: Pending,
    stalled: Option<Instant>,
    heard_at: Instant,
}

/// What came over a line.
pub(crate) enum Heard {
    /// A whole text message.
    Text(Bytes),
    /// A whole binary message.
    Binary(Bytes),
    /// It is over; with the code to answer a close or a fault with.
    Over(Option<u16>),
}

impl Line {
    /// A line of this socket, from which so much was read ahead.
    pub(crate) fn new(io: TcpStream, unread: BytesMut, most: usize) -> Self {
        let _ = io.set_nodelay(true);
        let limits = Limits { message: most, ..Limits::default() };
        let decoder = Decoder::new(Role::Server, limits);
        let (pending, heard_at) = (Pending::default(), Instant::now());
        Self { io, decoder, unread, pending, stalled: None, heard_at }
    }

    /// The next message. Pings are answered on the way.
    pub(crate) fn poll_hear(&mut self, cx: &mut Context<'_>) -> Poll<Heard> {
        loop {
            match self.decoder.next(&mut self.unread) {
                Ok(Some(Incoming::Text(text))) => return Poll::Ready(Heard::Text(text)),
                Ok(Some(Incoming::Binary(bytes))) => return Poll::Ready(Heard::Binary(bytes)),
                Ok(Some(Incoming::Ping(payload))) => {
                    self.pending.push(frame::encode(Opcode::Pong, &payload));
                }
                Ok(Some(Incoming::Pong(_))) => {}
                Ok(Some(Incoming::Close { code, .. })) => {
                    return Poll::Ready(Heard::Over(Some(code.unwrap_or(close::NORMAL))));
                }
                Err(violation) => return Poll::Ready(Heard::Over(Some(violation.close_code()))),
                Ok(None) => match self.fill(cx) {
                    Poll::Ready(true) => {}
                    Poll::Ready(false) => return Poll::Ready(Heard::Over(None)),
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
    }

    /// Reads what there is; false at the end of the stream.
    fn fill(&mut self, cx: &mut Context<'_>) -> Poll<bool> {
        if self.unread.is_empty() {
            // Gives the memory back: most lines are silent most of the time.
            self.unread = BytesMut::new();
        }
        if self.io.poll_read_ready(cx).is_pending() {
            return Poll::Pending;
        }
        let read = std::task::ready!(poll_fill(&mut self.io, &mut self.unread, cx));
        self.heard_at = Instant::now();
        Poll::Ready(matches!(read, Ok(length) if length > 0))
    }

    /// When the peer was last heard.
    pub(crate) fn heard_at(&self) -> Instant {
        self.heard_at
    }

    /// Says this, after everything before it.
    pub(crate) fn say(&mut self, frames: Bytes) {
        self.pending.push(frames);
    }

    /// Says a packet of the protocol's own.
    pub(crate) fn say_packet(&mut self, packet: &chinwag_socketio::engine::Packet) {
        let mut text = Vec::with_capacity(MAX_HEADER);
        packet.write(&mut text);
        self.say(frame::encode(Opcode::Text, &text));
    }

    /// Whether it is better to wait before saying more.
    pub(crate) fn is_full(&self) -> bool {
        self.pending.is_full()
    }

    /// Writes what the peer takes. True if that made room for more; an error once it is gone.
    pub(crate) fn write(&mut self, cx: &mut Context<'_>) -> std::io::Result<bool> {
        if self.pending.is_empty() {
            return Ok(false);
        }
        let (before, was_full) = (self.pending.bytes(), self.pending.is_full());
        match self.pending.poll_write(&mut self.io, cx) {
            Poll::Ready(written) => {
                written?;
                self.stalled = None;
            }
            Poll::Pending if self.stalled.is_none() || self.pending.bytes() < before => {
                self.stalled = Some(Instant::now());
            }
            Poll::Pending => {}
        }
        Ok(was_full && !self.pending.is_full())
    }

    /// When a peer that takes nothing is given up.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.stalled.map(|since| since + STALL)
    }

    /// Says the last words, after what was said before them or instead of it, and closes.
    pub(crate) async fn end(mut self, words: Bytes, flush: bool, code: u16, reason: &str) {
        if !flush {
            self.pending.forget();
        }
        if !words.is_empty() {
            self.pending.push(words);
        }
        self.pending.push(frame::close(code, reason));
        last_words(self.io, self.pending).await;
    }
}
