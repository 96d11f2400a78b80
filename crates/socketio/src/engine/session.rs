//! One session: which transport carries it, whether its peer lives, what the protocol itself has to
//! say, and how it ends. What it carries passes through; nothing is queued here but a few packets of
//! the protocol's own.

use super::{Data, Options, Packet, Refusal};
use crate::Violation;
use std::time::{Duration, Instant};

/// How long a WebSocket has to take over once it was opened for that.
const UPGRADE: Duration = Duration::from_secs(10);
/// How long a poll waits for something to say. Proxies end requests that are silent for a minute.
const LONGEST_POLL: Duration = Duration::from_secs(30);

/// What carries a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transport {
    /// HTTP requests: one waits for packets, others bring some.
    Polling,
    /// One WebSocket.
    WebSocket,
}

/// Why a session ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// The peer said so.
    Closed,
    /// The transport is gone.
    Gone,
    /// The peer did not answer a ping.
    Silent,
    /// The peer broke the protocol.
    Violation(Violation),
    /// This side ended it.
    Ours,
}

/// What a packet on a WebSocket that wants to take over comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Answer with this.
    Answer(Packet),
    /// It carries the session from now on.
    TookOver,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Heartbeat {
    PingAt(Instant),
    PongBy(Instant),
}

/// A session.
#[derive(Debug)]
pub struct Session {
    options: Options,
    transport: Transport,
    heartbeat: Heartbeat,
    /// The peer's ping is due and was not said.
    ping: bool,
    /// The open poll shall end, if only with nothing.
    noop: bool,
    /// Until when the open poll may wait.
    poll: Option<Instant>,
    posting: bool,
    /// A WebSocket was probed, and has until then to take over.
    probed: Option<Instant>,
    end: Option<End>,
}

impl Session {
    /// A session that begins now.
    pub fn open(options: Options, transport: Transport, now: Instant) -> Self {
        Self {
            options,
            transport,
            heartbeat: Heartbeat::PingAt(now + options.ping_interval),
            ping: false,
            noop: false,
            poll: None,
            posting: false,
            probed: None,
            end: None,
        }
    }

    /// What carries it.
    pub fn transport(&self) -> Transport {
        self.transport
    }

    /// Why it ended, if it did. The first reason counts.
    pub fn ended(&self) -> Option<End> {
        self.end
    }

    /// Ends it.
    pub fn end(&mut self, end: End) {
        self.end.get_or_insert(end);
    }

    /// When [`Session::tick`] has something to do next.
    pub fn deadline(&self) -> Instant {
        let beat = match self.heartbeat {
            Heartbeat::PingAt(at) | Heartbeat::PongBy(at) => at,
        };
        let waiting = self.poll.filter(|_| !self.noop);
        [waiting, self.probed].into_iter().flatten().fold(beat, Instant::min)
    }

    /// The time passed. True if the heartbeat came due just now.
    pub fn tick(&mut self, now: Instant) -> bool {
        let mut beat = false;
        if let Heartbeat::PingAt(at) = self.heartbeat
            && at <= now
        {
            (self.ping, beat) = (true, true);
            // Counted from when it was due: a late timer gives the peer no more time.
            self.heartbeat = Heartbeat::PongBy(at + self.options.ping_timeout);
        }
        if matches!(self.heartbeat, Heartbeat::PongBy(by) if by <= now) {
            self.end(End::Silent);
        }
        if self.probed.is_some_and(|until| until <= now) {
            self.probed = None;
        }
        if self.poll.is_some_and(|until| until <= now) {
            self.noop = true;
        }
        beat
    }

    /// A packet came over the transport. What it carries is given back.
    pub fn hear(&mut self, packet: Packet, now: Instant) -> Option<Data> {
        if self.end.is_some() {
            return None;
        }
        match packet {
            Packet::Data(Data::Text(text) | Data::Binary(text))
                if text.len() > self.options.max_payload =>
            {
                self.end(End::Violation(Violation::TooBig));
            }
            Packet::Data(data) => return Some(data),
            Packet::Pong(_) if matches!(self.heartbeat, Heartbeat::PongBy(_)) => {
                self.heartbeat = Heartbeat::PingAt(now + self.options.ping_interval);
            }
            Packet::Pong(_) | Packet::Upgrade | Packet::Noop => {}
            Packet::Close => self.closed(),
            Packet::Ping(_) => self.end(End::Violation(Violation::Heartbeat)),
            Packet::Open(_) => self.end(End::Violation(Violation::Kind)),
        }
        None
    }

