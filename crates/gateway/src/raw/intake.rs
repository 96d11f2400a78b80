//! Bytes on their way out of a socket.

use bytes::BytesMut;
use std::{
    cell::RefCell,
    io,
    pin::Pin,
    task::{Context, Poll},
};
use tokio::{
    io::{AsyncRead as _, ReadBuf},
    net::TcpStream,
};

thread_local! {
    /// Every connection of a thread reads through the same bytes, and keeps what it read only until
    /// the frame is whole.
    static SCRATCH: RefCell<Box<[u8]>> = RefCell::new(vec![0; 16 * 1024].into());
}

/// Appends what the socket has, and says how much that was.
pub(crate) fn poll_fill(
    io: &mut TcpStream,
    unread: &mut BytesMut,
    cx: &mut Context<'_>,
) -> Poll<io::Result<usize>> {
    SCRATCH.with_borrow_mut(|scratch| {
        let mut buffer = ReadBuf::new(scratch);
        let polled = Pin::new(io).poll_read(cx, &mut buffer);
        unread.extend_from_slice(buffer.filled());
        polled.map_ok(|()| buffer.filled().len())
    })
}
