//! The receiving half: a buffer of bytes becomes messages, or the violation that ends the
//! connection. Strict where RFC 6455 is; a message in one frame is never copied.

use bytes::{Bytes, BytesMut};

use super::{
    close,
    frame::{self, Opcode},
};

/// Which end of the connection reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Reads from a client: every frame must be masked.
    Server,
    /// Reads from a server: no frame may be masked.
    Client,
}

/// What a peer may make us hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// The largest message, in bytes, all fragments together.
    pub message: usize,
    /// The most fragments of one message.
    pub fragments: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self { message: 64 * 1024, fragments: 64 }
    }
}

/// What a peer said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Incoming {
    /// A whole text message; valid UTF-8.
    Text(Bytes),
    /// A whole binary message.
    Binary(Bytes),
    /// To be answered with a pong of the same payload.
    Ping(Bytes),
    /// The answer to a ping.
    Pong(Bytes),
    /// The last frame a peer sends.
    Close {
        /// Why, unless the frame was empty; always a code that may travel.
        code: Option<u16>,
        /// A sentence for a log; valid UTF-8.
        reason: Bytes,
    },
}

/// What a peer did wrong. The connection is over; [`Violation::close_code`] says it to the peer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Violation {
    /// A reserved bit is set; no extension was negotiated.
    #[error("a reserved bit is set")]
    Reserved,
    /// A reserved opcode.
    #[error("unknown opcode {0}")]
    Opcode(u8),
    /// A client's frame without a mask, or a server's with one.
    #[error("the mask bit is wrong for this side")]
    Mask,
    /// A control frame that is fragmented or longer than 125 bytes.
    #[error("a control frame is fragmented or too long")]
    Control,
    /// A length not written in its shortest form, or beyond 63 bits.
    #[error("the frame's length is malformed")]
    Length,
    /// A continuation without a beginning, or a beginning within a message.
    #[error("a fragment is out of place")]
    Fragment,
    /// A close frame of one byte.
    #[error("the close frame is malformed")]
    ClosePayload,
    /// A close code that must not travel.
    #[error("close code {0} is not allowed")]
    CloseCode(u16),
    /// Text or a close reason that is not UTF-8.
    #[error("text is not UTF-8")]
    Utf8,
    /// More bytes than [`Limits::message`].
    #[error("the message is too big")]
    TooBig,
    /// More frames than [`Limits::fragments`].
    #[error("the message has too many fragments")]
    TooManyFragments,
}

impl Violation {
    /// The close code that tells the peer.
    pub fn close_code(self) -> u16 {
        match self {
            Self::Utf8 => close::INVALID_PAYLOAD,
            Self::TooBig => close::TOO_BIG,
            Self::TooManyFragments => close::POLICY,
            _ => close::PROTOCOL_ERROR,
        }
    }
}

/// Turns received bytes into messages. Holds nothing while no fragmented message is open.
#[derive(Debug)]
pub struct Decoder {
    role: Role,
    limits: Limits,
    partial: Option<Box<Partial>>,
}

/// A fragmented message so far.
#[derive(Debug)]
struct Partial {
    text: bool,
    bytes: BytesMut,
    /// How many of `bytes` are known to be whole UTF-8 characters.
    checked: usize,
    fragments: u32,
}

/// A frame's header, read and found lawful.
struct Header {
    fin: bool,
    opcode: Opcode,
    mask: Option<[u8; 4]>,
    /// Bytes of header.
    size: usize,
    /// Bytes of payload.
    length: usize,
}

impl Decoder {
    /// A decoder for a fresh connection.
    pub fn new(role: Role, limits: Limits) -> Self {
        Self { role, limits, partial: None }
    }

    /// Takes the next message out of the buffer, or leaves an incomplete frame there and answers
    /// `None`. A header is judged as soon as it can be read, before its payload arrives.
    pub fn next(&mut self, buffer: &mut BytesMut) -> Result<Option<Incoming>, Violation> {
        while let Some(header) = self.header(buffer)? {
            if buffer.len() - header.size < header.length {
                return Ok(None);
            }
            let mut payload = buffer.split_to(header.size + header.length).split_off(header.size);
            if let Some(mask) = header.mask {
                frame::apply_mask(&mut payload, mask);
            }
            if let Some(incoming) = self.accept(&header, payload)? {
                return Ok(Some(incoming));
            }
        }
        Ok(None)
    }

    /// Reads the header at the front of the buffer, when it is there in full.
    fn header(&self, buffer: &[u8]) -> Result<Option<Header>, Violation> {
        let [first, second, ..] = *buffer else { return Ok(None) };
        let fin = first & 0x80 != 0;
        let opcode = self.opcode(first, second, fin)?;
        let (short, masked) = (second & 0x7f, second & 0x80 != 0);
        let extended = match short {
            126 => 2,
            127 => 8,
            _ => 0,
        };
        let size = 2 + extended + if masked { 4 } else { 0 };
        let Some(written) = buffer.get(2..2 + extended) else { return Ok(None) };
        let length = self.length(short, written, opcode)?;
        if buffer.len() < size {
            return Ok(None);
        }
        let mask = masked.then(|| {
            <[u8; 4]>::try_from(&buffer[size - 4..size]).expect("the mask is the header's end")
        });
        Ok(Some(Header { fin, opcode, mask, size, length }))
    }

