//! `chinwag conformance`: echoes through the server's own listener, for conformance suites.

use super::Outcome;
use anyhow::Context;
use axum::{
    Router,
    body::{Body, to_bytes},
    extract::{Request, State},
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{any, get},
};
use chinwag_api::{ListenOptions, upgrade};
use chinwag_chat::Origin;
use chinwag_gateway::{
    conformance::{echo, engine_echo, socket_echo},
    sio::{Answer, Endpoint, Opening, Refusal},
};
use std::{
    io::{self, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Echo at /echo (WebSocket), /engine.io/ and /socket.io/ on loopback, for conformance suites
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Conformance {
    /// Port to listen on
    #[arg(long, default_value_t = 9001)]
    port: u16,
}

impl Conformance {
    pub(super) async fn run(self) -> Outcome {
        let listener = bind(Ipv4Addr::LOCALHOST.into(), self.port).await?;
        let address = listener.local_addr()?;
        writeln!(io::stdout(), "ws://{address}/echo")?;
        let router = Router::new()
            .route("/echo", get(open))
            .merge(endpoint("/engine.io/", engine_echo()))
            .merge(endpoint("/socket.io/", socket_echo()));
        // `localhost` is both.
        if let Ok(other) = bind(Ipv6Addr::LOCALHOST.into(), address.port()).await {
            tokio::spawn(serve(other, router.clone()));
        }
        serve(listener, router).await;
        Ok(())
    }
}

async fn bind(address: IpAddr, port: u16) -> anyhow::Result<TcpListener> {
    TcpListener::bind((address, port)).await.context("cannot listen")
}

async fn serve(listener: TcpListener, router: Router) {
    let (never, options) = (CancellationToken::new(), ListenOptions::default());
    chinwag_api::serve(listener, router, never, options).await;
}

async fn open(request: Request) -> Response {
    upgrade(request, echo).unwrap_or_else(|problem| {
        (StatusCode::UPGRADE_REQUIRED, problem.to_string()).into_response()
    })
}

fn endpoint(path: &str, endpoint: Endpoint) -> Router {
    Router::new().route(path, any(serve_session)).with_state(endpoint)
}

async fn serve_session(State(endpoint): State<Endpoint>, request: Request) -> Response {
    let query = request.uri().query().unwrap_or_default().to_owned();
    let from = Origin { address: Ipv4Addr::LOCALHOST.into() };
    let opening = || Opening::new(from, &query, "", false);
    if request.headers().contains_key(header::UPGRADE) {
        return match endpoint.admit(&query, opening) {
            Ok(carrier) => upgrade(request, async move |io, read_ahead| {
                endpoint.carry(carrier, io, read_ahead).await;
            })
            .unwrap_or_else(|problem| bad(&problem.to_string())),
            Err(refusal) => refused(refusal),
        };
    }
    answered(match *request.method() {
        Method::GET => endpoint.poll(&query, opening).await,
        Method::POST => post(&endpoint, &query, request.into_body()).await,
        _ => endpoint.other(&query),
    })
}

async fn post(endpoint: &Endpoint, query: &str, body: Body) -> Answer {
    let body = to_bytes(body, endpoint.options().max_payload).await;
    endpoint.post(query, body.map_err(|_| Refusal::BadRequest)?).await
}

fn answered(answer: Answer) -> Response {
    let mut response = match answer {
        Ok(body) => ([(header::CONTENT_TYPE, "text/plain; charset=UTF-8")], body).into_response(),
        Err(refusal) => refused(refusal),
    };
    let any_origin = header::HeaderValue::from_static("*");
    response.headers_mut().insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, any_origin);
    response
}

fn refused(refusal: Refusal) -> Response {
    bad(&format!("{{\"code\":{},\"message\":\"{refusal}\"}}", refusal as u8))
}

fn bad(text: &str) -> Response {
    (StatusCode::BAD_REQUEST, text.to_owned()).into_response()
}
