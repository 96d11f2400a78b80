//! Refuses a connection for which there is no place, politely: an answer that a client understands,
//! and time to read it.

use chinwag_wire::{Code, Problem};
use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};
use tokio::{io::AsyncWriteExt as _, net::TcpStream, time::timeout};

/// Most connections being refused at once; more are just closed.
const MOST: usize = 256;
/// How long a refused client has to read.
const PATIENCE: Duration = Duration::from_secs(1);

static REFUSING: AtomicUsize = AtomicUsize::new(0);

/// Refuses it, in a task of its own.
pub(super) fn refuse(stream: TcpStream) {
    metrics::counter!("chinwag_http_connections_refused_total").increment(1);
    if REFUSING.fetch_add(1, Ordering::Relaxed) >= MOST {
        REFUSING.fetch_sub(1, Ordering::Relaxed);
        return;
    }
    tokio::spawn(async move {
        let _ = timeout(PATIENCE, say_no(stream)).await;
        REFUSING.fetch_sub(1, Ordering::Relaxed);
    });
}

/// Reads what the client sends before closing: closing over unread bytes would destroy the answer.
async fn say_no(mut stream: TcpStream) -> std::io::Result<()> {
    stream.write_all(answer().as_bytes()).await?;
    stream.shutdown().await?;
    let mut scratch = [0; 1024];
    loop {
        stream.readable().await?;
        match stream.try_read(&mut scratch) {
            Ok(0) => return Ok(()),
            Ok(_) => {}
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
}

fn answer() -> String {
    let problem = chinwag_chat::refuse(Problem::from(Code::Overloaded).retry_after(2));
    let after = problem.retry_after.unwrap_or(2);
    let body = crate::answer::json_bytes(&crate::problem::document(&problem, ""));
    let body = String::from_utf8_lossy(&body);
    format!(
        "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/problem+json\r\nContent-Length: {}\r\nRetry-After: {after}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
}
