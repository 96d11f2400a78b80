//! Several packets in the body of one polling request or answer: separated by a record separator,
//! binary ones in base64 behind a `b`.

use super::{Data, Packet};
use crate::Violation;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;

/// Between two packets.
const SEPARATOR: u8 = 0x1e;

/// The packets of a body, read one by one: a long body costs no more than the packet that is looked at.
#[derive(Clone, Debug)]
pub struct Packets {
    rest: Option<Bytes>,
}

impl Packets {
    /// The packets of this body.
    ///
    /// # Errors
    /// `Utf8` where it is no text, `TooBig` beyond so many bytes.
    pub fn of(body: Bytes, most: usize) -> Result<Self, Violation> {
        if body.len() > most {
            return Err(Violation::TooBig);
        }
        std::str::from_utf8(&body).map_err(|_| Violation::Utf8)?;
        Ok(Self { rest: Some(body) })
    }

    /// No packets at all.
    pub fn none() -> Self {
        Self { rest: None }
    }
}

impl Iterator for Packets {
    type Item = Result<Packet, Violation>;

    fn next(&mut self) -> Option<Self::Item> {
        let mut record = self.rest.take()?;
        if let Some(end) = record.iter().position(|byte| *byte == SEPARATOR) {
            self.rest = Some(record.slice(end + 1..));
            record.truncate(end);
        }
        let read = match record.first() {
            Some(b'b') => binary(&record[1..]),
            _ => Packet::read(&record),
        };
        if read.is_err() {
            self.rest = None;
        }
        Some(read)
    }
}

fn binary(base64: &[u8]) -> Result<Packet, Violation> {
    let bytes = STANDARD.decode(base64).map_err(|_| Violation::Base64)?;
    Ok(Packet::Data(Data::Binary(bytes.into())))
}

/// Appends a packet to a body.
pub fn append(body: &mut Vec<u8>, packet: &Packet) {
    if !body.is_empty() {
        body.push(SEPARATOR);
    }
    match packet {
        Packet::Data(Data::Binary(bytes)) => {
            body.push(b'b');
            body.extend_from_slice(STANDARD.encode(bytes).as_bytes());
        }
        text => text.write(body),
    }
}
