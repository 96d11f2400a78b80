//! What only the fuzzer calls: parsers that nothing else outside may reach.

use crate::cookies;

/// The cookie of this name in a line of a request, and what its percent signs stand for.
pub fn cookie<'l>(line: &'l [u8], name: &str) -> Option<(&'l str, Option<String>)> {
    cookies::in_line(line, name).map(|value| (value, cookies::decoded(value)))
}

/// A value as it is written into a cookie.
pub fn cookie_value(value: &str) -> String {
    cookies::encoded(value)
}
