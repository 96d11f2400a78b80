//! The listener: accepts connections, bounds them in number and time, serves HTTP/1.1 and HTTP/2 on
//! them, and ends them in order when the server stops.

mod activity;
mod connection;
mod refuse;
mod watched;

use axum::Router;
use std::{io, net::SocketAddr, sync::Arc, time::Duration};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    time::{Instant, sleep, timeout},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
pub(crate) use watched::Watched;

/// Bounds of the listener.
#[derive(Clone, Debug)]
pub struct ListenOptions {
    /// Most HTTP connections at once. A WebSocket counts only until its handshake is done.
    pub most_connections: usize,
    /// Longest time until a request's headers are complete.
    pub header_timeout: Duration,
    /// Longest time a connection may rest between two requests.
    pub idle_timeout: Duration,
    /// Longest time that requests under way may take once the server stops.
    pub drain_timeout: Duration,
}

impl Default for ListenOptions {
    fn default() -> Self {
        Self {
            most_connections: 100_000,
            header_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(60),
            drain_timeout: Duration::from_secs(5),
        }
    }
}

/// Serves a router until `shutdown` fires and what was under way is finished.
pub async fn serve(
    listener: TcpListener,
    router: Router,
    shutdown: CancellationToken,
    options: ListenOptions,
) {
    let connections = TaskTracker::new();
    let places = Arc::new(Semaphore::new(options.most_connections.min(Semaphore::MAX_PERMITS)));
    let mut complaints = Complaints::default();
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = shutdown.cancelled() => break,
        };
        match accepted {
            Ok((stream, peer)) => {
                welcome(stream, peer, &router, &shutdown, &options, &places, &connections)
            }
            Err(error) => complaints.rest(&error).await,
        }
    }
    drop(listener);
    connections.close();
    // What is still open then is dropped with its task; its peer reads an end of stream.
    if timeout(options.drain_timeout, connections.wait()).await.is_err() {
        tracing::warn!(
            connections = connections.len(),
            "stopped before every request was finished"
        );
    }
}

fn welcome(
    stream: TcpStream,
    peer: SocketAddr,
    router: &Router,
    shutdown: &CancellationToken,
    options: &ListenOptions,
    places: &Arc<Semaphore>,
    connections: &TaskTracker,
) {
    prepare(&stream);
    let Ok(place) = places.clone().try_acquire_owned() else {
        return refuse::refuse(stream);
    };
    let serving =
        connection::serve(stream, peer, router.clone(), shutdown.clone(), options.clone());
    connections.spawn(async move {
        serving.await;
        drop(place);
    });
}

/// Answers leave at once, and a peer that reads nothing for half a minute is given up by the kernel.
fn prepare(stream: &TcpStream) {
    let socket = socket2::SockRef::from(stream);
    let prepared = socket.set_tcp_nodelay(true).and_then(|()| {
        #[cfg(target_os = "linux")]
        socket.set_tcp_user_timeout(Some(Duration::from_secs(30)))?;
        socket.set_keepalive(true)
    });
    if let Err(error) = prepared {
        tracing::debug!(%error, "a connection could not be prepared");
    }
}

/// What is said about failing accepts: once a second at most.
#[derive(Default)]
struct Complaints {
    last: Option<Instant>,
}

impl Complaints {
    /// A peer that is gone already needs no rest; want of descriptors or memory does.
    async fn rest(&mut self, error: &io::Error) {
        if matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionReset
                | io::ErrorKind::Interrupted
        ) {
            return;
        }
        if self.last.is_none_or(|last| last.elapsed() >= Duration::from_secs(1)) {
            self.last = Some(Instant::now());
            tracing::error!(%error, "connections cannot be accepted");
        }
        sleep(Duration::from_millis(50)).await;
    }
}
