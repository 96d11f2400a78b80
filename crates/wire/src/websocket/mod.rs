//! The WebSocket protocol (RFC 6455) as pure functions and one small state machine: bytes in,
//! messages out. No sockets, no clocks; the server and the client share it.

pub mod close;
mod decoder;
pub mod frame;
pub mod handshake;

pub use decoder::{Decoder, Incoming, Limits, Role, Violation};
pub use frame::Opcode;
