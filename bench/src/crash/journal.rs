//! What one device wrote down: what it sent and which answers it had, what it heard, what went wrong.

use super::checker::{Sent, Stored};
use chinwag_wire::{Content, Message};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Written by the device, read by the rig.
pub type Shared = Arc<Mutex<Journal>>;

/// The record of one device.
#[derive(Debug, Default)]
pub struct Journal {
    /// Everything it sent; message `k` is at `k - 1`.
    pub sent: Vec<Sent>,
    /// What it heard in each of its conversations, in order.
    pub heard: BTreeMap<usize, Vec<Stored>>,
    /// How often it was connected.
    pub connections: u32,
    /// What must not happen to a client: refusals, an end, being told to begin anew.
    pub complaints: Vec<String>,
}

impl Journal {
    /// Writes down an attempt, before it leaves; its number.
    pub fn invoke(&mut self, conversation: usize, sender: usize) -> u64 {
        let number = self.sent.len() as u64 + 1;
        self.sent.push(Sent { conversation, sender, number, ack: None });
        number
    }

    /// Writes down an acknowledgement.
    pub fn acknowledge(&mut self, number: u64, seq: i64) {
        self.sent[number as usize - 1].ack = Some(seq);
    }

    /// How many messages have an acknowledgement.
    pub fn acked(&self) -> usize {
        self.sent.iter().filter(|sent| sent.ack.is_some()).count()
    }
}

/// What message `number` of a device says.
pub fn text_of(sender: usize, number: u64) -> String {
    format!("device {sender} says {number}")
}

/// A message as the checker knows it: its body alone says whose it is. One that no device says belongs to
/// a sender that does not exist.
pub fn stored(message: &Message) -> Stored {
    let (sender, number) = read(message).unwrap_or((usize::MAX, 0));
    Stored { seq: message.seq, sender, number }
}

fn read(message: &Message) -> Option<(usize, u64)> {
    let Some(Content::Text(text)) = &message.content else { return None };
    let (sender, number) = text.strip_prefix("device ")?.split_once(" says ")?;
    Some((sender.parse().ok()?, number.parse().ok()?))
}
