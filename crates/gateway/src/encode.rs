//! Events, replies and notices of the server as bytes. An event is written once and the same bytes
//! go to every listener.

use crate::sio::text_frame;
use bytes::Bytes;
use chinwag_chat::refuse;
use chinwag_socketio::{Namespace, Packet, write_event};
use chinwag_wire::{
    AccountId, Code, ConversationId, Event, EventBody, Problem,
    frame::{Closing, ClosingFrame, Heartbeat, HeartbeatFrame, ReplyFrame},
    websocket::{Opcode, frame},
};
use parking_lot::Mutex;
use serde::Serialize;
use std::{cell::OnceCell, sync::Arc};

/// An event in the forms it is delivered in.
#[derive(Debug)]
pub(crate) struct Encoded {
    /// The conversation it belongs to.
    pub(crate) conversation: Option<ConversationId>,
    /// Its number in that conversation's log.
    pub(crate) rev: Option<i64>,
    /// The message it is about.
    pub(crate) seq: Option<i64>,
    /// Its name, for server-sent events.
    pub(crate) name: &'static str,
    /// A signal may be left out where room is short; nothing durable may.
    pub(crate) signal: bool,
    /// It is about members, and for members alone.
    pub(crate) members_only: bool,
    /// Who wrote the message it announces.
    pub(crate) author: Option<AccountId>,
    /// The JSON object.
    pub(crate) json: Bytes,
    event: Event,
    frame: OnceCell<Bytes>,
    packet: OnceCell<Bytes>,
    told: OnceCell<Arc<Told>>,
}

/// An event as it happened, for listeners who word it themselves. One is shared by all of them.
#[derive(Debug)]
pub struct Told {
    event: Event,
    worded: Mutex<Vec<(&'static str, Bytes)>>,
}

/// Two are the same if the same happened, however it was worded.
impl PartialEq for Told {
    fn eq(&self, other: &Self) -> bool {
        self.event == other.event
    }
}

impl Eq for Told {}

impl Told {
    fn new(event: Event) -> Self {
        Self { event, worded: Mutex::default() }
    }

    /// What happened.
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The event in the words of a vocabulary, where somebody has written it.
    pub fn worded(&self, vocabulary: &'static str) -> Option<Bytes> {
        let worded = self.worded.lock();
        worded.iter().find(|(of, _)| *of == vocabulary).map(|(_, words)| words.clone())
    }

    /// The event in the words of a vocabulary: written by the first who asks, the same bytes for all others.
    pub fn words(&self, vocabulary: &'static str, write: impl FnOnce() -> Bytes) -> Bytes {
        let mut worded = self.worded.lock();
        if let Some((_, words)) = worded.iter().find(|(of, _)| *of == vocabulary) {
            return words.clone();
        }
        let words = write();
        worded.push((vocabulary, words.clone()));
        words
    }
}

impl Encoded {
    /// Writes the event's JSON.
    pub(crate) fn new(event: Event) -> Self {
        use EventBody::{
            MemberChanged, MemberLeft, MessageCreated, MessageDeleted, MessageEdited, ReceiptMoved,
        };
        Self {
            conversation: event.conversation_id,
            rev: event.rev,
            seq: match &event.body {
                MessageCreated(message) | MessageEdited(message) | MessageDeleted(message) => {
                    Some(message.seq)
                }
                _ => None,
            },
            name: name(&event.body),
            signal: is_signal(&event.body),
            members_only: matches!(event.body, MemberChanged(_) | MemberLeft(_) | ReceiptMoved(_)),
            author: match &event.body {
                MessageCreated(message) => Some(message.sender_id),
                _ => None,
            },
            json: json(&event).into(),
            event,
            frame: OnceCell::new(),
            packet: OnceCell::new(),
            told: OnceCell::new(),
        }
    }

    /// The event itself, kept at the first listener who words it.
    pub(crate) fn told(&self) -> Arc<Told> {
        self.told.get_or_init(|| Arc::new(Told::new(self.event.clone()))).clone()
    }

    /// The event as a WebSocket frame, written at the first listener who needs it.
    pub(crate) fn frame(&self) -> Bytes {
        self.frame.get_or_init(|| frame::encode(Opcode::Text, &self.json)).clone()
    }

    /// The event as a Socket.IO event, in the frame that carries it.
    pub(crate) fn packet(&self) -> Bytes {
        let write = || text_frame(|out| write_event(out, self.name, &self.json));
        self.packet.get_or_init(write).clone()
    }
}

/// Where the answer to a command goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReplyTo {
    /// To the command of this id, on the native socket.
    Command(u64),
    /// To the acknowledgement of this id over Socket.IO; to nobody, where nobody waits.
    Ack(Option<u64>),
}

