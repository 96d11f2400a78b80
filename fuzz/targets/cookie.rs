//! A line of cookies: what we wrote into one is read as the same, whatever stands beside it. The value comes up to the
//! first line break, the rest is what stands before ours.

#![no_main]

use chinwag_dialects::fuzzing::{cookie, cookie_value};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|input: &[u8]| {
    let (value, others) =
        input.split_at(input.iter().position(|byte| *byte == b'\n').unwrap_or(input.len()));
    let (value, others) = (String::from_utf8_lossy(value), others.get(1..).unwrap_or_default());
    if cookie(others, "token").is_some() {
        return;
    }
    let written = cookie_value(&value);
    let line = [others, b"; token=", written.as_bytes()].concat();
    assert_eq!(cookie(&line, "token"), Some((written.as_str(), Some(value.into_owned()))));
});
