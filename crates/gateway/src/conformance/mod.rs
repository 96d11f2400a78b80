//! What the public conformance suites talk to. It is served by the conformance command alone, never
//! beside the product.

mod engine;
mod socket;
mod websocket;

pub use {engine::engine_echo, socket::socket_echo, websocket::echo};

use crate::sio::Options;
use std::time::Duration;

/// What the Engine.IO and Socket.IO suites expect of a server.
const OPTIONS: Options = Options {
    ping_interval: Duration::from_millis(300),
    ping_timeout: Duration::from_millis(200),
    max_payload: 1_000_000,
};
/// How long a session may be for nothing.
const PATIENCE: Duration = Duration::from_secs(1);
/// Most sessions at once.
const MOST: usize = 1_000;
