//! The checker: what was tried and acknowledged, what is stored in the end, what each device heard.
//! A pure function, so that planted violations can prove that it sees them.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// A message that a client tried to send. The sender's counter rises with every message.
#[derive(Clone, Debug)]
pub struct Sent {
    /// Where to, as an index.
    pub conversation: usize,
    /// By which device, as an index.
    pub sender: usize,
    /// The device's counter.
    pub number: u64,
    /// The acknowledgement, once there was one.
    pub ack: Option<i64>,
}

/// A message in the final history, or as a device heard it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its number in the conversation.
    pub seq: i64,
    /// By which device.
    pub sender: usize,
    /// The device's counter.
    pub number: u64,
}

/// What one device heard in one conversation, in order.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Which device, for a person.
    pub name: String,
    /// Where.
    pub conversation: usize,
    /// What.
    pub messages: Vec<Stored>,
}

/// All that was recorded.
#[derive(Clone, Debug, Default)]
pub struct Record {
    /// Everything tried.
    pub sent: Vec<Sent>,
    /// The final history of each conversation.
    pub stored: Vec<Vec<Stored>>,
    /// The live logs.
    pub heard: Vec<Heard>,
    /// What clients complained of.
    pub complaints: Vec<String>,
}

/// Every kind of finding, in the order of the table:
/// acknowledged but not stored; never acknowledged, even long after the last kill; stored more than once;
/// stored but never sent; a number missing in a conversation; stored in another order than sent; an
/// acknowledgement with another number than the final one; not heard by a device; heard by it twice; heard
/// in another order, or with other content; anything that a client must not meet.
pub const KINDS: [&str; 11] = [
    "lost",
    "unanswered",
    "doubled",
    "phantom",
    "gap",
    "sender order",
    "wrong ack",
    "missed",
    "repeated",
    "device order",
    "complaint",
];

/// Something that must not be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// One of [`KINDS`].
    pub kind: &'static str,
    /// Which message, device or conversation.
    pub what: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.what)
    }
}

/// Where each message is: by conversation, sender and counter.
type Places = BTreeMap<(usize, usize, u64), Vec<i64>>;

#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, kind: &'static str, what: String) {
        self.0.push(Finding { kind, what });
    }
}

/// Everything that is wrong.
pub fn check(record: &Record) -> Vec<Finding> {
    let mut places = Places::new();
    for (conversation, history) in record.stored.iter().enumerate() {
        for message in history {
            let key = (conversation, message.sender, message.number);
            places.entry(key).or_default().push(message.seq);
        }
    }
    let mut findings = Findings::default();
    check_sent(record, &places, &mut findings);
    check_places(record, &places, &mut findings);
    for (conversation, history) in record.stored.iter().enumerate() {
        check_numbers(conversation, history, &mut findings);
        check_senders(conversation, history, &mut findings);
    }
    record.heard.iter().for_each(|heard| check_heard(heard, &record.stored, &mut findings));
    record.complaints.iter().for_each(|what| findings.add("complaint", what.clone()));
    findings.0
}

/// Each message has an acknowledgement, which names the one place where it is.
fn check_sent(record: &Record, places: &Places, findings: &mut Findings) {
    for sent in &record.sent {
        let name = format!(
            "conversation {} device {} message {}",
            sent.conversation, sent.sender, sent.number
        );
        match (sent.ack, places.get(&(sent.conversation, sent.sender, sent.number))) {
            (None, _) => findings.add("unanswered", name),
            (Some(_), None) => findings.add("lost", name),
            (Some(ack), Some(seqs)) if !seqs.contains(&ack) => {
                findings.add("wrong ack", format!("{name}: {ack}, stored as {}", seqs[0]));
            }
            (Some(_), Some(_)) => {}
        }
    }
}

/// Each stored message was sent, and is stored once.
fn check_places(record: &Record, places: &Places, findings: &mut Findings) {
    let key = |sent: &Sent| (sent.conversation, sent.sender, sent.number);
    let tried: BTreeSet<_> = record.sent.iter().map(key).collect();
    for (key, seqs) in places {
        let name = format!("conversation {} device {} message {}", key.0, key.1, key.2);
        if !tried.contains(key) {
            findings.add("phantom", name.clone());
        }
        for seq in &seqs[1..] {
            findings.add("doubled", format!("{name}: {} and {seq}", seqs[0]));
        }
    }
}

/// Numbers are 1, 2, 3, …
fn check_numbers(conversation: usize, history: &[Stored], findings: &mut Findings) {
    let mut numbers = (1..).zip(history);
    if let Some((expected, found)) = numbers.find(|(expected, message)| message.seq != *expected) {
        findings.add(
            "gap",
            format!("conversation {conversation}: {} where {expected} belongs", found.seq),
        );
    }
}

/// Each sender's counter rises along the history.
fn check_senders(conversation: usize, history: &[Stored], findings: &mut Findings) {
    let mut latest: BTreeMap<usize, u64> = BTreeMap::new();
    for Stored { sender, number, .. } in history {
        let before = latest.insert(*sender, *number);
        if let Some(before) = before.filter(|before| before > number) {
            let what =
                format!("conversation {conversation} device {sender}: {number} after {before}");
            findings.add("sender order", what);
        }
    }
}

/// A device's log is the history: complete, in order, nothing twice.
fn check_heard(heard: &Heard, stored: &[Vec<Stored>], findings: &mut Findings) {
    let history = &stored[heard.conversation];
    let name = |seq: i64| format!("{} in conversation {}: {seq}", heard.name, heard.conversation);
    let (mut seen, mut highest) = (BTreeSet::new(), 0);
    for message in &heard.messages {
        let place = usize::try_from(message.seq - 1).ok();
        let same = place.and_then(|place| history.get(place)) == Some(message);
        if !seen.insert(message.seq) {
            findings.add("repeated", name(message.seq));
        } else if message.seq < highest || !same {
            findings.add("device order", name(message.seq));
        }
        highest = highest.max(message.seq);
    }
    let missed = history.iter().filter(|message| !seen.contains(&message.seq));
    missed.for_each(|message| findings.add("missed", name(message.seq)));
}

#[cfg(test)]
mod tests;
