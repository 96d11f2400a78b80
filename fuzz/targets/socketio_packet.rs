//! A Socket.IO packet with its attachments: what is understood can be written, and is then understood the same.

#![no_main]

use bytes::Bytes;
use chinwag_socketio::{Decoder, Limits, Packet, Violation};
use libfuzzer_sys::fuzz_target;

/// The text, and what follows each zero byte as an attachment.
fn read(
    decoder: &mut Decoder,
    text: Bytes,
    attachments: Vec<Bytes>,
) -> Result<Option<Packet>, Violation> {
    let mut packet = decoder.text(&text)?;
    for attachment in attachments {
        if packet.is_some() {
            break;
        }
        packet = decoder.binary(attachment)?;
    }
    Ok(packet)
}

fuzz_target!(|input: &[u8]| {
    let mut parts = input.split(|byte| *byte == 0).map(Bytes::copy_from_slice);
    let text = parts.next().unwrap_or_default();
    let Ok(Some(packet)) = read(&mut Decoder::new(Limits::default()), text, parts.collect()) else {
        return;
    };
    let mut written = Vec::new();
    packet.write(&mut written);
    let again =
        read(&mut Decoder::new(Limits::default()), written.into(), packet.attachments().to_vec());
    assert_eq!(again, Ok(Some(packet)));
});
