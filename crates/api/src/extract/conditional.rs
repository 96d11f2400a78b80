//! Conditional requests (RFC 9110, section 13): a message's entity tag is its `rev` in
//! quotes, that of other things a digest of what they say.

use crate::{app::Api, problem::Failure};
use axum::{
    extract::FromRequestParts,
    http::{HeaderMap, HeaderName, header, request::Parts},
};
use chinwag_wire::{Code, Problem};

/// The `rev` that `If-Match` asks for, where it asks for one.
pub(crate) struct IfMatch(pub(crate) Option<i64>);

impl FromRequestParts<Api> for IfMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        match joined(&parts.headers, header::IF_MATCH).trim() {
            "" | "*" => Ok(Self(None)),
            tag => {
                // A tag that this server never issued cannot match: that is 412, not a wrong request.
                let rev = rev(tag).ok_or(
                    Problem::from(Code::PreconditionFailed)
                        .with_detail("`If-Match` takes one `ETag` of this message."),
                );
                Ok(Self(Some(rev?)))
            }
        }
    }
}

/// The tags of `If-None-Match`.
pub(crate) struct IfNoneMatch(String);

impl IfNoneMatch {
    /// Whether the client has this `rev` already. Weak comparison, as the RFC asks.
    pub(crate) fn has(&self, current: i64) -> bool {
        self.0
            .split(',')
            .map(str::trim)
            .any(|tag| tag == "*" || rev(tag.trim_start_matches("W/")) == Some(current))
    }

    /// Whether the client has what this entity tag, in its quotes, names.
    pub(crate) fn lists(&self, tag: &str) -> bool {
        let listed = self.0.split(',').map(str::trim);
        listed.into_iter().any(|listed| listed == "*" || listed.trim_start_matches("W/") == tag)
    }
}

impl FromRequestParts<Api> for IfNoneMatch {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        Ok(Self(joined(&parts.headers, header::IF_NONE_MATCH)))
    }
}

fn joined(headers: &HeaderMap, name: HeaderName) -> String {
    let lines: Vec<&str> =
        headers.get_all(name).iter().filter_map(|line| line.to_str().ok()).collect();
    lines.join(",")
}

fn rev(tag: &str) -> Option<i64> {
    tag.strip_prefix('"')?.strip_suffix('"')?.parse().ok()
}
