//! Names a request: the client's `X-Request-Id` or one of ours, and the trace it is part of
//! (W3C Trace Context). Both are given back.

use crate::app::Api;
use axum::http::{HeaderMap, HeaderValue};
use std::sync::atomic::Ordering;

const REQUEST_ID: &str = "x-request-id";
const TRACE: &str = "traceparent";
const LONGEST_ID: usize = 128;

/// What a request is called.
pub(super) struct Identity {
    pub(super) id: String,
    trace: Option<HeaderValue>,
}

impl Identity {
    pub(super) fn of(api: &Api, headers: &HeaderMap) -> Self {
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_id(id));
        let made = || format!("{:x}-{:x}", api.born, api.requests.fetch_add(1, Ordering::Relaxed));
        let trace = headers.get(TRACE).filter(|trace| is_trace(trace.as_bytes())).cloned();
        Self { id: given.map_or_else(made, str::to_owned), trace }
    }

    pub(super) fn trace(&self) -> Option<&str> {
        self.trace.as_ref()?.to_str().ok()
    }

    pub(super) fn echo(self, headers: &mut HeaderMap) {
        if let Ok(id) = HeaderValue::try_from(self.id) {
            headers.insert(REQUEST_ID, id);
        }
        if let Some(trace) = self.trace {
            headers.insert(TRACE, trace);
        }
    }
}

/// Plain characters only, so that an id can stand in any log.
fn is_id(id: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:/+=".contains(&byte);
    (1..=LONGEST_ID).contains(&id.len()) && id.bytes().all(plain)
}

/// `00-<32 hex>-<16 hex>-<2 hex>`; of later versions, the same beginning.
fn is_trace(trace: &[u8]) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let fits = |(at, byte): (usize, &u8)| {
        if [2, 35, 52].contains(&at) { *byte == b'-' } else { hex(*byte) }
    };
    (55..=256).contains(&trace.len())
        && trace.iter().take(55).enumerate().all(fits)
        && trace.iter().all(u8::is_ascii_graphic)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_well_formed_names_only() {
        assert!(
            is_id("6f2b-1")
                && !is_id("")
                && !is_id("a b")
                && !is_id(&"x".repeat(129))
                && !is_id("a\"b")
        );
        assert!(is_trace(b"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"));
        assert!(
            !is_trace(b"00-4BF92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")
                && !is_trace(b"00")
        );
    }
}