    /// What did not even read as a packet.
    pub fn hear_wrong(&mut self, violation: Violation) {
        self.end(End::Violation(violation));
    }

    fn closed(&mut self) {
        self.noop = true;
        self.end(End::Closed);
    }

    /// A request wants to wait for packets.
    ///
    /// # Errors
    /// `SidUnknown` where polling is over, `BadRequest` where another one waits: that ends the session.
    pub fn poll_begins(&mut self, now: Instant) -> Result<(), Refusal> {
        self.tick(now);
        if self.transport != Transport::Polling || self.end.is_some_and(|end| end != End::Closed) {
            return Err(Refusal::SidUnknown);
        }
        if self.poll.is_some() {
            self.end(End::Violation(Violation::Overlap));
            return Err(Refusal::BadRequest);
        }
        self.poll = Some(now + LONGEST_POLL);
        self.noop |= self.probed.is_some();
        Ok(())
    }

    /// The waiting request was answered.
    pub fn poll_answered(&mut self) {
        (self.poll, self.noop) = (None, false);
    }

    /// The waiting request was given up by the peer: what was meant for it has no way any more.
    pub fn poll_gone(&mut self) {
        self.poll = None;
        self.end(End::Gone);
    }

    /// Whether a request waits.
    pub fn polled(&self) -> bool {
        self.poll.is_some()
    }

    /// A request brings packets.
    ///
    /// # Errors
    /// As with [`Session::poll_begins`].
    pub fn post_begins(&mut self, now: Instant) -> Result<(), Refusal> {
        self.tick(now);
        if self.transport != Transport::Polling || self.end.is_some() {
            return Err(Refusal::SidUnknown);
        }
        if self.posting {
            self.end(End::Violation(Violation::Overlap));
            return Err(Refusal::BadRequest);
        }
        self.posting = true;
        Ok(())
    }

    /// All packets of that request were heard.
    pub fn post_ends(&mut self) {
        self.posting = false;
    }

    /// Whether a WebSocket may try to take over.
    pub fn may_probe(&self) -> bool {
        self.transport == Transport::Polling && self.end.is_none()
    }

    /// A packet came over a WebSocket that wants to take over.
    ///
    /// # Errors
    /// What the peer did wrong: that WebSocket is closed, the session goes on.
    pub fn probe(&mut self, packet: &Packet, now: Instant) -> Result<Probe, Violation> {
        match packet {
            Packet::Ping(payload) if payload == "probe" => {
                self.probed = Some(now + UPGRADE);
                self.noop |= self.poll.is_some();
                Ok(Probe::Answer(Packet::Pong(payload.clone())))
            }
            Packet::Upgrade if self.probed.is_some() => {
                self.probed = None;
                self.transport = Transport::WebSocket;
                Ok(Probe::TookOver)
            }
            _ => Err(Violation::Kind),
        }
    }

    /// The WebSocket that wanted to take over is gone.
    pub fn probe_gone(&mut self) {
        self.probed = None;
    }

    /// The next packet of the protocol's own, where there is a way for it.
    pub fn say(&mut self) -> Option<Packet> {
        if std::mem::take(&mut self.ping) {
            return Some(Packet::Ping(bytes::Bytes::new()));
        }
        None
    }

    /// Whether the waiting request shall be answered even if there is nothing to say.
    pub fn must_answer(&self) -> bool {
        self.poll.is_some() && (self.noop || self.end.is_some())
    }

    /// The last packet of a polled session, once everything else was said: an end of the peer's own is
    /// only acknowledged.
    pub fn farewell(&self) -> Packet {
        if self.end == Some(End::Closed) { Packet::Noop } else { Packet::Close }
    }
}
