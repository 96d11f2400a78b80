//! The socket of a connection, lent to whoever publishes: in a large room, writing an event straight into
//! the sockets of those who wait costs less than waking each of their tasks to do it.

use bytes::Bytes;
use std::sync::Arc;
use tokio::net::TcpStream;

/// A socket that may be written into while its connection has nothing on its way.
#[derive(Debug)]
pub(super) struct Line {
    io: Arc<TcpStream>,
    free: bool,
    /// What has not left of a frame that has left in part: nothing may overtake it.
    rest: Bytes,
}

/// What has left of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Left {
    /// Nothing: it takes the usual way.
    Nothing,
    /// Some: the connection has to write the rest.
    Part,
    /// Everything.
    All,
}

impl Line {
    /// A socket that is not free yet.
    pub(super) fn new(io: Arc<TcpStream>) -> Self {
        Self { io, free: false, rest: Bytes::new() }
    }

    /// The connection has taken something: nothing may overtake that.
    pub(super) fn keep(&mut self) {
        self.free = false;
    }

    /// Everything that the connection took has left.
    pub(super) fn give_free(&mut self) {
        self.free = self.rest.is_empty();
    }

    /// The connection writes now: first the rest of what has left in part.
    pub(super) fn claim(&mut self) -> Bytes {
        self.keep();
        std::mem::take(&mut self.rest)
    }

    /// Writes a frame if the socket is free and takes it.
    pub(super) fn write(&mut self, frame: &Bytes) -> Left {
        if !self.free {
            return Left::Nothing;
        }
        match self.io.try_write(frame) {
            Ok(written) if written == frame.len() => Left::All,
            Ok(written @ 1..) => {
                self.free = false;
                self.rest = frame.slice(written..);
                Left::Part
            }
            // The connection finds out by itself why.
            Ok(_) | Err(_) => Left::Nothing,
        }
    }
}
