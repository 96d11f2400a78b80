//! What runs over an Engine.IO session.

use super::Parting;
use bytes::Bytes;
use chinwag_socketio::{Violation, engine::Data};
use std::{
    task::{Context, Poll},
    time::Instant,
};

/// Something to say to the peer.
#[derive(Debug)]
pub enum Say {
    /// Whole unmasked WebSocket frames, one or several; a polled session takes them apart again.
    Frames(Bytes),
    /// The session shall end.
    End(Parting),
}

/// The two sides of a dialogue over a session. Polled by the session's one task, and never waited for.
pub trait Voice: Send {
    /// The peer said something.
    ///
    /// # Errors
    /// What it did wrong: the session ends.
    fn hear(&mut self, data: Data) -> Result<(), Violation>;

    /// Whether more may be heard now: else the peer waits, and in the end its own sends do.
    fn has_room(&self) -> bool;

    /// Goes on with what was begun, whether or not anything can be said now.
    fn poll_run(&mut self, cx: &mut Context<'_>);

    /// Whether the session ends now, whatever waits to be said. Asked also while there is no way to the peer.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting>;

    /// What to say next. Only asked while there is a way to the peer.
    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Say>;

    /// The session's heartbeat came due.
    fn beat(&mut self) {}

    /// The peer answered a heartbeat: all that was said before that left has arrived.
    fn answered(&mut self) {}

    /// When to be asked again at the latest.
    fn deadline(&self) -> Option<Instant> {
        None
    }
}
