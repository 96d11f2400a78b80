//! What only the fuzzer calls: parsers that nothing else outside may reach.

use crate::dispatch;

/// The parameters of a command, as they stand in its text; nothing where it is not one, or has none.
pub fn parameters(text: &[u8]) -> Option<&str> {
    dispatch::parse(text).ok()?.with.map(|with| with.get())
}
