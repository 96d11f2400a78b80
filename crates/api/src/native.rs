//! The native HTTP surface as others hold it: its routes, its edge for the surfaces beside it, and what
//! those share with it.

use crate::{
    App,
    app::Api,
    edge::{Beside, Edge, edge},
    engine,
    router::router,
    routes::permit_page,
};
use axum::{
    Router, extract::Request, http::HeaderMap, middleware::from_fn_with_state, response::Response,
};
use chinwag_chat::Origin;
use chinwag_gateway::sio::Endpoint;
use chinwag_wire::Problem;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

/// The description of a surface beside the native one.
#[derive(Clone)]
pub struct Document {
    /// What it is called.
    pub name: &'static str,
    /// Where it is served.
    pub path: &'static str,
    /// Writes it, as JSON: when somebody asks.
    pub write: Arc<dyn Fn() -> String + Send + Sync>,
}

/// The native HTTP surface. Clones are the same.
#[derive(Clone)]
pub struct Native(Api);

impl Native {
    /// Of this product; told by the token when the server begins to stop.
    pub fn new(app: App, draining: CancellationToken) -> Self {
        Self(Api::new(app, draining))
    }

    /// Its routes, ready to serve. Its documentation page shows these documents beside its own.
    pub fn routes(&self, others: &[Document]) -> Router {
        router(self.0.clone(), others)
    }

    /// Another surface's routes behind the same edge: each request has its [`Origin`] and [`crate::OverTls`],
    /// a deadline and a net for panics; each answer an id, a line in the log and its figures.
    pub fn beside(&self, routes: Router, beside: Beside) -> Router {
        let edge_of = Edge { api: self.0.clone(), beside: Some(beside) };
        routes.layer(from_fn_with_state(edge_of, edge))
    }

    /// Whether the page that makes this request may use what its browser keeps for us: it came from here,
    /// or from an origin that the operator named. Programs send no `Origin`.
    ///
    /// # Errors
    /// `foreign_origin`.
    pub fn permits_page(&self, headers: &HeaderMap) -> Result<(), Problem> {
        permit_page(&self.0, headers)
    }

    /// Whether an origin is one that the operator named.
    pub fn names_origin(&self, origin: &str) -> bool {
        self.0.options.names_origin(origin)
    }

    /// Answers a request to the sessions of an endpoint: opens one, waits for its packets, brings some, or
    /// makes it a WebSocket.
    ///
    /// # Errors
    /// What is wrong with the request, `rate_limited`, `overloaded`, `shutting_down`.
    pub async fn serve_session(
        &self,
        endpoint: &Endpoint,
        from: Origin,
        request: Request,
    ) -> Result<Response, Problem> {
        engine::serve(&self.0, endpoint, from, request).await
    }
}
