//! Every rule of the two protocol texts (Engine.IO 4, Socket.IO 5) that a server has to keep.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod packets;
mod payloads;
mod properties;
mod sessions;
