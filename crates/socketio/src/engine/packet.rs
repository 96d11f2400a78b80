//! Engine.IO packets: one character that says which, and what belongs to it. Binary packets have no
//! character: they are bytes in a WebSocket message, base64 in a polled one.

use crate::Violation;
use bytes::Bytes;

/// What one side says to the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Packet {
    /// The session began; a JSON object.
    Open(Bytes),
    /// The transport may be closed.
    Close,
    /// Are you there?
    Ping(Bytes),
    /// I am.
    Pong(Bytes),
    /// What the session is there to carry.
    Data(Data),
    /// The other transport takes over.
    Upgrade,
    /// Nothing; it ends a poll.
    Noop,
}

/// What a session carries.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Data {
    /// UTF-8.
    Text(Bytes),
    /// Bytes.
    Binary(Bytes),
}

impl Packet {
    /// Reads a packet that came as text. The text must be UTF-8, as WebSocket messages are.
    ///
    /// # Errors
    /// `Empty`, or `Kind` for a packet that does not exist.
    pub fn read(text: &Bytes) -> Result<Self, Violation> {
        let rest = || text.slice(1..);
        Ok(match text.first().ok_or(Violation::Empty)? {
            b'0' => Self::Open(rest()),
            b'1' => Self::Close,
            b'2' => Self::Ping(rest()),
            b'3' => Self::Pong(rest()),
            b'4' => Self::Data(Data::Text(rest())),
            b'5' => Self::Upgrade,
            b'6' => Self::Noop,
            _ => return Err(Violation::Kind),
        })
    }

    /// Appends a packet as text; a binary one as its bare bytes, for a binary WebSocket message.
    pub fn write(&self, out: &mut Vec<u8>) {
        let (kind, rest): (&[u8], &[u8]) = match self {
            Self::Open(json) => (b"0", json),
            Self::Close => (b"1", b""),
            Self::Ping(payload) => (b"2", payload),
            Self::Pong(payload) => (b"3", payload),
            Self::Data(Data::Text(text)) => (b"4", text),
            Self::Data(Data::Binary(bytes)) => (b"", bytes),
            Self::Upgrade => (b"5", b""),
            Self::Noop => (b"6", b""),
        };
        out.extend_from_slice(kind);
        out.extend_from_slice(rest);
    }
}
