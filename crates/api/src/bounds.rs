//! What one request may be: its size, and the time it may take.

use std::time::Duration;

/// Most bytes of a request's head.
pub const HEAD_BYTES: usize = 16 * 1024;
/// Most header lines of a request.
pub const HEAD_LINES: usize = 100;
/// Most bytes of a JSON body: a text of 64 KiB, escaped, and what goes with it.
pub const BODY_BYTES: usize = 160 * 1024;
/// Longest time a JSON body may take to arrive.
pub const BODY_TIME: Duration = Duration::from_secs(30);
/// Longest time until an answer begins: longer than a body may take to arrive, for which its sender is
/// told. What streams afterwards may go on.
pub const ANSWER_TIME: Duration = Duration::from_secs(45);
/// Longest pause in a file on its way in.
pub const UPLOAD_PAUSE: Duration = Duration::from_secs(15);
/// Longest time a file may take to arrive.
pub const UPLOAD_TIME: Duration = Duration::from_secs(15 * 60);
