//! Pages of other origins: which may ask, for what, and what they may read of the answer.

use axum::{
    extract::Request,
    http::{HeaderName, HeaderValue, Method, header},
    response::Response,
};
use futures_util::future::Either;
use std::{
    task::{Context, Poll, ready},
    time::Duration,
};
use tower::{Layer, Service};
use tower_http::cors::{AllowOrigin, Cors, CorsLayer};

/// Cross-origin access beside the routes: an `OPTIONS` that is no preflight is a request like any other, where
/// [`CorsLayer`] alone would answer it.
#[derive(Clone)]
pub(crate) struct Across(pub(crate) CorsLayer);

/// Routes, with cross-origin access and without.
#[derive(Clone)]
pub(crate) struct Ways<S> {
    plain: S,
    across: Cors<S>,
}

impl<S: Clone> Layer<S> for Across {
    type Service = Ways<S>;

    fn layer(&self, inner: S) -> Ways<S> {
        Ways { plain: inner.clone(), across: self.0.layer(inner) }
    }
}

impl<S> Service<Request> for Ways<S>
where
    S: Service<Request, Response = Response>,
{
    type Response = Response;
    type Error = S::Error;
    type Future = Either<S::Future, <Cors<S> as Service<Request>>::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        ready!(self.plain.poll_ready(cx))?;
        self.across.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let asks = || request.headers().contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if request.method() == Method::OPTIONS && !asks() {
            return Either::Left(self.plain.call(request));
        }
        Either::Right(self.across.call(request))
    }
}

/// Cross-origin access for the pages of exactly these origins, without ambient credentials.
pub(crate) fn cors(origins: &[String]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> =
        origins.iter().filter_map(|origin| HeaderValue::from_str(origin).ok()).collect();
    let sent = [
        "authorization",
        "content-type",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "if-range",
        "last-event-id",
        "prefer",
        "range",
        "traceparent",
        "tus-resumable",
        "upload-checksum",
        "upload-length",
        "upload-metadata",
        "upload-offset",
        "x-request-id",
    ];
    let read = [
        "accept-ranges",
        "content-disposition",
        "content-range",
        "etag",
        "link",
        "location",
        "ratelimit",
        "ratelimit-policy",
        "retry-after",
        "tus-resumable",
        "upload-expires",
        "upload-length",
        "upload-offset",
        "x-request-id",
    ];
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::POST, Method::PUT, Method::PATCH, Method::DELETE])
            .allow_headers(sent.map(HeaderName::from_static))
            .expose_headers(read.map(HeaderName::from_static))
            .vary([header::ORIGIN])
            .max_age(Duration::from_secs(600))
    })
}
