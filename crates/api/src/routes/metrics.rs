//! `/metrics`: counters and timings in Prometheus' text format, for this machine alone unless the
//! operator says otherwise.

use crate::{answer::Answer, app::Api};
use axum::{
    body::Body,
    extract::{ConnectInfo, Request, State},
    http::{HeaderValue, header},
    response::Response,
};
use chinwag_wire::{Code, Problem};
use std::net::SocketAddr;

/// Read the metrics
#[utoipa::path(get, path = "/metrics", tag = "operation", security(()), responses((status = 200, description = "The metrics", body = String, content_type = "text/plain")))]
pub(crate) async fn metrics(State(api): State<Api>, request: Request) -> Answer {
    if !api.options.metrics_public && !is_local(&request) {
        return Err(Problem::from(Code::Forbidden)
            .with_detail("Metrics are answered to this machine only.")
            .into());
    }
    let mut response = Response::new(Body::from(api.metrics.render()));
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"),
    );
    Ok(response)
}

/// Whether it comes from this machine, and not through a proxy that runs here.
fn is_local(request: &Request) -> bool {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let is_loopback = peer.is_some_and(|ConnectInfo(peer)| peer.ip().to_canonical().is_loopback());
    is_loopback
        && ["x-forwarded-for", "forwarded", "via"]
            .iter()
            .all(|name| !request.headers().contains_key(*name))
}
