//! What an operator may choose of the dialects.

use crate::{LiveChat, MessagingApp, Pingtalk, RoomChat};
use std::time::Duration;

/// What is chosen for each dialect, and for all.
#[derive(Clone, Debug)]
pub struct Options {
    /// Most bytes in use of what the process allocated, for health.
    pub heap_bytes: u64,
    /// Most bytes of memory that the process takes, for health.
    pub resident_bytes: u64,
    /// Time between two heartbeats of a session.
    pub heartbeat: Duration,
    /// Most sessions at once, of each kind.
    pub most_connections: usize,
    /// Whether `messaging-service` is switched on.
    pub messaging_service: bool,
    /// `messaging-app`, where it is switched on.
    pub messaging_app: Option<MessagingApp>,
    /// `room-chat`, where it is switched on.
    pub room_chat: Option<RoomChat>,
    /// `live-chat`, where it is switched on.
    pub live_chat: Option<LiveChat>,
    /// `pingtalk`, where it is switched on.
    pub pingtalk: Option<Pingtalk>,
    /// The address that people reach the server by, where the operator gave one.
    pub public_url: Option<String>,
}