    /// Judges the first two bytes of a frame.
    fn opcode(&self, first: u8, second: u8, fin: bool) -> Result<Opcode, Violation> {
        if first & 0x70 != 0 {
            return Err(Violation::Reserved);
        }
        let opcode = Opcode::from_bits(first & 0x0f).ok_or(Violation::Opcode(first & 0x0f))?;
        if (second & 0x80 != 0) != (self.role == Role::Server) {
            return Err(Violation::Mask);
        }
        let fits = usize::from(second & 0x7f) <= frame::MAX_CONTROL;
        match opcode {
            _ if opcode.is_control() => (fin && fits).then_some(opcode).ok_or(Violation::Control),
            Opcode::Continuation if self.partial.is_none() => Err(Violation::Fragment),
            Opcode::Text | Opcode::Binary if self.partial.is_some() => Err(Violation::Fragment),
            _ => Ok(opcode),
        }
    }

    /// The payload's length, refused when not in its shortest form or when the message would
    /// outgrow its limits.
    fn length(&self, short: u8, written: &[u8], opcode: Opcode) -> Result<usize, Violation> {
        let length = match written.len() {
            0 => u64::from(short),
            _ => written.iter().fold(0, |sum, byte| sum << 8 | u64::from(*byte)),
        };
        let shortest = match written.len() {
            0 => true,
            2 => length > 125,
            _ => length > 65_535 && length < 1 << 63,
        };
        if !shortest {
            return Err(Violation::Length);
        }
        let held = self.partial.as_ref().map_or(0, |partial| partial.bytes.len()) as u64;
        if !opcode.is_control() && length + held > self.limits.message as u64 {
            return Err(Violation::TooBig);
        }
        Ok(length as usize)
    }

    /// A whole frame: a message of its own, or part of one.
    fn accept(
        &mut self,
        header: &Header,
        payload: BytesMut,
    ) -> Result<Option<Incoming>, Violation> {
        match (header.opcode, header.fin) {
            (Opcode::Ping, _) => Ok(Some(Incoming::Ping(payload.freeze()))),
            (Opcode::Pong, _) => Ok(Some(Incoming::Pong(payload.freeze()))),
            (Opcode::Close, _) => {
                let (code, reason) = close::parse(payload.freeze())?;
                Ok(Some(Incoming::Close { code, reason }))
            }
            (Opcode::Binary, true) => Ok(Some(Incoming::Binary(payload.freeze()))),
            (Opcode::Text, true) => {
                std::str::from_utf8(&payload).map_err(|_| Violation::Utf8)?;
                Ok(Some(Incoming::Text(payload.freeze())))
            }
            (Opcode::Text | Opcode::Binary, false) => {
                self.begin(header.opcode == Opcode::Text, payload).map(|()| None)
            }
            (Opcode::Continuation, fin) => self.extend(&payload, fin),
        }
    }

    /// The first fragment of a message.
    fn begin(&mut self, text: bool, payload: BytesMut) -> Result<(), Violation> {
        let mut partial = Partial { text, bytes: payload, checked: 0, fragments: 1 };
        partial.check(false)?;
        self.partial = Some(Box::new(partial));
        Ok(())
    }

    /// A further fragment; the last one completes the message.
    fn extend(&mut self, payload: &[u8], fin: bool) -> Result<Option<Incoming>, Violation> {
        let mut partial = self.partial.take().ok_or(Violation::Fragment)?;
        partial.fragments += 1;
        if partial.fragments > self.limits.fragments {
            return Err(Violation::TooManyFragments);
        }
        partial.bytes.extend_from_slice(payload);
        partial.check(fin)?;
        if !fin {
            self.partial = Some(partial);
            return Ok(None);
        }
        let bytes = partial.bytes.freeze();
        Ok(Some(if partial.text { Incoming::Text(bytes) } else { Incoming::Binary(bytes) }))
    }
}

impl Partial {
    /// Checks the text that arrived since the last time, so that a bad byte ends the connection at
    /// once. A character may be cut between fragments, but not by the end of the message.
    fn check(&mut self, fin: bool) -> Result<(), Violation> {
        if !self.text {
            return Ok(());
        }
        match std::str::from_utf8(&self.bytes[self.checked..]) {
            Ok(text) => self.checked += text.len(),
            Err(cut) if cut.error_len().is_none() && !fin => self.checked += cut.valid_up_to(),
            Err(_) => return Err(Violation::Utf8),
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests;
