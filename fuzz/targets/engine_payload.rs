//! A polled body of Engine.IO: whatever it says, its packets can be said again and read as the same.

#![no_main]

use bytes::Bytes;
use chinwag_socketio::engine::{Packets, append};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let Ok(packets) = Packets::of(Bytes::copy_from_slice(body), 1_000_000) else { return };
    let read: Vec<_> = packets.take_while(Result::is_ok).flatten().collect();
    let mut written = Vec::new();
    read.iter().for_each(|packet| append(&mut written, packet));
    if read.is_empty() {
        return;
    }
    let again: Result<Vec<_>, _> =
        Packets::of(written.into(), usize::MAX).and_then(Iterator::collect);
    assert_eq!(again, Ok(read));
});
