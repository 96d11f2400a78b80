//! `chinwag healthcheck`: whether a server is ready, for containers and load balancers.

use super::{Failure, Outcome, environment};
use crate::settings::{self, Flags};
use anyhow::anyhow;
use chinwag_client::Http;
use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    time::Duration,
};

const EXAMPLES: &str = "\
Examples:
  chinwag healthcheck                               the server that the settings here describe
  chinwag healthcheck --server https://chat.example.com

Exit codes: 0 ready, 1 not ready, 3 cannot be reached.";

/// Tell whether a server is ready
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Healthcheck {
    /// URL of the server; without it, the address that the settings say it listens on
    #[arg(long, value_name = "URL", env = "CHINWAG_SERVER")]
    server: Option<String>,
    #[command(flatten)]
    flags: Flags,
}

impl Healthcheck {
    pub(super) async fn run(self) -> Outcome {
        let server = match self.server {
            Some(server) => server,
            None => format!(
                "http://{}",
                reachable(settings::load(&self.flags, environment())?.http.bind)
            ),
        };
        let request = Http::new(&server)?
            .request("GET".parse().expect("a method of RFC 9110"), "/readyz")
            .timeout(Duration::from_secs(5));
        let status = request
            .send()
            .await
            .map_err(|error| Failure::from(chinwag_client::Error::from(error)))?
            .status();
        if !status.is_success() {
            return Err(anyhow!("{server} is not ready (status {status})").into());
        }
        Ok(())
    }
}

/// Who listens on every address is reached by loopback.
fn reachable(mut address: SocketAddr) -> SocketAddr {
    match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
        IpAddr::V6(ip) if ip.is_unspecified() => {
            address.set_ip(std::net::Ipv6Addr::LOCALHOST.into())
        }
        _ => {}
    }
    address
}
