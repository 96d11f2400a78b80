//! A form with a file: the boundary up to the first line break, the body after it, in pieces of any size.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_time().start_paused(true).build().expect("a runtime"),
    );
}

fuzz_target!(|input: (String, Vec<u8>, u8)| {
    let (boundary, body, piece) = input;
    let arrived = RUNTIME.with_borrow(|runtime| {
        runtime.block_on(chinwag_api::fuzzing::form(&boundary, &body, usize::from(piece) + 1))
    });
    if let Some((_, file)) = arrived {
        assert!(file.len() <= body.len());
    }
});
