//! `/openapi.json` and `/asyncapi.json`, written once when the server starts.

use crate::answer::{json, json_bytes};
use axum::{http::StatusCode, response::Response};
use bytes::Bytes;
use serde::Serialize;

/// A description as it is served.
#[derive(Clone)]
pub(crate) struct Description(Bytes);

impl Description {
    pub(crate) fn new(document: &impl Serialize) -> Self {
        Self(json_bytes(document))
    }

    pub(crate) fn answer(&self) -> Response {
        json(StatusCode::OK, self.0.clone())
    }
}
