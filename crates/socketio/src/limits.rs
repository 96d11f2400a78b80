//! What a peer may make us hold, and what it can do wrong.

/// Bounds of one packet, and how odd an event may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of a packet's text, and of all its attachments together.
    pub bytes: usize,
    /// Most attachments.
    pub attachments: usize,
    /// Deepest nesting of its JSON.
    pub depth: usize,
    /// Whether an event is a violation that no client library would send: one whose name is reserved, no text or
    /// missing, or whose arguments are nested too deep. Else it is read: a name that is no text is its JSON, a
    /// missing one is empty, and an event that is nested too deep has no arguments.
    pub strict: bool,
}

impl Default for Limits {
    fn default() -> Self {
        Self { bytes: 1_000_000, attachments: 10, depth: 32, strict: true }
    }
}

/// What a peer did wrong. The session is over: neither protocol has a way to go on after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Violation {
    /// No bytes where a packet should be.
    #[error("an empty packet")]
    Empty,
    /// A packet type that does not exist, or that this side never sends.
    #[error("a packet type that is not known or not allowed here")]
    Kind,
    /// Text that is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// A binary packet that is not base64.
    #[error("not base64")]
    Base64,
    /// More bytes than allowed.
    #[error("more bytes than allowed")]
    TooBig,
    /// A number of attachments that is not one, or beyond the limit.
    #[error("a number of attachments that is malformed or too high")]
    Attachments,
    /// An attachment that was not announced, or something else in its place.
    #[error("an attachment is out of place")]
    AttachmentOrder,
    /// A namespace that is malformed or too long.
    #[error("the namespace is malformed or too long")]
    Namespace,
    /// An id for an answer that is no number, or that an answer lacks.
    #[error("the id of an answer is malformed")]
    Id,
    /// A payload that is not the JSON its kind of packet asks for.
    #[error("the payload has the wrong shape")]
    Payload,
    /// JSON nested deeper than allowed.
    #[error("nested too deep")]
    Depth,
    /// An event's name that belongs to the protocol.
    #[error("the event's name is reserved")]
    Reserved,
    /// A packet in a namespace that the peer is not connected to.
    #[error("not connected to that namespace")]
    NotConnected,
    /// The other half of the heartbeat than this side's.
    #[error("the heartbeat goes the other way")]
    Heartbeat,
    /// Two requests of a kind at once.
    #[error("two requests of a kind at once")]
    Overlap,
}
