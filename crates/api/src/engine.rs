//! Requests to the sessions of an endpoint (Engine.IO 4). The session behind a request belongs to the
//! gateway; here its requests are let in, and its answers become HTTP.

use crate::{app::Api, routes::permit_page, websocket::upgrade};
use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::{HeaderMap, HeaderValue, Method, header},
    response::Response,
};
use bytes::Bytes;
use chinwag_chat::{Bucket, LimitKey, Origin};
use chinwag_gateway::sio::{Endpoint, Opening, Refusal};
use chinwag_wire::{Code, Problem};
use std::time::Duration;

/// How long a poll that nobody is signed in behind goes on once the server stops.
const DRAINING: Duration = Duration::from_secs(1);

/// Answers one request.
pub(crate) async fn serve(
    api: &Api,
    endpoint: &Endpoint,
    from: Origin,
    request: Request,
) -> Result<Response, Problem> {
    let query = request.uri().query().unwrap_or_default().to_owned();
    admit(api, endpoint, &query, from)?;
    let page = permit_page(api, request.headers());
    if !endpoint.permits(&query, page.is_err()) {
        page?;
    }
    match *request.method() {
        Method::GET => listen(api, endpoint, query, from, request).await,
        Method::POST => {
            let body = read(request.into_body(), endpoint).await?;
            Ok(packets_in(endpoint.post(&query, body).await.map_err(problem)?))
        }
        _ => Ok(packets_in(endpoint.other(&query).map_err(problem)?)),
    }
}

/// A GET: opens a session, waits for packets of one, or opens a WebSocket.
async fn listen(
    api: &Api,
    endpoint: &Endpoint,
    query: String,
    from: Origin,
    request: Request,
) -> Result<Response, Problem> {
    let cookie = cookies(request.headers());
    let foreign = permit_page(api, request.headers()).is_err();
    let opening = || Opening::new(from, &query, &cookie, foreign);
    if request.headers().contains_key(header::UPGRADE) {
        let carrier = endpoint.admit(&query, opening).map_err(problem)?;
        let endpoint = endpoint.clone();
        return upgrade(request, async move |io, read_ahead| {
            endpoint.carry(carrier, io, read_ahead).await;
        });
    }
    tokio::select! {
        packets = endpoint.poll(&query, opening) => Ok(packets_in(packets.map_err(problem)?)),
        () = drained(api) => Err(Problem::from(Code::ShuttingDown).retry_after(1)),
    }
}

/// Opening one counts as a connection, and a session that nobody knows as any request; what a session
/// says is counted by who says it.
fn admit(api: &Api, endpoint: &Endpoint, query: &str, from: Origin) -> Result<(), Problem> {
    let bucket = match () {
        () if Endpoint::opens(query) => Bucket::Connect,
        () if endpoint.knows(query) => return Ok(()),
        () => Bucket::Request,
    };
    api.chat.limits().check(bucket, LimitKey::Address(from.address)).map(|_| ())
}

async fn read(body: Body, endpoint: &Endpoint) -> Result<Bytes, Problem> {
    to_bytes(body, endpoint.options().max_payload).await.map_err(|_| Code::TooLarge.into())
}

/// The server stops, and whoever is signed in has been told.
async fn drained(api: &Api) {
    api.draining.cancelled().await;
    tokio::time::sleep(DRAINING).await;
}

fn packets_in(body: Bytes) -> Response {
    let mut response = Response::new(Body::from(body));
    let plain = HeaderValue::from_static("text/plain; charset=UTF-8");
    response.headers_mut().insert(header::CONTENT_TYPE, plain);
    response
}

/// The cookies in one line: HTTP/2 may bring them in several.
fn cookies(headers: &HeaderMap) -> String {
    let lines = headers.get_all(header::COOKIE).iter();
    let lines: Vec<_> = lines.map(|line| String::from_utf8_lossy(line.as_bytes())).collect();
    lines.join("; ")
}

fn problem(refusal: Refusal) -> Problem {
    let field = |name: &str, sentence: &str| Problem::field(name, sentence);
    match refusal {
        Refusal::VersionUnsupported => field("EIO", "Only 4 is spoken here."),
        Refusal::TransportUnknown => field("transport", "`polling` or `websocket`."),
        Refusal::SidUnknown => field("sid", "There is no such session any more; open a new one."),
        Refusal::HandshakeMethod => field("sid", "Open a session with GET first."),
        Refusal::BadRequest => {
            Problem::from(Code::Malformed).with_detail("Not a request of Engine.IO.")
        }
        Refusal::Forbidden => Problem::from(Code::Overloaded).retry_after(1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cookies_in_any_number_of_lines_and_of_any_bytes() {
        let lines = [b"a=1; b=2".as_slice(), b"theme=b\xe9ige", b"token=t"];
        let line = |line| (header::COOKIE, HeaderValue::from_bytes(line).expect("no line breaks"));
        let joined = cookies(&HeaderMap::from_iter(lines.map(line)));
        assert_eq!(&*joined, "a=1; b=2; theme=b\u{fffd}ige; token=t");
        assert_eq!(&*cookies(&HeaderMap::new()), "");
    }
}
