//! The envelope of every answer that succeeded.

use super::flavour::Flavour;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::Response,
};
use serde_json::{Value, json};

/// Done, with a text for people.
pub(super) fn done(flavour: Flavour, message: &str) -> Response {
    answer(&json!({ "status": flavour.done(), "message": message }))
}

/// Done, with what was asked for.
pub(super) fn found(flavour: Flavour, what: &str, data: Vec<Value>) -> Response {
    let many = if data.len() == 1 { "" } else { "s" };
    let message = format!("{} {what}{many}", data.len());
    answer(&json!({ "status": flavour.done(), "message": message, "data": data }))
}

fn answer(body: &Value) -> Response {
    let mut response = Response::new(Body::from(body.to_string()));
    let json = HeaderValue::from_static("application/json; charset=utf-8");
    response.headers_mut().insert(header::CONTENT_TYPE, json);
    response
}
