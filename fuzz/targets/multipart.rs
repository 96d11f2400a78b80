//! A form with a file: what arrives does not depend on how the body was cut, and is no more than was sent. The boundary
//! comes up to the first line break, the body after it.

#![no_main]

use libfuzzer_sys::fuzz_target;
use std::cell::RefCell;
use tokio::{
    runtime::{Builder, Runtime},
    task::yield_now,
};

thread_local! {
    static RUNTIME: RefCell<Runtime> = RefCell::new(
        Builder::new_current_thread().enable_time().build().expect("a runtime"),
    );
}

/// The name and the bytes of the file when the body arrives in pieces of this size.
fn arrive(boundary: &str, body: &[u8], piece: usize) -> Option<(Option<String>, Vec<u8>)> {
    let arriving = async {
        let arrived = chinwag_api::fuzzing::form(boundary, body, piece).await;
        // What goes on with a body that was refused ends here.
        yield_now().await;
        arrived
    };
    RUNTIME.with_borrow(|runtime| runtime.block_on(arriving))
}

fuzz_target!(|input: &[u8]| {
    let end = input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len());
    let (boundary, body) =
        (String::from_utf8_lossy(&input[..end]), input.get(end + 1..).unwrap_or_default());
    let whole = arrive(&boundary, body, usize::MAX);
    assert_eq!(whole, arrive(&boundary, body, 1));
    if let Some((_, file)) = whole {
        assert!(file.len() <= body.len());
    }
});
