//! Engine.IO 4 and Socket.IO 5 as pure state machines: bytes in, bytes out, the time passed in. No
//! sockets, no clocks, no tasks, and no panic whatever comes in.
//!
//! [`engine`] is the session underneath: packets over long polling and WebSocket, the heartbeat, the
//! change from one transport to the other. On top of it, [`Decoder`] reads what a peer says, attachments
//! included, [`Packet`] writes what it is told, and [`Admission`] knows which namespaces it is in.

mod admission;
mod decoder;
pub mod engine;
mod limits;
mod namespace;
mod packet;
mod read;

pub use admission::Admission;
pub use decoder::Decoder;
pub use limits::{Limits, Violation};
pub use namespace::Namespace;
pub use packet::{Event, Packet, write_event};
