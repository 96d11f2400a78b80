//! The envelope of every answer that succeeded.

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Value, json};

/// 200 with a text, and data; `{}` where there is none.
pub(super) fn ok(message: &str, data: &Value) -> Response {
    answer(StatusCode::OK, message, data)
}

/// 201 with a text alone.
pub(super) fn created(message: &str) -> Response {
    answer(StatusCode::CREATED, message, &json!({}))
}

fn answer(status: StatusCode, message: &str, data: &Value) -> Response {
    let body = json!({ "statusCode": status.as_u16(), "message": message, "data": data });
    let mut response = Response::new(Body::from(body.to_string()));
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
