//! `/v1/socket`: the opening handshake of the native WebSocket (RFC 6455). After it, the connection
//! belongs to the gateway.

use crate::{answer::Answer, app::Api, extract::CameFrom, websocket::upgrade};
use axum::{
    extract::{Request, State},
    http::{HeaderMap, header},
};
use chinwag_chat::{Bucket, LimitKey};
use chinwag_wire::{Code, Problem};

/// Open the live connection (WebSocket)
///
/// Sub-protocol `chinwag.v1`. The first frame is `hello`, with the access token in it. `/asyncapi.json` describes the frames.
#[utoipa::path(get, path = "/v1/socket", tag = "live", security(()), responses((status = 101, description = "The connection speaks WebSocket now")))]
pub(crate) async fn open_socket(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    request: Request,
) -> Answer {
    permit_page(&api, request.headers())?;
    api.chat.limits().check(Bucket::Connect, LimitKey::Address(origin.address))?;
    let gateway = api.gateway.clone();
    let response = upgrade(request, async move |stream, read_ahead| {
        gateway.serve_socket(stream, read_ahead, origin).await
    })?;
    Ok(response)
}

/// A page may connect if it came from here or from an origin that the operator named. Programs send no `Origin`.
pub(crate) fn permit_page(api: &Api, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(origin) = headers.get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or("null");
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let is_ours =
        host.is_some() && origin.split_once("://").map(|(_, authority)| authority) == host;
    let is_public =
        api.options.public_url.as_deref().is_some_and(|url| url.trim_end_matches('/') == origin);
    let is_known = is_ours || is_public || api.options.names_origin(origin);
    if is_known { Ok(()) } else { Err(Code::ForeignOrigin.into()) }
}
