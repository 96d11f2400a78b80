//! What an operator may choose about live connections.

use std::time::Duration;

/// Bounds and rhythms of live connections.
#[derive(Clone, Debug)]
pub struct HubOptions {
    /// Most bytes that may wait for one connection; beyond it, the connection is slow and closed.
    pub outbox_bytes: usize,
    /// Most frames that may wait for one connection.
    pub outbox_frames: usize,
    /// Time between two heartbeats of a connection; each varies it by up to a tenth.
    pub heartbeat: Duration,
    /// Most live connections of one session, without those of surfaces with a contract of their own.
    pub connections_per_session: usize,
    /// Most live connections of one account.
    pub connections_per_account: usize,
    /// Time a fresh connection has for its `hello`.
    pub hello_timeout: Duration,
    /// Most live connections of this process.
    pub most_connections: usize,
    /// Whether those who lose sight of something stop hearing of it at once. Off only in the control of
    /// the removal experiment, which must notice.
    pub evicting: bool,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            outbox_bytes: 256 * 1024,
            outbox_frames: 1024,
            heartbeat: Duration::from_secs(25),
            connections_per_session: 10,
            connections_per_account: 50,
            hello_timeout: Duration::from_secs(10),
            most_connections: 100_000,
            evicting: true,
        }
    }
}
