//! What is counted of every request.

use axum::http::{Method, StatusCode};
use std::time::Duration;

/// One request was answered. The route is the pattern, never the path, so that labels stay few.
pub(crate) fn answered(method: &Method, route: &str, status: StatusCode, took: Duration) {
    let labels = [
        ("method", name(method).to_owned()),
        ("route", route.to_owned()),
        ("status", status.as_str().to_owned()),
    ];
    metrics::counter!("chinwag_http_requests_total", &labels).increment(1);
    metrics::histogram!("chinwag_http_request_seconds", "route" => route.to_owned())
        .record(took.as_secs_f64());
}

/// Known methods by name, so that a client cannot make labels.
fn name(method: &Method) -> &'static str {
    match method.as_str() {
        "GET" => "GET",
        "HEAD" => "HEAD",
        "POST" => "POST",
        "PUT" => "PUT",
        "PATCH" => "PATCH",
        "DELETE" => "DELETE",
        "OPTIONS" => "OPTIONS",
        _ => "other",
    }
}
