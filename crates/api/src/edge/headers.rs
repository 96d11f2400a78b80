//! Headers of every answer: security (OWASP's list for APIs) and what is left of the limit
//! (`RateLimit`, draft-ietf-httpapi-ratelimit-headers, and the older `X-RateLimit-*`).

use axum::http::{HeaderMap, HeaderValue, header};
use bytes::Bytes;
use chinwag_chat::Quota;

/// Seconds in which an empty bucket fills again: its burst over its rate.
const WINDOW: u64 = 4;

/// Adds what every answer carries; a handler's own choice stands.
pub(super) fn finish(headers: &mut HeaderMap, versioned: bool) {
    headers.entry(header::X_CONTENT_TYPE_OPTIONS).or_insert(HeaderValue::from_static("nosniff"));
    headers.entry(header::REFERRER_POLICY).or_insert(HeaderValue::from_static("no-referrer"));
    if versioned {
        headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    } else if is_page(headers) {
        let policy = headers.entry(header::CONTENT_SECURITY_POLICY);
        policy.or_insert(HeaderValue::from_static(PAGE_POLICY));
        headers.insert("cross-origin-opener-policy", HeaderValue::from_static("same-origin"));
    }
}

/// Scripts from here only; the API explorer sets styles in its elements.
const PAGE_POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

fn is_page(headers: &HeaderMap) -> bool {
    headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// Adds what is left. Without limits there is nothing to say.
pub(super) fn quota(headers: &mut HeaderMap, quota: Quota) {
    let Quota { limit, remaining, reset_seconds } = quota;
    if limit == u32::MAX {
        return;
    }
    headers.insert("ratelimit-policy", value(format!("\"request\";q={limit};w={WINDOW}")));
    headers.insert("ratelimit", value(format!("\"request\";r={remaining};t={reset_seconds}")));
    headers.insert("x-ratelimit-limit", limit.into());
    headers.insert("x-ratelimit-remaining", remaining.into());
    headers.insert("x-ratelimit-reset", reset_seconds.into());
}

/// Of a rate nothing is left for so many seconds; what else is left stays said.
pub(super) fn exhausted(headers: &mut HeaderMap, policy: &str, seconds: u64) {
    headers.append("ratelimit", value(format!("\"{policy}\";r=0;t={seconds}")));
    headers.insert("x-ratelimit-remaining", HeaderValue::from_static("0"));
    headers.insert("x-ratelimit-reset", seconds.into());
}

fn value(text: String) -> HeaderValue {
    HeaderValue::from_maybe_shared(Bytes::from(text)).expect("digits and names are visible ASCII")
}
