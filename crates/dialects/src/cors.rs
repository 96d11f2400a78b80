//! Cross-origin access to the dialects: one policy, because a preflight cannot see a body. Origins that the
//! operator named may send cookies; where deployed clients need it, others may call without them.

use crate::Dialect;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};

const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, DELETE, PATCH, OPTIONS");
const ALLOWED: HeaderValue =
    HeaderValue::from_static("Content-Type, Authorization, X-Requested-With, Chinwag-Shape");
const EXPOSED: HeaderValue = HeaderValue::from_static(
    "Authorization, Retry-After, RateLimit-Policy, RateLimit-Limit, RateLimit-Remaining, RateLimit-Reset, \
     X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset",
);

/// The origin of the page that asks.
pub(crate) struct Page {
    origin: HeaderValue,
    /// Whether the operator named it.
    named: bool,
}

impl Page {
    /// The page behind a request, where there is one.
    pub(crate) fn of(headers: &HeaderMap, names: impl FnOnce(&str) -> bool) -> Option<Self> {
        let origin = headers.get(header::ORIGIN)?.clone();
        let named = origin.to_str().is_ok_and(names);
        Some(Self { origin, named })
    }

    /// Says in an answer of this dialect what the page may do with it.
    pub(crate) fn permit(&self, dialect: Dialect, headers: &mut HeaderMap) {
        headers.append(header::VARY, HeaderValue::from_static("origin"));
        if self.named {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, self.origin.clone());
            headers
                .insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
        } else if matches!(dialect, Dialect::MessagingApp | Dialect::RoomChat) {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
        } else {
            return;
        }
        headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, EXPOSED);
    }
}

/// The answer to a question of a browser before the request itself.
pub(crate) fn preflight(dialect: Dialect, page: Option<&Page>) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    let headers = response.headers_mut();
    if let Some(page) = page {
        page.permit(dialect, headers);
    }
    if headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN) {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, ALLOWED);
        headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
    }
    response
}
