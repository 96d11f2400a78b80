//! How a connection ends: what still may leave leaves, the peer is told why, and the socket is closed
//! in a way that lets the peer read it.

use super::pending::Pending;
use crate::{
    encode::{self, ReplyTo},
    outbox::Ending,
};
use chinwag_wire::{
    Problem,
    websocket::{Violation, close, frame},
};
use std::{future::poll_fn, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// How long the last frames may take, and how long the peer has to close its side.
const PATIENCE: Duration = Duration::from_secs(2);

/// Why a connection ends.
#[derive(Debug)]
pub(crate) enum End {
    /// The socket is gone.
    Gone,
    /// The peer sent a close frame, with this code.
    Closed(Option<u16>),
    /// The peer broke the WebSocket protocol.
    Violation(Violation),
    /// We end it.
    Told(Ending),
}

impl From<Violation> for End {
    fn from(violation: Violation) -> Self {
        Self::Violation(violation)
    }
}

/// Says goodbye and closes.
pub(crate) async fn farewell(io: TcpStream, mut pending: Pending, end: End) {
    tracing::debug!(?end, "a connection ends");
    match end {
        End::Gone => return,
        End::Closed(code) => pending.push(frame::close(code.unwrap_or(close::NORMAL), "")),
        End::Violation(violation) => {
            metrics::counter!("chinwag_violations_total").increment(1);
            pending.push(frame::close(violation.close_code(), &violation.to_string()))
        }
        End::Told(ending) => {
            if !ending.flush {
                pending.forget();
            }
            pending.push(encode::closing(ending.code, ending.reconnect_after_ms));
            pending.push(frame::close(ending.code.close(), ending.code.name()));
        }
    }
    last_words(io, pending).await;
}

/// Refuses a connection that is not registered yet: the problem is its reply, then it closes.
pub(crate) async fn refuse(io: TcpStream, id: u64, problem: Problem) {
    let mut pending = Pending::default();
    let ending = Ending::at_once(problem.code);
    let after = problem.retry_after.map(|seconds| seconds * 1000).or(ending.reconnect_after_ms);
    pending.push(encode::reply::<()>(ReplyTo::Command(id), Err(problem)));
    farewell(io, pending, End::Told(Ending { reconnect_after_ms: after, flush: true, ..ending }))
        .await;
}

/// Writes what is pending, and closes.
pub(crate) async fn last_words(mut io: TcpStream, mut pending: Pending) {
    let _ = tokio::time::timeout(PATIENCE, write_out(&mut io, &mut pending)).await;
}

/// Writes, then reads until the peer closes too: closing with unread bytes would reset the
/// connection and take the last frames with it.
async fn write_out(io: &mut TcpStream, pending: &mut Pending) -> std::io::Result<()> {
    poll_fn(|cx| pending.poll_write(io, cx)).await?;
    io.shutdown().await?;
    let mut rest = [0; 1024];
    while io.read(&mut rest).await? > 0 {}
    Ok(())
}
