//! A greeted connection: reads commands, runs them, writes replies and events, beats.

use super::{
    Registered,
    alarm::{Alarm, Ring},
    farewell::{End, farewell},
    intake::poll_fill,
    pending::Pending,
    work::Work,
};
use crate::{
    dispatch::{self, Caller},
    encode,
    outbox::{Ending, Taken},
};
use bytes::BytesMut;
use chinwag_chat::Origin;
use chinwag_wire::{
    Code,
    websocket::{Decoder, Incoming, Limits, Opcode, Role, frame},
};
use std::{
    future::poll_fn,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::net::TcpStream;

/// How long after its token ended a connection may live without a newer one.
pub(crate) const TOKEN_GRACE: Duration = Duration::from_secs(30);

/// One live connection.
pub(crate) struct Connection {
    io: TcpStream,
    listener: Registered,
    from: Origin,
    decoder: Decoder,
    /// What was read and is not a whole frame, or waits for room to run.
    unread: BytesMut,
    pending: Pending,
    work: Work,
    alarm: Alarm,
    heard_at: Instant,
    beat_at: Instant,
}

impl Connection {
    /// A connection whose hello was answered with what is pending.
    pub(crate) fn new(
        io: TcpStream,
        listener: Registered,
        from: Origin,
        unread: BytesMut,
        pending: Pending,
    ) -> Self {
        let now = Instant::now();
        let alarm = Alarm::new(listener.gateway().hub().options().heartbeat, &listener);
        let decoder = Decoder::new(Role::Server, Limits::default());
        let work = Work::default();
        Self {
            io,
            listener,
            from,
            decoder,
            unread,
            pending,
            work,
            alarm,
            heard_at: now,
            beat_at: now,
        }
    }

    /// Serves it until it ends, and says goodbye.
    pub(crate) async fn serve(mut self) {
        let end = poll_fn(|cx| self.poll(cx)).await;
        let Self { io, listener, pending, .. } = self;
        listener.outbox.close();
        // Boxed apart, so that the memory of the last words is only there when they are said.
        Box::pin(farewell(io, pending, end)).await;
        drop(listener);
    }

    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<End> {
        loop {
            match self.turn(cx) {
                Ok(true) => {}
                Ok(false) => return Poll::Pending,
                Err(end) => return Poll::Ready(end),
            }
        }
    }

    /// Does everything that can be done now, once. Reading comes first and writing last, so that all
    /// that came of it leaves together. True if there may be more to do.
    fn turn(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let read = self.read(cx)?;
        let had_room = self.has_room();
        self.run(cx);
        self.take(cx)?;
        let beat = self.beat(cx)?;
        let wrote = self.write(cx)?;
        Ok(read || beat || wrote || (!had_room && self.has_room()))
    }

    /// Whether more commands may be taken in: else the peer waits, and in the end its own sends do.
    fn has_room(&self) -> bool {
        self.work.has_room() && !self.pending.is_full()
    }

    fn read(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        self.decode()?;
        if !self.has_room() || self.io.poll_read_ready(cx).is_pending() {
            return Ok(false);
        }
        match poll_fill(&mut self.io, &mut self.unread, cx) {
            Poll::Pending => return Ok(false),
            Poll::Ready(Ok(0) | Err(_)) => return Err(End::Gone),
            Poll::Ready(Ok(_)) => self.heard_at = Instant::now(),
        }
        self.decode()?;
        Ok(true)
    }

    /// Begins every whole command there is room for.
    fn decode(&mut self) -> Result<(), End> {
        while !self.unread.is_empty() && self.has_room() {
            let Some(incoming) = self.decoder.next(&mut self.unread)? else { break };
            self.incoming(incoming)?;
        }
        if self.unread.is_empty() {
            self.unread = BytesMut::new();
        }
        Ok(())
    }

    fn incoming(&mut self, incoming: Incoming) -> Result<(), End> {
        match incoming {
            Incoming::Text(text) => {
                let caller =
                    Caller::new(self.listener.gateway(), self.listener.shared(), self.from);
                let (weight, task) = dispatch::begin(caller, &text)
                    .map_err(|code| End::Told(Ending::at_once(code)))?;
                self.work.begin(weight, task);
            }
            Incoming::Ping(payload) => self.pending.push(frame::encode(Opcode::Pong, &payload)),
            Incoming::Pong(_) => {}
            Incoming::Binary(_) => return Err(End::Told(Ending::at_once(Code::Malformed))),
            Incoming::Close { code, .. } => return Err(End::Closed(code)),
        }
        Ok(())
    }

    /// Collects replies, until there are no more now.
    fn run(&mut self, cx: &mut Context<'_>) {
        while let Some(reply) = self.work.poll_reply(cx) {
            self.pending.push(reply);
        }
    }

    /// Collects the events that wait, unless enough is on its way.
    fn take(&mut self, cx: &mut Context<'_>) -> Result<(), End> {
        if self.pending.is_full() {
            // A peer that takes nothing is no reason to go on with it.
            return match self.listener.outbox.poll_end(cx) {
                Poll::Ready(ending) => Err(End::Told(ending)),
                Poll::Pending => Ok(()),
            };
        }
        match self.listener.outbox.poll_take(cx) {
            Poll::Pending => Ok(()),
            Poll::Ready(Taken::Entries(entries)) => {
                entries.into_iter().for_each(|entry| self.pending.push(entry.bytes));
                Ok(())
            }
            Poll::Ready(Taken::Ending(ending)) => Err(End::Told(ending)),
        }
    }

    fn beat(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        let Poll::Ready(Ring { beat, stalled }) = self.alarm.poll(cx) else { return Ok(false) };
        if stalled {
            return Err(End::Told(Ending::at_once(Code::SlowConsumer)));
        }
        if beat {
            self.check_alive()?;
            let now = Instant::now();
            let since = std::mem::replace(&mut self.beat_at, now);
            let heads = self.listener.gateway().hub().heads(&self.listener, since);
            self.pending.push(encode::heartbeat(heads));
            self.pending.push(frame::encode(Opcode::Ping, b""));
        }
        Ok(true)
    }

    /// Ends a connection whose peer is silent for two beats, or whose token ended.
    fn check_alive(&self) -> Result<(), End> {
        if self.heard_at.elapsed() > self.alarm.rhythm() * 2 {
            return Err(End::Told(Ending::at_once(Code::HeartbeatMissed)));
        }
        let now = self.listener.gateway().chat().clock().now();
        if now > self.listener.expires().after(TOKEN_GRACE) {
            return Err(End::Told(Ending::at_once(Code::Unauthenticated)));
        }
        Ok(())
    }

    /// Writes what is pending. True if that made room for more.
    fn write(&mut self, cx: &mut Context<'_>) -> Result<bool, End> {
        if self.pending.is_empty() {
            return Ok(false);
        }
        let (before, was_full) = (self.pending.bytes(), self.pending.is_full());
        match self.pending.poll_write(&mut self.io, cx) {
            Poll::Ready(Ok(())) => self.alarm.flowed(),
            Poll::Ready(Err(_)) => return Err(End::Gone),
            Poll::Pending => self.alarm.stalled(self.pending.bytes() < before),
        }
        Ok(was_full && !self.pending.is_full())
    }
}
