//! Answers that succeeded: their bodies differ from route to route.

use crate::answers::answer;
use axum::{http::StatusCode, response::Response};
use serde_json::Value;

/// 200 with this body.
pub(super) fn ok(body: &Value) -> Response {
    answer(StatusCode::OK, body)
}

/// 201 with this body.
pub(super) fn created(body: &Value) -> Response {
    answer(StatusCode::CREATED, body)
}
