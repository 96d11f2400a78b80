//! The writing half of a live connection, a task of its own: everything that waits goes out in one write.

use super::commands::Outgoing;
use chinwag_wire::websocket::{Opcode, close, frame};
use tokio::{io::AsyncWriteExt as _, net::tcp::OwnedWriteHalf, sync::mpsc};

/// Most frames joined in one write.
const AT_ONCE: usize = 64;

/// Writes until the last command half is dropped, a close frame has left, or the connection breaks:
/// then the reader notices too, and says why.
pub(super) async fn run(mut io: OwnedWriteHalf, mut queue: mpsc::Receiver<Outgoing>) {
    let mut batch = Vec::new();
    while queue.recv_many(&mut batch, AT_ONCE).await > 0 {
        let last = batch.iter().any(|outgoing| matches!(outgoing, Outgoing::Close));
        let mut bytes = Vec::new();
        batch.drain(..).for_each(|outgoing| append(&mut bytes, &outgoing));
        if io.write_all(&bytes).await.is_err() || last {
            break;
        }
    }
    let _ = io.shutdown().await;
}

fn append(bytes: &mut Vec<u8>, outgoing: &Outgoing) {
    match outgoing {
        Outgoing::Text(text) => frame::append_masked(bytes, Opcode::Text, text, rand::random()),
        Outgoing::Pong(payload) => {
            frame::append_masked(bytes, Opcode::Pong, payload, rand::random())
        }
        Outgoing::Close => {
            frame::append_masked(
                bytes,
                Opcode::Close,
                &close::payload(close::NORMAL, ""),
                rand::random(),
            );
        }
    }
}
