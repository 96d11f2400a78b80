//! Who asks, from where, and whether they have asked too often.

use super::headers;
use crate::{app::Api, extract::Who, forwarded, problem::Failure};
use axum::{
    extract::{ConnectInfo, Request},
    http::{HeaderMap, header},
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chinwag_chat::{Bucket, LimitKey, Origin};
use chinwag_wire::{Code, Problem};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// Polls of Socket.IO sessions, which are many and count themselves: see `routes/socket_io.rs`.
const SESSIONS: &str = "/v1/socket.io/";

/// Whether the client came over TLS, as far as trusted proxies and the public URL tell: with every request.
#[derive(Clone, Copy, Debug)]
pub struct OverTls(pub bool);

/// Finds out who asks and counts it, then lets the request through. Only `/v1` is counted.
pub(super) async fn admit(
    api: &Api,
    mut request: Request,
    next: Next,
    versioned: bool,
) -> Response {
    let peer = peer(&request);
    let proxies = &api.options.trusted_proxies;
    let origin = Origin { address: forwarded::client(peer, request.headers(), proxies) };
    let tls =
        OverTls(api.is_public_over_tls() || forwarded::over_tls(peer, request.headers(), proxies));
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(tls);
    if !versioned || request.uri().path() == SESSIONS {
        return next.run(request).await;
    }
    let who = authenticate(api, request.headers()).await;
    let key = match &who {
        Who::Account(actor) => LimitKey::Account(actor.account),
        Who::Nobody | Who::Refused(_) => LimitKey::Address(origin.address),
    };
    request.extensions_mut().insert(who);
    match api.chat.limits().check(Bucket::Request, key) {
        Ok(quota) => {
            let mut response = next.run(request).await;
            headers::quota(response.headers_mut(), quota);
            response
        }
        Err(problem) => Failure(problem).into_response(),
    }
}

fn peer(request: &Request) -> IpAddr {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |ConnectInfo(peer)| peer.ip())
}

async fn authenticate(api: &Api, headers: &HeaderMap) -> Who {
    let Some(value) = headers.get(header::AUTHORIZATION) else { return Who::Nobody };
    let Some(token) = value.to_str().ok().and_then(bearer) else {
        return Who::Refused(
            Problem::from(Code::Unauthenticated)
                .with_detail("`Authorization` must be `Bearer <access token>`."),
        );
    };
    match api.chat.authenticate(token).await {
        Ok(actor) => Who::Account(actor),
        Err(problem) => Who::Refused(problem),
    }
}

/// The token of `Bearer <token>` (RFC 6750); the scheme's case does not matter.
fn bearer(value: &str) -> Option<&str> {
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}
