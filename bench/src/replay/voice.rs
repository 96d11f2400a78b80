//! An author's own socket connection. It lives as long as a log needs it, and is shared by the logs
//! in which its author speaks at the same time.

use crate::native::{self, Account};
use crate::socket::{Socket, Target, Writer, append_text};
use anyhow::{Context as _, Result, anyhow};
use bytes::Bytes;
use chinwag_wire::{Sent, frame};
use parking_lot::Mutex as Lock;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Weak};
use tokio::sync::{Mutex, oneshot};

type Waiting = Lock<Option<HashMap<u64, oneshot::Sender<Bytes>>>>;

/// A connection that sends.
#[derive(Debug)]
pub struct Voice {
    writer: Writer,
    next: AtomicU64,
    waiting: Arc<Waiting>,
    reading: tokio::task::JoinHandle<()>,
}

impl Drop for Voice {
    fn drop(&mut self) {
        self.reading.abort();
    }
}

impl Voice {
    async fn open(target: &Target, account: &Account) -> Result<Self> {
        let (socket, _) = native::connect(target, &account.token, None).await?;
        let waiting: Arc<Waiting> = Arc::new(Lock::new(Some(HashMap::new())));
        let writer = socket.writer();
        let reading = tokio::spawn(read(socket, waiting.clone()));
        Ok(Self { writer, next: AtomicU64::new(2), waiting, reading })
    }

    /// Sends these one after the other without waiting in between; their receipts, in order.
    ///
    /// # Errors
    /// When the connection is lost or the server refuses one.
    pub async fn send(&self, messages: &[frame::Send]) -> Result<Vec<Sent>> {
        let (mut out, mut answers) = (Vec::new(), Vec::new());
        for message in messages {
            let id = self.next.fetch_add(1, Ordering::Relaxed);
            append_text(&mut out, &native::command(id, "send", message)?);
            let (answer, wait) = oneshot::channel();
            let mut waiting = self.waiting.lock();
            waiting.as_mut().context("the connection is lost")?.insert(id, answer);
            answers.push(wait);
        }
        self.writer.write(&out).await?;
        let mut sent = Vec::with_capacity(answers.len());
        for answer in answers {
            sent.push(receipt(&answer.await.map_err(|_| anyhow!("the connection was lost"))?)?);
        }
        Ok(sent)
    }
}

fn receipt(reply: &[u8]) -> Result<Sent> {
    let reply: frame::ReplyFrame<Sent> = serde_json::from_slice(reply)?;
    match (reply.ok, reply.error) {
        (Some(sent), _) => Ok(sent),
        (None, Some(problem)) => Err(problem.into()),
        (None, None) => Err(anyhow!("an empty reply")),
    }
}

/// Hands replies to those who wait; what else the author hears is not looked at.
async fn read(mut socket: Socket, waiting: Arc<Waiting>) {
    while let Ok(Some(text)) = socket.next().await {
        if let Some(id) = reply_id(&text)
            && let Some(answer) = waiting.lock().as_mut().and_then(|all| all.remove(&id))
        {
            let _ = answer.send(text);
        }
    }
    *waiting.lock() = None;
}

/// The id of a reply frame; nothing for an event.
pub fn reply_id(text: &[u8]) -> Option<u64> {
    let digits = text.strip_prefix(b"{\"id\":")?;
    let end = digits.iter().position(|byte| !byte.is_ascii_digit())?;
    std::str::from_utf8(&digits[..end]).ok()?.parse().ok()
}

/// Everyone's connections.
#[derive(Debug)]
pub struct Voices {
    target: Target,
    accounts: Vec<Account>,
    open: Vec<Mutex<Weak<Voice>>>,
}

impl Voices {
    /// None is open yet.
    pub fn new(target: Target, accounts: Vec<Account>) -> Self {
        let open = accounts.iter().map(|_| Mutex::default()).collect();
        Self { target, accounts, open }
    }

    /// Someone's account.
    pub fn account(&self, who: usize) -> &Account {
        &self.accounts[who]
    }

    /// Someone's connection, opened if it is not. It closes when the last user lets go of it.
    ///
    /// # Errors
    /// When the server refuses it.
    pub async fn of(&self, who: usize) -> Result<Arc<Voice>> {
        let mut slot = self.open[who].lock().await;
        if let Some(voice) = slot.upgrade() {
            return Ok(voice);
        }
        let voice = Arc::new(Voice::open(&self.target, &self.accounts[who]).await?);
        *slot = Arc::downgrade(&voice);
        Ok(voice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn replies_are_told_from_events() {
        assert_eq!(reply_id(br#"{"id":12,"ok":{}}"#), Some(12));
        assert_eq!(reply_id(br#"{"conversation_id":"x","id":1}"#), None);
    }
}
