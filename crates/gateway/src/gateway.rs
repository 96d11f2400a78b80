//! The one handle to everything live: what the HTTP surface and the dialects call.

use crate::hub::Hub;
use chinwag_chat::Chat;
use std::{sync::Arc, time::Duration};
use tokio::time::{sleep, timeout};

/// Live connections over one product. Clones are the same gateway.
#[derive(Clone)]
pub struct Gateway(Arc<Inner>);

struct Inner {
    chat: Chat,
    hub: Hub,
}

impl Gateway {
    /// Serves this product to live connections. The hub must be the one the product publishes to.
    /// Call it within a Tokio runtime.
    pub fn new(chat: Chat, hub: Hub) -> Self {
        tokio::spawn(hub.clone().sweep_forever());
        Self(Arc::new(Inner { chat, hub }))
    }

    /// The product.
    pub fn chat(&self) -> &Chat {
        &self.0.chat
    }

    /// Who listens to what.
    pub(crate) fn hub(&self) -> &Hub {
        &self.0.hub
    }

    /// How many connections are open.
    pub fn connections(&self) -> usize {
        self.hub().connections()
    }

    /// Takes no new connections, lets what is queued leave, tells every connection when to come back,
    /// closes it, and waits for that as long as given. After half of it nothing that is queued leaves any
    /// more: some peers take nothing.
    pub async fn shut_down(&self, within: Duration) {
        self.hub().end_all(true);
        if timeout(within / 2, self.all_gone()).await.is_ok() {
            return;
        }
        self.hub().end_all(false);
        if timeout(within / 2, self.all_gone()).await.is_err() {
            tracing::warn!(left = self.connections(), "some connections did not close in time");
        }
    }

    async fn all_gone(&self) {
        while self.connections() > 0 {
            sleep(Duration::from_millis(10)).await;
        }
    }
}
