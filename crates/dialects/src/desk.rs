//! What the handlers of every dialect work with.

use crate::{Options, health::Health};
use chinwag_api::Native;
use chinwag_chat::Chat;
use chinwag_gateway::Gateway;
use chinwag_wire::Time;
use std::{ops::Deref, sync::Arc};

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
    /// When the process began to serve.
    pub(crate) born: Time,
}

impl Desk {
    pub(crate) fn new(chat: Chat, gateway: Gateway, native: Native, options: Options) -> Self {
        let (born, health) = (chat.clock().now(), Health::default());
        Self(Arc::new(Inner { chat, gateway, native, options, health, born }))
    }
}

impl Deref for Desk {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}
