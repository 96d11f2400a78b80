//! Frames of the native socket: what is heard does not depend on how the bytes were cut, and commands decode or are
//! refused.

#![no_main]

use bytes::BytesMut;
use chinwag_gateway::fuzzing::parameters;
use chinwag_wire::{
    frame::Hello,
    json,
    websocket::{Decoder, Incoming, Limits, Role, Violation},
};
use libfuzzer_sys::fuzz_target;

/// Everything that is heard when the bytes arrive in pieces of this size.
fn hear(input: &[u8], piece: usize) -> (Vec<Incoming>, Option<Violation>) {
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    let (mut buffer, mut heard) = (BytesMut::new(), Vec::new());
    for piece in input.chunks(piece) {
        buffer.extend_from_slice(piece);
        loop {
            match decoder.next(&mut buffer) {
                Ok(Some(incoming)) => heard.push(incoming),
                Ok(None) => break,
                Err(violation) => return (heard, Some(violation)),
            }
        }
    }
    (heard, None)
}

fuzz_target!(|input: &[u8]| {
    let whole = hear(input, usize::MAX);
    assert_eq!(whole, hear(input, 1));
    for incoming in &whole.0 {
        if let Incoming::Text(text) = incoming
            && let Some(with) = parameters(text)
        {
            let _ = json::decode::<Hello>(with.as_bytes());
        }
    }
});
