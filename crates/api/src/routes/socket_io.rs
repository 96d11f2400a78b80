//! `/v1/socket.io/`: Socket.IO for clients that speak the native vocabulary. The session behind a request
//! belongs to the gateway; here its requests are let in, and its answers become HTTP. OpenAPI does not
//! describe it: its own protocol does, and client libraries speak it.

use super::socket::permit_page;
use crate::{answer::Answer, app::Api, extract::CameFrom, websocket::upgrade};
use axum::{
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use bytes::Bytes;
use chinwag_chat::{Bucket, LimitKey, Origin};
use chinwag_gateway::sio::{Endpoint, Opening, Refusal};
use chinwag_wire::{Code, Problem};
use std::time::Duration;

/// How long a poll that nobody is signed in behind goes on once the server stops.
const DRAINING: Duration = Duration::from_secs(1);

/// A GET: opens a session, waits for packets of one, or opens a WebSocket.
pub(crate) async fn poll_session(
    State(api): State<Api>,
    CameFrom(from): CameFrom,
    request: Request,
) -> Answer {
    permit_page(&api, request.headers())?;
    let query = request.uri().query().unwrap_or_default().to_owned();
    admit(&api, &query, from)?;
    let cookie = text(request.headers(), header::COOKIE);
    let opening = || Opening { from, query: query.as_str().into(), cookie: cookie.into() };
    if request.headers().contains_key(header::UPGRADE) {
        let (endpoint, carrier) =
            (api.socket_io.clone(), api.socket_io.admit(&query, opening).map_err(problem)?);
        return Ok(upgrade(request, async move |io, read_ahead| {
            endpoint.carry(carrier, io, read_ahead).await;
        })?);
    }
    tokio::select! {
        packets = api.socket_io.poll(&query, opening) => Ok(packets_in(packets.map_err(problem)?)),
        () = drained(&api) => Err(Problem::from(Code::ShuttingDown).retry_after(1).into()),
    }
}

/// A POST: brings packets to a session.
pub(crate) async fn bring_packets(
    State(api): State<Api>,
    CameFrom(from): CameFrom,
    request: Request,
) -> Answer {
    permit_page(&api, request.headers())?;
    let query = request.uri().query().unwrap_or_default().to_owned();
    admit(&api, &query, from)?;
    let body = read(request.into_body(), &api.socket_io).await?;
    Ok(packets_in(api.socket_io.post(&query, body).await.map_err(problem)?))
}

/// Opening one counts as a connection, and a session that nobody knows as any request; what a session
/// says is counted by who says it.
fn admit(api: &Api, query: &str, from: Origin) -> Result<(), Problem> {
    let bucket = match () {
        () if Endpoint::opens(query) => Bucket::Connect,
        () if api.socket_io.knows(query) => return Ok(()),
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

fn text(headers: &HeaderMap, name: header::HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
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
