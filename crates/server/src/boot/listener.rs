//! The listening socket, with a queue that survives everybody coming back at once.

use crate::settings::Listener;
use anyhow::{Context, Result};
use socket2::{Domain, Protocol, Socket, Type};
use std::{io::ErrorKind, net::SocketAddr, time::Duration};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

/// Connections that may wait to be accepted; the kernel has a limit of its own (`net.core.somaxconn`).
const WAITING: i32 = 4096;

/// A server that is ending may hold the address a little longer.
const PATIENCE: Duration = Duration::from_millis(500);

/// Listens on the addresses that serve some dialects only.
///
/// # Errors
/// As [`listen`].
pub async fn listen_apart(listeners: &[Listener]) -> Result<Vec<TcpListener>> {
    let mut bound = Vec::with_capacity(listeners.len());
    for own in listeners {
        bound.push(listen(own.bind).await?);
    }
    Ok(bound)
}

/// Listens on an address.
///
/// # Errors
/// The address is taken, or not of this machine.
pub async fn listen(address: SocketAddr) -> Result<TcpListener> {
    let deadline = Instant::now() + PATIENCE;
    loop {
        match open(address) {
            Err(error) if error.kind() == ErrorKind::AddrInUse && Instant::now() < deadline => {
                sleep(PATIENCE / 50).await
            }
            other => {
                return other.with_context(|| {
                    format!("cannot listen on {address}; choose another address with --bind")
                });
            }
        }
    }
}

fn open(address: SocketAddr) -> std::io::Result<TcpListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    socket.set_reuse_address(true)?;
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(WAITING)?;
    TcpListener::from_std(socket.into())
}
