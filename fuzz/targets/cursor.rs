//! Cursors of lists and of the event stream: what is read was written by us, and is written the same again.

#![no_main]

use chinwag_gateway::cursor;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Some(again) = chinwag_chat::fuzzing::cursor(text) {
        assert_eq!(again, text);
    }
    if let Ok(positions) = cursor::decode(text) {
        let epoch = positions.epoch.unwrap_or_default();
        let again = cursor::encode(&epoch, &positions.conversations);
        let read = cursor::decode(&again).map(|read| read.conversations);
        assert_eq!(read, Ok(positions.conversations));
    }
});
