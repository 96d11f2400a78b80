//! The native WebSocket, `/v1/socket`: one task for each connection, which owns its socket and holds
//! no buffers while nothing happens.

mod alarm;
mod connection;
mod farewell;
mod hello;
mod intake;
mod pending;
mod work;

use crate::{Gateway, listener::Listener};
use bytes::BytesMut;
use chinwag_chat::Origin;
use connection::Connection;
use std::{ops::Deref, sync::Arc};
use tokio::net::TcpStream;
pub use work::{COMMANDS_IN_FLIGHT, Task};
pub(crate) use {
    connection::TOKEN_GRACE, farewell::last_words, hello::enter, intake::poll_fill,
    pending::Pending, work::Work,
};

impl Gateway {
    /// Serves one WebSocket after its opening handshake, until it ends. `read_ahead` is what was read
    /// of it already; `from` is whom the client's limits are counted for.
    pub async fn serve_socket(&self, io: TcpStream, read_ahead: BytesMut, from: Origin) {
        let _ = io.set_nodelay(true);
        // Boxed apart, so that the memory of the hello is gone while the connection idles.
        let greeted = Box::pin(hello::greet(self.clone(), io, read_ahead, from)).await;
        if let Some(connection) = greeted {
            Box::pin(Connection::serve(connection)).await;
        }
    }
}

/// A registered listener, taken out of the hub when dropped, however its connection ends.
pub(crate) struct Registered {
    gateway: Gateway,
    listener: Arc<Listener>,
}

impl Registered {
    /// Guards a listener that was just registered.
    pub(crate) fn new(gateway: Gateway, listener: Arc<Listener>) -> Self {
        Self { gateway, listener }
    }

    /// The gateway it is registered with.
    pub(crate) fn gateway(&self) -> &Gateway {
        &self.gateway
    }

    /// The listener, to be shared.
    pub(crate) fn shared(&self) -> &Arc<Listener> {
        &self.listener
    }
}

impl Deref for Registered {
    type Target = Listener;
    fn deref(&self) -> &Listener {
        &self.listener
    }
}

impl Drop for Registered {
    fn drop(&mut self) {
        self.gateway.connection_gone(self.listener.clone());
    }
}
