//! Frames on their way into the socket: all of them leave in one system call where it takes them.

use bytes::{Buf as _, Bytes};
use smallvec::SmallVec;
use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};
use tokio::{io::AsyncWrite as _, net::TcpStream};

/// Above this many bytes, nothing more is taken in until some have left.
const ENOUGH: usize = 64 * 1024;
/// Most frames of one system call.
const SLICES: usize = 64;

/// Frames that were taken for this socket and have not left.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    frames: SmallVec<[Bytes; 1]>,
    bytes: usize,
    /// The first frame has left in part.
    cut: bool,
}

impl Pending {
    /// Adds a frame.
    pub(crate) fn push(&mut self, frame: Bytes) {
        self.bytes += frame.len();
        self.frames.push(frame);
    }

    /// Whether everything has left.
    pub(crate) fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }

    /// How many bytes have not left.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether it is better to wait before adding more.
    pub(crate) fn is_full(&self) -> bool {
        self.bytes > ENOUGH
    }

    /// Forgets what has not begun to leave.
    pub(crate) fn forget(&mut self) {
        self.frames.truncate(usize::from(self.cut));
        self.bytes = self.frames.iter().map(Bytes::len).sum();
    }

    /// Writes what the socket takes. Ready when everything has left.
    pub(crate) fn poll_write(
        &mut self,
        io: &mut TcpStream,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<()>> {
        while !self.frames.is_empty() {
            match ready!(self.poll_write_some(Pin::new(&mut *io), cx))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => self.left(written),
            }
        }
        // Gives the memory back: most connections are silent most of the time.
        self.frames = SmallVec::new();
        Poll::Ready(Ok(()))
    }

    /// One system call: the plain one for a single frame, which costs the kernel less.
    fn poll_write_some(
        &self,
        io: Pin<&mut TcpStream>,
        cx: &mut Context<'_>,
    ) -> Poll<io::Result<usize>> {
        if let [frame] = self.frames.as_slice() {
            return io.poll_write(cx, frame);
        }
        let mut slices = [IoSlice::new(&[]); SLICES];
        let count = self.frames.len().min(SLICES);
        for (slice, frame) in slices.iter_mut().zip(&self.frames) {
            *slice = IoSlice::new(frame);
        }
        io.poll_write_vectored(cx, &slices[..count])
    }

    /// So many bytes have left.
    fn left(&mut self, mut written: usize) {
        self.bytes -= written;
        let mut whole = 0;
        for frame in &mut self.frames {
            let part = written.min(frame.len());
            written -= part;
            frame.advance(part);
            self.cut = part > 0 && !frame.is_empty();
            if !frame.is_empty() {
                break;
            }
            whole += 1;
        }
        self.frames.drain(..whole);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_only_a_frame_that_is_half_out() {
        let mut pending = Pending::default();
        pending.push(Bytes::from_static(b"first"));
        pending.push(Bytes::from_static(b"second"));
        pending.push(Bytes::from_static(b"third"));
        pending.left(5);
        assert!(!pending.cut);
        pending.left(2);
        pending.forget();
        assert_eq!(pending.frames.as_slice(), [Bytes::from_static(b"cond")]);
    }
}
