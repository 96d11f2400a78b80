//! W2: fan-out. One member sends into a room, all others receive; a broadcast is complete when the
//! last of them has it. A window of broadcasts may be under way at once.

use super::dialect::{Dialect, Heard, Message};
use super::tally::Tally;
use crate::socket::Socket;
use anyhow::{Result, ensure};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, AtomicU64, AtomicUsize, Ordering::Relaxed};
use tokio::sync::Notify;

const RING: usize = 64;

/// What the members of a room share.
#[derive(Debug)]
pub struct Room {
    dialect: Dialect,
    conversation: String,
    body: Arc<str>,
    /// Counts broadcasts as complete units, and each delivery.
    pub tally: Arc<Tally>,
    listeners: u32,
    heard: [AtomicU32; RING],
    began: [AtomicU64; RING],
    complete: AtomicU64,
    window: AtomicUsize,
    changed: Notify,
}

impl Room {
    /// A room in which nothing is sent yet.
    pub fn new(
        dialect: Dialect,
        conversation: &str,
        body: &Arc<str>,
        listeners: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            dialect,
            conversation: conversation.to_owned(),
            body: body.clone(),
            tally: Arc::default(),
            listeners: listeners as u32,
            heard: std::array::from_fn(|_| AtomicU32::new(0)),
            began: std::array::from_fn(|_| AtomicU64::new(0)),
            complete: AtomicU64::new(0),
            window: AtomicUsize::new(0),
            changed: Notify::new(),
        })
    }

    /// How many broadcasts to keep under way from now on.
    pub fn keep(&self, window: usize) {
        self.window.store(window, Relaxed);
        self.changed.notify_one();
    }

    /// Broadcasts that everyone has.
    pub fn complete(&self) -> u64 {
        self.complete.load(Relaxed)
    }

    /// The sending member.
    pub async fn send(self: Arc<Self>, mut socket: Socket) {
        let mut next = 1;
        loop {
            if let Err(error) = self.step(&mut socket, &mut next).await {
                return self.tally.error(|| format!("sender: {error:#}"));
            }
        }
    }

    async fn step(&self, socket: &mut Socket, next: &mut u64) -> Result<()> {
        let mut out = Vec::new();
        let room = |next: u64| next - 1 - self.complete() < self.window.load(Relaxed) as u64;
        while !self.tally.is_stopping() && room(*next) {
            self.append(&mut out, *next);
            *next += 1;
        }
        if !out.is_empty() {
            socket.writer().write(&out).await?;
        }
        tokio::select! {
            () = self.changed.notified() => {}
            filled = socket.fill() => ensure!(filled?, "the server closed"),
        }
        while let Some(text) = socket.arrived()? {
            match self.dialect.hear(&text) {
                Heard::Reply { ok: true, .. } => drop(self.tally.acked.fetch_add(1, Relaxed)),
                Heard::Reply { .. } => {
                    self.tally.error(|| String::from_utf8_lossy(&text).into_owned())
                }
                Heard::Beat => socket.send(b"3").await?,
                _ => {}
            }
        }
        Ok(())
    }

    fn append(&self, out: &mut Vec<u8>, number: u64) {
        let slot = number as usize % RING;
        self.heard[slot].store(0, Relaxed);
        self.began[slot].store(self.tally.now(), Relaxed);
        self.tally.sent.fetch_add(1, Relaxed);
        let message =
            Message { id: number + 1, conversation: &self.conversation, number, body: &self.body };
        self.dialect.append(out, message);
    }

    /// One of the others.
    pub async fn listen(self: Arc<Self>, mut socket: Socket) {
        let mut last = 0;
        loop {
            let heard = self.dialect.listen(&mut socket, |heard| {
                if let Heard::Message(number) = heard {
                    self.note(number, &mut last);
                }
            });
            if let Err(error) = heard.await {
                return self.tally.error(|| format!("listener: {error:#}"));
            }
        }
    }

    /// A delivery, to be counted towards its broadcast.
    pub fn note(&self, number: u64, last: &mut u64) {
        self.tally.delivered.fetch_add(1, Relaxed);
        if self.dialect != Dialect::Node && number != *last + 1 {
            self.tally.error(|| format!("message {number} after {last}"));
        }
        *last = number;
        let slot = number as usize % RING;
        if self.heard[slot].fetch_add(1, Relaxed) + 1 == self.listeners {
            self.tally.complete(self.began[slot].load(Relaxed));
            self.complete.fetch_add(1, Relaxed);
            self.changed.notify_one();
        }
    }
}
