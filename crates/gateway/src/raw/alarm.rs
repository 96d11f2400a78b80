//! The one timer of a connection: its next heartbeat, the end of its token, a write that stalls.

use crate::listener::Listener;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::{Duration, Instant},
};
use tokio::time::Sleep;

/// How long a peer may refuse to take bytes.
const STALL: Duration = Duration::from_secs(10);

/// Rings at the earliest of what is due.
pub(crate) struct Alarm {
    sleep: Pin<Box<Sleep>>,
    rhythm: Duration,
    next_beat: Instant,
    stalled: Option<Instant>,
}

impl Alarm {
    /// The alarm of a fresh connection: its rhythm varies by up to a tenth, so that connections
    /// opened together do not beat together.
    pub(crate) fn new(heartbeat: Duration, listener: &Listener) -> Self {
        let tenths = 0.9 + 0.2 * (listener.spread() % 1024) as f64 / 1024.0;
        let rhythm = heartbeat.mul_f64(tenths);
        let next_beat = Instant::now() + rhythm;
        Self {
            sleep: Box::pin(tokio::time::sleep_until(next_beat.into())),
            rhythm,
            next_beat,
            stalled: None,
        }
    }

    /// Time between two heartbeats.
    pub(crate) fn rhythm(&self) -> Duration {
        self.rhythm
    }

    /// The peer took everything.
    pub(crate) fn flowed(&mut self) {
        self.stalled = None;
    }

    /// Bytes wait for the peer; `some` of them it has just taken.
    pub(crate) fn stalled(&mut self, some: bool) {
        let is_news = self.stalled.is_none();
        if is_news || some {
            self.stalled = Some(Instant::now());
        }
        if is_news {
            self.rearm();
        }
    }

    /// Rings, and is set again.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Ring> {
        if self.sleep.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        let now = Instant::now();
        let stalled = self.stalled.is_some_and(|since| now >= since + STALL);
        let beat = now >= self.next_beat;
        if beat {
            self.next_beat = now + self.rhythm;
        }
        self.rearm();
        Poll::Ready(Ring { beat, stalled })
    }

    fn rearm(&mut self) {
        let deadline = self.stalled.map(|since| since + STALL);
        let due = deadline.map_or(self.next_beat, |deadline| deadline.min(self.next_beat));
        self.sleep.as_mut().reset(due.into());
    }
}

/// What the alarm rang for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Ring {
    /// The heartbeat is due.
    pub(crate) beat: bool,
    /// The peer has taken nothing for too long.
    pub(crate) stalled: bool,
}
