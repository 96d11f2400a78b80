//! Frames as bytes (RFC 6455, section 5.2): writing them, and the masking both ends share.

use bytes::{BufMut, Bytes, BytesMut};

use super::close;

/// The largest payload of a control frame.
pub const MAX_CONTROL: usize = 125;
/// The longest header a frame can have: two bytes, eight of length, four of mask.
pub const MAX_HEADER: usize = 14;

const FIN: u8 = 0x80;
const MASKED: u8 = 0x80;

/// What a frame carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Opcode {
    /// A further fragment of the message before it.
    Continuation = 0,
    /// UTF-8 text.
    Text = 1,
    /// Bytes.
    Binary = 2,
    /// The end of the connection.
    Close = 8,
    /// Asks for a pong with the same payload.
    Ping = 9,
    /// Answers a ping.
    Pong = 10,
}

impl Opcode {
    /// The opcode of these four bits, or nothing for a reserved one.
    pub fn from_bits(bits: u8) -> Option<Self> {
        Some(match bits {
            0 => Self::Continuation,
            1 => Self::Text,
            2 => Self::Binary,
            8 => Self::Close,
            9 => Self::Ping,
            10 => Self::Pong,
            _ => return None,
        })
    }

    /// Whether this is close, ping or pong: short, never fragmented, allowed between fragments.
    pub fn is_control(self) -> bool {
        self as u8 >= 8
    }
}

/// A whole message as one unmasked frame, in one allocation. This is what a server sends.
pub fn encode(opcode: Opcode, payload: &[u8]) -> Bytes {
    let mut out = BytesMut::with_capacity(payload.len() + MAX_HEADER);
    append(&mut out, opcode, payload);
    out.freeze()
}

/// A close frame as a server sends it.
pub fn close(code: u16, reason: &str) -> Bytes {
    encode(Opcode::Close, &close::payload(code, reason))
}

/// Appends a whole message as one unmasked frame.
pub fn append(out: &mut impl BufMut, opcode: Opcode, payload: &[u8]) {
    append_header(out, true, opcode, payload.len(), None);
    out.put_slice(payload);
}

/// Appends a whole message as one masked frame. This is what a client sends; the mask must be
/// unpredictable (RFC 6455, section 5.3).
pub fn append_masked(out: &mut Vec<u8>, opcode: Opcode, payload: &[u8], mask: [u8; 4]) {
    append_header(out, true, opcode, payload.len(), Some(mask));
    let start = out.len();
    out.extend_from_slice(payload);
    apply_mask(&mut out[start..], mask);
}

/// Appends a frame's header alone; `length` bytes of payload must follow. `fin` is false for every
/// fragment but the last.
pub fn append_header(
    out: &mut impl BufMut,
    fin: bool,
    opcode: Opcode,
    length: usize,
    mask: Option<[u8; 4]>,
) {
    out.put_u8(if fin { FIN } else { 0 } | opcode as u8);
    let masked = if mask.is_some() { MASKED } else { 0 };
    if length < 126 {
        out.put_u8(masked | length as u8);
    } else if let Ok(length) = u16::try_from(length) {
        out.put_u8(masked | 126);
        out.put_u16(length);
    } else {
        out.put_u8(masked | 127);
        out.put_u64(length as u64);
    }
    if let Some(mask) = mask {
        out.put_slice(&mask);
    }
}

/// Takes the first frame off whole frames that [`encode`] wrote: what it is, and its payload. Nothing
/// where no such frame is left.
pub fn split_first(frames: &mut Bytes) -> Option<(Opcode, Bytes)> {
    let [first, second, ..] = **frames else { return None };
    let extended = match second {
        0..126 => 0,
        126 => 2,
        127 => 8,
        _ => return None,
    };
    let written = frames.get(2..2 + extended)?;
    let length = match extended {
        0 => usize::from(second),
        _ => written.iter().fold(0, |sum, byte| sum << 8 | usize::from(*byte)),
    };
    if frames.len() - 2 - extended < length {
        return None;
    }
    let payload = frames.split_to(2 + extended + length).split_off(2 + extended);
    Some((Opcode::from_bits(first & !FIN)?, payload))
}

/// Masks or unmasks in place, eight bytes at a time.
pub fn apply_mask(payload: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let wide = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let mut chunks = payload.chunks_exact_mut(8);
    for chunk in &mut chunks {
        let word = u64::from_ne_bytes((&*chunk).try_into().expect("chunks of eight"));
        chunk.copy_from_slice(&(word ^ wide).to_ne_bytes());
    }
    for (byte, key) in chunks.into_remainder().iter_mut().zip(mask.iter().cycle()) {
        *byte ^= key;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_the_examples_of_the_rfc() {
        assert_eq!(&encode(Opcode::Text, b"Hello")[..], b"\x81\x05Hello");
        let mut masked = Vec::new();
        append_masked(&mut masked, Opcode::Text, b"Hello", [0x37, 0xfa, 0x21, 0x3d]);
        assert_eq!(masked, b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
        assert_eq!(&encode(Opcode::Binary, &[0; 256])[..4], b"\x82\x7e\x01\x00");
        assert_eq!(&encode(Opcode::Binary, &[0; 65536])[..10], b"\x82\x7f\0\0\0\0\0\x01\0\0");
    }

    #[test]
    fn frames_come_apart_again() {
        for length in [0, 1, 125, 126, 65_535, 65_536] {
            let payload = vec![b'x'; length];
            let mut frames = BytesMut::new();
            append(&mut frames, Opcode::Text, &payload);
            append(&mut frames, Opcode::Binary, b"end");
            let mut frames = frames.freeze();
            assert_eq!(split_first(&mut frames), Some((Opcode::Text, payload.into())));
            let cut = frames.slice(..frames.len() - 1);
            assert_eq!(
                split_first(&mut frames),
                Some((Opcode::Binary, Bytes::from_static(b"end")))
            );
            assert_eq!((split_first(&mut frames), split_first(&mut cut.clone())), (None, None));
        }
    }

    #[test]
    fn masking_twice_changes_nothing() {
        let original: Vec<u8> = (0..100).collect();
        for length in 0..original.len() {
            let mut bytes = original[..length].to_vec();
            apply_mask(&mut bytes, [1, 2, 3, 4]);
            assert!(bytes.iter().enumerate().all(|(i, b)| *b == original[i] ^ (i % 4 + 1) as u8));
            apply_mask(&mut bytes, [1, 2, 3, 4]);
            assert_eq!(bytes, original[..length]);
        }
    }
}
