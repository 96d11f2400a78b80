//! An echo, for the public WebSocket conformance suites. It is served by the conformance command
//! alone, never beside the product.

use bytes::{Bytes, BytesMut};
use chinwag_wire::websocket::{Decoder, Incoming, Limits, Opcode, Role, close, frame};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

/// What the suites send at most: 16 MiB, in fragments of 64 bytes.
const LIMITS: Limits = Limits { message: 16 * 1024 * 1024, fragments: 1 << 20 };

/// Sends every message back, answers pings, and ends as the protocol asks.
pub async fn echo(mut io: TcpStream, mut unread: BytesMut) {
    let mut decoder = Decoder::new(Role::Server, LIMITS);
    loop {
        let (answer, last) = match decoder.next(&mut unread) {
            Ok(Some(incoming)) => answer(incoming),
            Ok(None) => match io.read_buf(&mut unread).await {
                Ok(0) | Err(_) => return,
                Ok(_) => continue,
            },
            Err(violation) => (frame::close(violation.close_code(), &violation.to_string()), true),
        };
        if io.write_all(&answer).await.is_err() {
            return;
        }
        if last {
            let _ = io.shutdown().await;
            // The peer reads the close frame before the socket is gone.
            while matches!(io.read_buf(&mut unread).await, Ok(read) if read > 0) {
                unread.clear();
            }
            return;
        }
    }
}

/// What to send, and whether it is the last.
fn answer(incoming: Incoming) -> (Bytes, bool) {
    match incoming {
        Incoming::Text(text) => (frame::encode(Opcode::Text, &text), false),
        Incoming::Binary(bytes) => (frame::encode(Opcode::Binary, &bytes), false),
        Incoming::Ping(payload) => (frame::encode(Opcode::Pong, &payload), false),
        Incoming::Pong(_) => (Bytes::new(), false),
        Incoming::Close { code, .. } => (frame::close(code.unwrap_or(close::NORMAL), ""), true),
    }
}
