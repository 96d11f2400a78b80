//! An access token: bytes that nobody signed prove nobody.

#![no_main]

use chinwag_chat::fuzzing::Keys;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static KEYS: LazyLock<Keys> = LazyLock::new(|| Keys::new(b"a master secret of the fuzzer"));

fuzz_target!(|token: &str| assert!(!KEYS.prove(token), "{token}"));
