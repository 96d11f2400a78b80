//! What the handlers of every dialect work with.

use crate::{Options, authors::Authors, health::Health};
use chinwag_api::Native;
use chinwag_broker::Broker;
use chinwag_chat::Chat;
use chinwag_gateway::Gateway;
use chinwag_wire::Time;
use std::{ops::Deref, sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// The product, the live gateway, and what the operator chose. Clones are the same.
#[derive(Clone)]
pub(crate) struct Desk(Arc<Inner>);

/// What the handlers share.
pub(crate) struct Inner {
    pub(crate) chat: Chat,
    pub(crate) gateway: Gateway,
    pub(crate) native: Native,
    pub(crate) options: Options,
    pub(crate) health: Health,
    /// Whoever hears something asks it who wrote that.
    pub(crate) authors: Authors,
    /// Who carries events to other systems, if anybody does.
    pub(crate) broker: Option<Broker>,
    /// When the process began to serve.
    pub(crate) born: Time,
    /// Whose turn it is to read files into an answer.
    reading: Arc<Semaphore>,
}

/// Answers into which files are read at once: each takes up to 20 MiB, and as much again as text.
const READING: usize = 2;
/// How long an answer waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

impl Desk {
    pub(crate) fn new(
        chat: Chat,
        gateway: Gateway,
        native: Native,
        options: Options,
        broker: Option<Broker>,
    ) -> Self {
        let (born, health) = (chat.clock().now(), Health::default());
        let reading = Arc::new(Semaphore::new(READING));
        let authors = Authors::new(chat.clone());
        Self(Arc::new(Inner {
            chat,
            gateway,
            native,
            options,
            health,
            authors,
            broker,
            born,
            reading,
        }))
    }

    /// A turn to read files into an answer, until it is dropped; none, where that takes too long.
    pub(crate) async fn turn_to_read(&self) -> Option<OwnedSemaphorePermit> {
        timeout(PATIENCE, self.reading.clone().acquire_owned()).await.ok()?.ok()
    }
}

impl Deref for Desk {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
