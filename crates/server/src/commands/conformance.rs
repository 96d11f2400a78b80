//! `chinwag conformance`: a WebSocket echo through the server's own listener, for conformance suites.

use super::Outcome;
use anyhow::Context;
use axum::{
    Router,
    extract::Request,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::get,
};
use chinwag_api::{ListenOptions, serve_router, upgrade};
use chinwag_gateway::conformance::echo;
use std::{
    io::{self, Write},
    net::Ipv4Addr,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Echo WebSocket messages at /echo on loopback, for conformance suites
#[derive(Debug, clap::Args)]
#[command(hide = true)]
pub struct Conformance {
    /// Port to listen on
    #[arg(long, default_value_t = 9001)]
    port: u16,
}

impl Conformance {
    pub(super) async fn run(self) -> Outcome {
        let listener =
            TcpListener::bind((Ipv4Addr::LOCALHOST, self.port)).await.context("cannot listen")?;
        writeln!(io::stdout(), "ws://{}/echo", listener.local_addr()?)?;
        let router = Router::new().route("/echo", get(open));
        serve_router(listener, router, CancellationToken::new(), ListenOptions::default()).await;
        Ok(())
    }
}

async fn open(request: Request) -> Response {
    upgrade(request, echo).unwrap_or_else(|problem| {
        (StatusCode::UPGRADE_REQUIRED, problem.to_string()).into_response()
    })
}
