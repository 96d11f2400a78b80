//! Live connections: who listens to what, the native WebSocket, server-sent events, presence. What
//! happened comes in through the hub, after the commit, and leaves through each listener's outbox.

mod arrive;
mod attendance;
mod commands;
pub mod conformance;
pub mod cursor;
mod dispatch;
mod ear;
mod encode;
#[cfg(fuzzing)]
pub mod fuzzing;
mod gateway;
mod hub;
mod line;
mod listener;
mod options;
mod outbox;
mod pace;
mod plain;
mod presence;
mod raw;
pub mod sio;
mod sse;
mod typing;

pub use arrive::{Held, MOST_WATCHED};
pub use attendance::Attendance;
pub use ear::{Ear, Heard, Scope};
pub use encode::Told;
pub use gateway::Gateway;
pub use hub::Hub;
pub use options::HubOptions;
pub use pace::{Admit, Pace};
pub use plain::{FromPeer, PlainSocket};
pub use raw::COMMANDS_IN_FLIGHT;
pub use sse::SseEvent;
