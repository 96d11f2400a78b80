//! `/openapi.json` and `/asyncapi.json`, written when somebody first asks: most servers are never asked, and start
//! sooner and smaller for it.

use crate::answer::{json, json_bytes};
use axum::{http::StatusCode, response::Response};
use bytes::Bytes;
use std::sync::LazyLock;

static OPENAPI: LazyLock<Bytes> = LazyLock::new(|| json_bytes(&crate::openapi()));
static ASYNCAPI: LazyLock<Bytes> = LazyLock::new(|| json_bytes(&crate::asyncapi()));

pub(crate) async fn describe_http() -> Response {
    json(StatusCode::OK, OPENAPI.clone())
}

pub(crate) async fn describe_socket() -> Response {
    json(StatusCode::OK, ASYNCAPI.clone())
}
