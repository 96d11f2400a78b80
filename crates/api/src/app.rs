//! What the routes work with: the product, the live gateway, and what the operator chose.

use crate::{Network, routes::Readiness};
use chinwag_chat::Chat;
use chinwag_gateway::{Gateway, sio::Endpoint};
use metrics_exporter_prometheus::PrometheusHandle;
use std::{
    ops::Deref,
    sync::{Arc, atomic::AtomicU64},
};
use tokio_util::sync::CancellationToken;

/// Everything the HTTP surface is made of.
#[derive(Clone)]
pub struct App {
    /// The rules.
    pub chat: Chat,
    /// The live connections.
    pub gateway: Gateway,
    /// What the operator chose.
    pub options: ApiOptions,
    /// Where `/metrics` is read from.
    pub metrics: PrometheusHandle,
}

/// What an operator may choose of the HTTP surface.
#[derive(Clone, Debug, Default)]
pub struct ApiOptions {
    /// Web origins whose pages may call this server, exact, for example `https://chat.example`.
    pub cors_origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<Network>,
    /// Whether `/metrics` answers everybody rather than this machine alone.
    pub metrics_public: bool,
    /// Where clients reach this server, where a proxy stands before it.
    pub public_url: Option<String>,
}

impl ApiOptions {
    /// Whether an origin is one that the operator named.
    pub(crate) fn names_origin(&self, origin: &str) -> bool {
        self.cors_origins.iter().any(|named| named == origin)
    }
}

/// The state of the router. Clones are the same.
#[derive(Clone)]
pub(crate) struct Api(Arc<Inner>);

/// What the routes share.
pub(crate) struct Inner {
    pub(crate) app: App,
    pub(crate) readiness: Readiness,
    /// Where Socket.IO clients connect.
    pub(crate) socket_io: Endpoint,
    /// Fires when the server begins to stop.
    pub(crate) draining: CancellationToken,
    /// First half of every request id made here.
    pub(crate) born: i64,
    /// Second half: requests counted.
    pub(crate) requests: AtomicU64,
}

impl Api {
    pub(crate) fn new(app: App, draining: CancellationToken) -> Self {
        let born = app.chat.clock().now().0;
        let (readiness, requests) = (Readiness::default(), AtomicU64::default());
        let socket_io = app.gateway.socket_io();
        Self(Arc::new(Inner { app, readiness, socket_io, draining, born, requests }))
    }

    /// Whether people reach the server over TLS, whatever the proxy before it says.
    pub(crate) fn is_public_over_tls(&self) -> bool {
        self.options.public_url.as_deref().is_some_and(|url| url.starts_with("https://"))
    }
}

impl Deref for Api {
    type Target = Inner;
    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Deref for Inner {
    type Target = App;
    fn deref(&self) -> &App {
        &self.app
    }
}
