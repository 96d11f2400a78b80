//! The envelope of every answer that succeeded.

pub(super) use crate::answers::answer;
use axum::{http::StatusCode, response::Response};
use serde_json::{Value, json};

/// 200 with data.
pub(super) fn ok(data: Value) -> Response {
    answer(StatusCode::OK, &json!({ "success": true, "data": data }))
}

/// 201 with data.
pub(super) fn created(data: Value) -> Response {
    answer(StatusCode::CREATED, &json!({ "success": true, "data": data }))
}

/// 200 with data, and a text beside it.
pub(super) fn again(data: Value, message: &str) -> Response {
    answer(StatusCode::OK, &json!({ "success": true, "data": data, "message": message }))
}

/// 200 with a text alone.
pub(super) fn said(message: &str) -> Response {
    answer(StatusCode::OK, &json!({ "success": true, "message": message }))
}
