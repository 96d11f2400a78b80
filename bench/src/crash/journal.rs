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
    match &message.content {
        Some(Content::Text(text)) => read_text(text),
        _ => None,
    }
}

fn read_text(text: &str) -> Option<(usize, u64)> {
    let (sender, number) = text.strip_prefix("device ")?.split_once(" says ")?;
    Some((sender.parse().ok()?, number.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_says_whose_it_is() {
        assert_eq!(read_text(&text_of(12, 345)), Some((12, 345)));
        for other in ["", "device 1", "device x says 1", "device 1 says ", "device 1 says 1~7"] {
            assert_eq!(read_text(other), None, "{other}");
        }
    }

    #[test]
    fn acknowledgements_find_their_message() {
        let mut journal = Journal::default();
        assert_eq!((journal.invoke(0, 3), journal.invoke(1, 3)), (1, 2));
        journal.acknowledge(2, 40);
        let acks: Vec<_> = journal.sent.iter().map(|sent| sent.ack).collect();
        assert_eq!((acks, journal.acked()), (vec![None, Some(40)], 1));
    }
}
