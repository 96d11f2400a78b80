//! Engine.IO 4: one session over long polling or WebSocket, whose peer shows that it lives, and which
//! may change from the one to the other without losing a packet.

mod open;
mod packet;
mod payload;
mod session;

pub use open::{Options, Refusal, Request, open_packet};
pub use packet::{Data, Packet};
pub use payload::{Packets, append};
pub use session::{End, Probe, Session, Transport};
