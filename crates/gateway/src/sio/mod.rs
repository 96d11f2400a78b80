//! Socket.IO: sessions over long polling and WebSocket, and what is spoken over them.
//!
//! An [`Endpoint`] is one address where sessions are opened; each session is one task. What runs over a
//! session is a [`Voice`]; [`Sockets`] is the one that speaks Socket.IO, and leaves to an [`Adapter`] who
//! may enter, what a peer's events mean and how ours are worded. The native vocabulary is one adapter.

mod adapter;
mod connection;
mod door;
mod endpoint;
mod native;
mod polling;
mod sockets;
mod voice;

pub use crate::raw::Task;
pub use adapter::{Adapter, Entering, Entry, Opening, Parting, Said, Socket};
pub use connection::{ping, text_frame};
pub use endpoint::{Answer, Carrier, Endpoint, Place};
pub use sockets::Sockets;
pub use voice::{Say, Voice};

pub use chinwag_socketio::{
    Event, Limits, Namespace,
    engine::{Options, Refusal},
    write_event,
};
