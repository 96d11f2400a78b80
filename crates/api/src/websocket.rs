//! Turns an HTTP/1.1 request into a WebSocket (RFC 6455, section 4.2) and gets hold of the bare TCP
//! stream, so that nothing of HTTP stays in memory beside an idle connection.

use crate::listen::Watched;
use axum::{
    body::Body,
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, StatusCode, Version, header},
    response::Response,
};
use bytes::BytesMut;
use chinwag_wire::{Code, Problem, websocket::handshake};
use hyper::upgrade::OnUpgrade;
use hyper_util::{rt::TokioIo, server::conn::auto::upgrade::downcast};
use socket2::SockRef;
use tokio::net::TcpStream;

/// Bytes that the kernel takes of a WebSocket before they are read: whoever sends faster than is served waits at
/// their own end, and finds the server soon well again.
const UNREAD: usize = 64 * 1024;

/// The one sub-protocol.
pub const PROTOCOL: &str = "chinwag.v1";

/// Answers the opening handshake with 101 and, once that is sent, runs `serve` on the connection
/// with what the client has sent already. For requests that came through this crate's listener.
///
/// # Errors
/// `upgrade_required` where the request is not an opening handshake of version 13.
pub fn upgrade<F>(
    mut request: Request,
    serve: impl FnOnce(TcpStream, BytesMut) -> F + Send + 'static,
) -> Result<Response, Problem>
where
    F: Future<Output = ()> + Send + 'static,
{
    let accept = check(&request)?;
    let is_offered = listed(request.headers(), header::SEC_WEBSOCKET_PROTOCOL, PROTOCOL);
    tokio::spawn(hand_over(hyper::upgrade::on(&mut request), serve));
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let headers = response.headers_mut();
    headers.insert(header::CONNECTION, HeaderValue::from_static("upgrade"));
    headers.insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    headers.insert(header::SEC_WEBSOCKET_ACCEPT, accept);
    if is_offered {
        headers.insert(header::SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(PROTOCOL));
    }
    Ok(response)
}

/// Waits until the 101 is out, lets go of everything HTTP, and serves in a task of its own.
async fn hand_over<F>(
    upgrade: OnUpgrade,
    serve: impl FnOnce(TcpStream, BytesMut) -> F + Send + 'static,
) where
    F: Future<Output = ()> + Send + 'static,
{
    let Ok(upgraded) = upgrade.await else { return };
    match downcast::<TokioIo<Watched>>(upgraded) {
        Ok(parts) => {
            // Copied, because what was read ahead is a view into a buffer of many kilobytes.
            let read_ahead = BytesMut::from(&parts.read_buf[..]);
            let stream = parts.io.into_inner().into_stream();
            if let Err(error) = SockRef::from(&stream).set_recv_buffer_size(UNREAD) {
                tracing::debug!(%error, "a connection could not be prepared");
            }
            tokio::spawn(serve(stream, read_ahead));
        }
        Err(_) => tracing::error!("a WebSocket came through a listener that is not ours"),
    }
}

/// The value of `Sec-WebSocket-Accept`, if the request is a handshake.
fn check(request: &Request) -> Result<HeaderValue, Problem> {
    let headers = request.headers();
    let is_upgrade = request.version() == Version::HTTP_11
        && request.method() == Method::GET
        && listed(headers, header::UPGRADE, "websocket")
        && listed(headers, header::CONNECTION, "upgrade");
    let version = headers.get(header::SEC_WEBSOCKET_VERSION).map(HeaderValue::as_bytes);
    if !is_upgrade || version != Some(b"13") {
        return Err(Code::UpgradeRequired.into());
    }
    let key = headers
        .get(header::SEC_WEBSOCKET_KEY)
        .and_then(|key| key.to_str().ok())
        .filter(|key| handshake::is_valid_key(key));
    let key = key.ok_or_else(|| Problem::field("Sec-WebSocket-Key", "16 bytes in base64"))?;
    Ok(HeaderValue::from_str(&handshake::accept_key(key)).expect("base64 is visible ASCII"))
}

/// Whether a header lists a token.
fn listed(headers: &HeaderMap, name: header::HeaderName, token: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| item.trim().eq_ignore_ascii_case(token))
}