/// Whether nothing durable is told: of a profile, its owner's devices hear through the log of the account.
fn is_signal(body: &EventBody) -> bool {
    use EventBody::{AudienceChanged, PresenceChanged, ProfileChanged, Typing};
    match body {
        Typing(_) | PresenceChanged(_) | AudienceChanged(_) => true,
        ProfileChanged(changed) => changed.account_rev.is_none(),
        _ => false,
    }
}

/// The event's name, the same word as in its JSON.
fn name(body: &EventBody) -> &'static str {
    match body {
        EventBody::MessageCreated(_) => "message_created",
        EventBody::MessageEdited(_) => "message_edited",
        EventBody::MessageDeleted(_) => "message_deleted",
        EventBody::MemberChanged(_) => "member_changed",
        EventBody::MemberLeft(_) => "member_left",
        EventBody::ConversationChanged(_) => "conversation_changed",
        EventBody::ReceiptMoved(_) => "receipt_moved",
        EventBody::ConversationJoined(_) => "conversation_joined",
        EventBody::ConversationLeft(_) => "conversation_left",
        EventBody::BlockAdded(_) => "block_added",
        EventBody::BlockRemoved(_) => "block_removed",
        EventBody::ContactRequestChanged(_) => "contact_request_changed",
        EventBody::ContactRequestRemoved(_) => "contact_request_removed",
        EventBody::ContactAdded(_) => "contact_added",
        EventBody::ContactRemoved(_) => "contact_removed",
        EventBody::SettingsChanged(_) => "settings_changed",
        EventBody::ProfileChanged(_) => "profile_changed",
        EventBody::Typing(_) => "typing",
        EventBody::PresenceChanged(_) => "presence_changed",
        EventBody::AudienceChanged(_) => "audience_changed",
    }
}

/// The answer to a command, as a frame. A refusal is counted here, and its time to come back spread.
pub(crate) fn reply<T: Serialize>(to: ReplyTo, outcome: Result<T, Problem>) -> Bytes {
    let (ok, error) = match outcome {
        Ok(ok) => (Some(ok), None),
        Err(problem) => (None, Some(refuse(problem))),
    };
    match to {
        ReplyTo::Command(id) => text(&ReplyFrame { id, ok, error }),
        ReplyTo::Ack(None) => Bytes::new(),
        ReplyTo::Ack(Some(id)) => {
            let (namespace, data) = (Namespace::main(), json(&[Outcome { ok, error }]).into());
            let ack = Packet::Ack { namespace, id, data, attachments: Vec::new() };
            text_frame(|out| ack.write(out))
        }
    }
}

/// What an acknowledgement says.
#[derive(Serialize)]
struct Outcome<T> {
    #[serde(skip_serializing_if = "Option::is_none")]
    ok: Option<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// A Socket.IO event of this name, as a frame.
pub(crate) fn packet(name: &str, value: &impl Serialize) -> Bytes {
    text_frame(|out| write_event(out, name, &json(value)))
}

/// A heartbeat, as a frame.
pub(crate) fn heartbeat(heads: Vec<(ConversationId, i64)>) -> Bytes {
    text(&HeartbeatFrame { heartbeat: Heartbeat { heads } })
}

/// The last frame before the connection closes.
pub(crate) fn closing(code: Code, reconnect_after_ms: Option<u64>) -> Bytes {
    metrics::counter!("chinwag_closed_total", "code" => code.name()).increment(1);
    text(&ClosingFrame { closing: Closing { code, reconnect_after_ms } })
}

fn text(value: &impl Serialize) -> Bytes {
    frame::encode(Opcode::Text, &json(value))
}

/// A value of `wire` as JSON.
pub(crate) fn json(value: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(value).expect("wire types have string keys and no failing parts")
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::{Audience, ConversationId};
    use uuid::Uuid;

    #[test]
    fn the_name_is_the_word_in_the_json() {
        let event = Event {
            conversation_id: Some(ConversationId(Uuid::from_u128(7))),
            rev: None,
            body: EventBody::AudienceChanged(Audience { accounts: 1, guests: 2 }),
        };
        let encoded = Encoded::new(event.clone());
        let read: serde_json::Value = serde_json::from_slice(&encoded.json).unwrap();
        assert_eq!(read["event"], encoded.name);
        assert!(encoded.signal);
        assert_eq!(encoded.frame()[2..], encoded.json[..]);
        let packet = [b"42[\"audience_changed\",", &encoded.json[..], b"]"].concat();
        assert!(encoded.packet().ends_with(&packet));
        assert_eq!(encoded.packet().as_ptr(), encoded.packet().as_ptr(), "written once");
        let told = encoded.told();
        let words = |text: &'static [u8]| told.words("a surface", || Bytes::from_static(text));
        assert_eq!((told.event(), &words(b"first")[..]), (&event, &b"first"[..]));
        assert_eq!(&words(b"second")[..], b"first", "written once");
    }
}
