//! Socket.IO packets and how they are written (protocol revision 5).

use crate::Namespace;
use bytes::Bytes;
use std::io::Write as _;

/// What one side tells the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// A peer asks to enter a namespace, or is let in: a JSON object, or nothing.
    Connect {
        /// Which one.
        namespace: Namespace,
        /// Credentials on the way in, the socket's id on the way out.
        data: Bytes,
    },
    /// Somebody left a namespace.
    Disconnect {
        /// Which one.
        namespace: Namespace,
    },
    /// Something that happened, or that shall happen.
    Event(Event),
    /// The answer to an event that asked for one.
    Ack {
        /// Where.
        namespace: Namespace,
        /// Of the event.
        id: u64,
        /// A JSON array.
        data: Bytes,
        /// Bytes that the array has placeholders for.
        attachments: Vec<Bytes>,
    },
    /// A peer is not let in: a JSON object.
    ConnectError {
        /// Which namespace.
        namespace: Namespace,
        /// Why.
        data: Bytes,
    },
}

/// A named event with its arguments.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Event {
    /// Where.
    pub namespace: Namespace,
    /// Under which the sender waits for an answer, where it does.
    pub id: Option<u64>,
    /// Its name; where that is no text, its JSON.
    pub name: String,
    /// Its arguments, a JSON value each.
    pub args: Vec<Bytes>,
    /// Bytes that the arguments have placeholders for.
    pub attachments: Vec<Bytes>,
}

/// Names that the protocol keeps for itself.
pub(crate) const RESERVED: &[&str] =
    &["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"];

impl Packet {
    /// Appends the packet's text. Its attachments follow it as binary packets.
    pub fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Connect { namespace, data } => head(out, b'0', 0, namespace, None, data),
            Self::Disconnect { namespace } => head(out, b'1', 0, namespace, None, b""),
            Self::Event(event) => event.write(out),
            Self::Ack { namespace, id, data, attachments } => {
                let kind = if attachments.is_empty() { b'3' } else { b'6' };
                head(out, kind, attachments.len(), namespace, Some(*id), data);
            }
            Self::ConnectError { namespace, data } => head(out, b'4', 0, namespace, None, data),
        }
    }

    /// What follows the packet's text.
    pub fn attachments(&self) -> &[Bytes] {
        match self {
            Self::Event(Event { attachments, .. }) | Self::Ack { attachments, .. } => attachments,
            _ => &[],
        }
    }
}

impl Event {
    fn write(&self, out: &mut Vec<u8>) {
        let kind = if self.attachments.is_empty() { b'2' } else { b'5' };
        head(out, kind, self.attachments.len(), &self.namespace, self.id, b"[");
        name(out, &self.name);
        for arg in &self.args {
            out.push(b',');
            out.extend_from_slice(arg);
        }
        out.push(b']');
    }
}

/// Appends an event of the main namespace with one argument that is JSON already: what a server says
/// to many at once.
pub fn write_event(out: &mut Vec<u8>, event: &str, json: &[u8]) {
    out.extend_from_slice(b"2[");
    name(out, event);
    out.push(b',');
    out.extend_from_slice(json);
    out.push(b']');
}

fn name(out: &mut Vec<u8>, event: &str) {
    serde_json::to_writer(out, event).expect("text is written to memory");
}

/// `<type>[<attachments>-][<namespace>,][<id>][<json>]`
fn head(
    out: &mut Vec<u8>,
    kind: u8,
    attachments: usize,
    namespace: &Namespace,
    id: Option<u64>,
    data: &[u8],
) {
    out.push(kind);
    if attachments > 0 {
        write!(out, "{attachments}-").expect("memory takes every byte");
    }
    if !namespace.is_main() {
        write!(out, "{namespace},").expect("memory takes every byte");
    }
    if let Some(id) = id {
        write!(out, "{id}").expect("memory takes every byte");
    }
    out.extend_from_slice(data);
}
