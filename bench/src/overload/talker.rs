//! One connection that sends on schedule into a conversation of its own, whether or not the server keeps up,
//! and counts what became of it.

use crate::load::dialect::{Dialect, Message};
use crate::socket::{Socket, Writer};
use anyhow::{Result, ensure};
use chinwag_wire::{Code, frame::ReplyFrame};
use parking_lot::Mutex;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::time::{MissedTickBehavior, interval_at};

/// What falls due within this leaves in one write: a connection stands for many people, and on shared processors
/// what sending costs is taken from the server.
const TOGETHER: Duration = Duration::from_millis(20);

/// What all talkers count together, over the whole run.
#[derive(Debug, Default)]
pub struct Counts {
    /// Messages given to the server.
    pub sent: AtomicU64,
    /// Messages acknowledged.
    pub acked: AtomicU64,
    /// Messages refused with a time to come back.
    pub refused: AtomicU64,
    /// Messages that fell due while the server did not read: its peer is told to wait by TCP.
    pub held: AtomicU64,
    /// Whatever must not happen, and the first of it in words.
    pub wrong: AtomicU64,
    /// The first thing that must not happen.
    pub complaint: Mutex<Option<String>>,
    /// Milliseconds that messages took, since they were last asked for.
    pub took: Mutex<Vec<f64>>,
}

impl Counts {
    fn complain(&self, what: impl Into<String>) {
        self.wrong.fetch_add(1, Relaxed);
        self.complaint.lock().get_or_insert(what.into());
    }
}

/// One connection.
pub struct Talker {
    /// The connection.
    pub socket: Socket,
    /// Where it writes.
    pub conversation: String,
    /// What all count.
    pub counts: Arc<Counts>,
}

impl Talker {
    /// Sends one for every gap until the gap is none and all is answered; a gap may change meanwhile.
    pub async fn run(mut self, mut gap: watch::Receiver<Option<Duration>>) {
        let counts = self.counts.clone();
        if let Err(error) = self.talk(&mut gap).await {
            counts.complain(format!("a connection: {error:#}"));
        }
    }

    async fn talk(&mut self, gap: &mut watch::Receiver<Option<Duration>>) -> Result<()> {
        let (writer, mut number, mut waiting) = (self.socket.writer(), 0, HashMap::new());
        let mut rest: Vec<u8> = Vec::new();
        loop {
            let now = *gap.borrow_and_update();
            if now.is_none() && waiting.is_empty() && rest.is_empty() {
                return Ok(());
            }
            let gap_now = now.unwrap_or(Duration::from_secs(3600));
            let every = gap_now.max(TOGETHER);
            let (each, mut owed) = (every.as_secs_f64() / gap_now.as_secs_f64(), 0.0);
            let begin = tokio::time::Instant::now() + every.mul_f64(rand::random());
            let mut ticks = interval_at(begin, every);
            ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
            while !gap.has_changed()? {
                tokio::select! {
                    _ = gap.changed() => gap.mark_changed(),
                    filled = self.socket.fill() => {
                        ensure!(filled?, "the server closed");
                        self.count(&mut waiting, &mut rest)?;
                        write(&writer, &mut rest)?;
                        if now.is_none() && waiting.is_empty() && rest.is_empty() {
                            return Ok(());
                        }
                    }
                    _ = ticks.tick() => {
                        write(&writer, &mut rest)?;
                        owed += each;
                        let due = owed.trunc();
                        owed -= due;
                        if !rest.is_empty() {
                            self.counts.held.fetch_add(due as u64, Relaxed);
                            continue;
                        }
                        for _ in 0..due as u64 {
                            number += 1;
                            self.append(&mut rest, number);
                            waiting.insert(number, Instant::now());
                        }
                        write(&writer, &mut rest)?;
                    }
                }
            }
        }
    }

    fn append(&self, out: &mut Vec<u8>, number: u64) {
        self.counts.sent.fetch_add(1, Relaxed);
        let conversation = &self.conversation;
        let message = Message { id: number, conversation, number, body: "as fast as I can" };
        Dialect::Native.append(out, message);
    }

    fn count(&mut self, waiting: &mut HashMap<u64, Instant>, rest: &mut Vec<u8>) -> Result<()> {
        while let Some(text) = self.socket.arrived_while_writing(rest)? {
            let Ok(reply) = serde_json::from_slice::<ReplyFrame<Value>>(&text) else { continue };
            let Some(began) = waiting.remove(&reply.id) else { continue };
            match reply.error {
                None => {
                    self.counts.acked.fetch_add(1, Relaxed);
                    self.counts.took.lock().push(began.elapsed().as_secs_f64() * 1e3);
                }
                Some(problem)
                    if problem.code == Code::Overloaded && problem.retry_after.is_some() =>
                {
                    self.counts.refused.fetch_add(1, Relaxed);
                }
                Some(problem) => self.counts.complain(problem.to_string()),
            }
        }
        Ok(())
    }
}

/// Writes what the kernel takes now; the rest waits.
fn write(writer: &Writer, rest: &mut Vec<u8>) -> Result<()> {
    while !rest.is_empty() {
        match writer.write_some(rest) {
            Ok(written) => drop(rest.drain(..written)),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
