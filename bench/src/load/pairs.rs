//! W1: durable messages one to one. In each pair one sends and keeps a few in flight, the other
//! receives. A message is complete when it has arrived.

use super::dialect::{Dialect, Heard, Message, Post};
use super::tally::Tally;
use crate::http::{Http, Request};
use crate::socket::{Socket, Writer};
use anyhow::{Result, ensure};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed};
use tokio::sync::Notify;

/// More than can ever be in flight in a pair.
const RING: usize = 1024;

/// What one pair's two ends share.
#[derive(Debug)]
pub struct Pair {
    dialect: Dialect,
    conversation: String,
    body: Arc<str>,
    tally: Arc<Tally>,
    /// When each message in flight was sent, or should have been.
    began: Box<[AtomicU64]>,
    /// Number of the next message.
    next: AtomicU64,
    /// How many may be in flight; 0 while somebody else paces.
    depth: AtomicUsize,
    changed: Notify,
}

impl Pair {
    /// A pair that sends nothing yet.
    pub fn new(
        dialect: Dialect,
        conversation: &str,
        body: &Arc<str>,
        tally: &Arc<Tally>,
    ) -> Arc<Self> {
        Arc::new(Self {
            dialect,
            conversation: conversation.to_owned(),
            body: body.clone(),
            tally: tally.clone(),
            began: (0..RING).map(|_| AtomicU64::new(0)).collect(),
            next: AtomicU64::new(1),
            depth: AtomicUsize::new(0),
            changed: Notify::new(),
        })
    }

    /// How many to keep in flight from now on.
    pub fn keep(&self, depth: usize) {
        self.depth.store(depth, Relaxed);
        self.changed.notify_one();
    }

    /// The next message, sent or due at `began`.
    fn next(&self, began: u64) -> Message<'_> {
        let number = self.next.fetch_add(1, Relaxed);
        self.began[number as usize % RING].store(began, Relaxed);
        self.tally.sent.fetch_add(1, Relaxed);
        Message { id: number, conversation: &self.conversation, number, body: &self.body }
    }

    /// Appends the next message, sent or due at `began`.
    pub fn append(&self, out: &mut Vec<u8>, began: u64) {
        self.dialect.append(out, self.next(began));
    }

    /// The sending end over HTTP: one request after the other while any may be in flight.
    pub async fn post(self: Arc<Self>, address: SocketAddr, token: String) {
        let mut http = Http::new(address);
        loop {
            if self.depth.load(Relaxed) == 0 || self.tally.is_stopping() {
                self.changed.notified().await;
            } else if let Err(error) = self.post_one(&mut http, &token).await {
                return self.tally.error(|| format!("sender: {error:#}"));
            }
        }
    }

    async fn post_one(&self, http: &mut Http, token: &str) -> Result<()> {
        let Post { path, body } = self.dialect.post(self.next(self.tally.now()));
        let (token, body) = (Some(token), Some(body.as_bytes()));
        let answer = http.request(Request { method: "POST", path: &path, token, body }).await?;
        let text = || String::from_utf8_lossy(&answer.body);
        ensure!(answer.status == 201, "{}: {}", answer.status, text());
        self.tally.acked.fetch_add(1, Relaxed);
        Ok(())
    }

    /// The sending end: keeps `depth` in flight until the connection ends.
    pub async fn send(self: Arc<Self>, mut socket: Socket) {
        let mut in_flight = 0;
        let (writer, mut out) = (socket.writer(), Vec::new());
        loop {
            while in_flight < self.depth.load(Relaxed) && !self.tally.is_stopping() {
                self.append(&mut out, self.tally.now());
                in_flight += 1;
            }
            let step = self.step(&mut socket, &writer, &mut out, &mut in_flight).await;
            if let Err(error) = step {
                return self.tally.error(|| format!("sender: {error:#}"));
            }
        }
    }

    async fn step(
        &self,
        socket: &mut Socket,
        writer: &Writer,
        out: &mut Vec<u8>,
        in_flight: &mut usize,
    ) -> Result<()> {
        if !out.is_empty() {
            writer.write(out).await?;
            out.clear();
        }
        tokio::select! {
            filled = socket.fill() => ensure!(filled?, "the server closed"),
            () = self.changed.notified() => return Ok(()),
        }
        while let Some(text) = socket.arrived()? {
            match self.dialect.hear(&text) {
                Heard::Reply { ok: true, .. } => {
                    self.tally.acked.fetch_add(1, Relaxed);
                    *in_flight = in_flight.saturating_sub(1);
                }
                Heard::Reply { .. } => {
                    *in_flight = in_flight.saturating_sub(1);
                    self.tally.error(|| String::from_utf8_lossy(&text).into_owned());
                }
                Heard::Beat => writer.try_write(&beat())?,
                _ => {}
            }
        }
        Ok(())
    }

    /// The receiving end.
    pub async fn receive(self: Arc<Self>, mut socket: Socket) {
        let mut last = 0;
        loop {
            let heard = self.dialect.listen(&mut socket, |heard| {
                if let Heard::Message(number) = heard {
                    self.note(number, &mut last);
                }
            });
            if let Err(error) = heard.await {
                return self.tally.error(|| format!("receiver: {error:#}"));
            }
        }
    }

    /// A message that arrived.
    fn note(&self, number: u64, last: &mut u64) {
        self.tally.delivered.fetch_add(1, Relaxed);
        self.tally.complete(self.began[number as usize % RING].load(Relaxed));
        // The reference may deliver neighbours out of order (its README says why); we may not.
        if self.dialect != Dialect::Node && number != *last + 1 {
            self.tally.error(|| format!("message {number} after {last}"));
        }
        *last = number;
    }
}

/// Engine.IO's answer to a ping.
fn beat() -> Vec<u8> {
    let mut out = Vec::new();
    crate::socket::append_text(&mut out, b"3");
    out
}

/// A connection that only answers signs of life.
pub async fn sit(dialect: Dialect, mut socket: Socket, tally: Arc<Tally>) {
    loop {
        if let Err(error) = dialect.listen(&mut socket, drop).await {
            return tally.error(|| format!("idle connection: {error:#}"));
        }
    }
}
