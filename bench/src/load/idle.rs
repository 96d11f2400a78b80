//! Many connections at once: opened a bounded number at a time, in order of their tokens.

use super::dialect::Dialect;
use crate::socket::Socket;
use anyhow::{Context as _, Result};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use indicatif::ProgressBar;
use std::net::{Ipv4Addr, SocketAddr};

/// Handshakes under way at once: below every peer's backlog.
const WIDTH: usize = 200;
/// Connections from one source address; each has about 28,000 ports, and some are still closing.
const PER_SOURCE: usize = 15_000;

/// Where connection `number` comes from: 127.0.0.1, then 127.0.0.2, …
pub fn source(number: usize) -> Option<Ipv4Addr> {
    let host = u8::try_from(number / PER_SOURCE + 1).unwrap_or(u8::MAX);
    (host > 1).then(|| Ipv4Addr::new(127, 0, 0, host))
}

/// Connects and authenticates with each token.
///
/// # Errors
/// When one is refused.
pub async fn connect_all(
    dialect: Dialect,
    address: SocketAddr,
    tokens: &[String],
    bar: &ProgressBar,
) -> Result<Vec<Socket>> {
    let opening = tokens.iter().enumerate().map(|(number, token)| async move {
        let mut target = dialect.target(address);
        target.source = source(number);
        let socket = dialect.connect(&target, token).await;
        bar.inc(1);
        socket.with_context(|| format!("connection {number}"))
    });
    stream::iter(opening).buffered(WIDTH).try_collect().await
}
