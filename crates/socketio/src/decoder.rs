//! Puts Socket.IO packets together: the text first, then the attachments it announced, in order.

use crate::{Event, Limits, Packet, Violation, read};
use bytes::Bytes;

/// Turns what an Engine.IO session brings into packets. Holds nothing while no packet is incomplete.
#[derive(Debug, Default)]
pub struct Decoder {
    limits: Limits,
    partial: Option<Box<Partial>>,
}

/// A packet that waits for its attachments.
#[derive(Debug)]
struct Partial {
    packet: Packet,
    missing: usize,
    /// Bytes of the attachments so far.
    bytes: usize,
}

impl Decoder {
    /// A decoder for a fresh session.
    pub fn new(limits: Limits) -> Self {
        Self { limits, partial: None }
    }

    /// Takes a text; gives the packet if it is whole.
    ///
    /// # Errors
    /// What the peer did wrong; the session is over then.
    pub fn text(&mut self, text: &Bytes) -> Result<Option<Packet>, Violation> {
        if self.partial.is_some() {
            return Err(Violation::AttachmentOrder);
        }
        let (packet, missing) = read::packet(text, &self.limits)?;
        if missing == 0 {
            return Ok(Some(packet));
        }
        self.partial = Some(Box::new(Partial { packet, missing, bytes: 0 }));
        Ok(None)
    }

    /// Takes an attachment; gives the packet if that was the last.
    ///
    /// # Errors
    /// As with [`Decoder::text`].
    pub fn binary(&mut self, attachment: Bytes) -> Result<Option<Packet>, Violation> {
        let mut partial = self.partial.take().ok_or(Violation::AttachmentOrder)?;
        partial.bytes += attachment.len();
        if partial.bytes > self.limits.bytes {
            return Err(Violation::TooBig);
        }
        if let Packet::Event(Event { attachments, .. }) | Packet::Ack { attachments, .. } =
            &mut partial.packet
        {
            attachments.push(attachment);
        }
        partial.missing -= 1;
        if partial.missing == 0 {
            return Ok(Some(partial.packet));
        }
        self.partial = Some(partial);
        Ok(None)
    }
}
