//! W5: everybody comes back at once, and each fetches what it missed.

use super::dialect::{Dialect, reply};
use crate::{http::find, native};
use anyhow::{Result, ensure};
use chinwag_wire::{ConversationId, Positions};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::net::SocketAddr;
use std::time::{Duration, Instant};

/// Handshakes under way at once.
const WIDTH: usize = 1000;

/// Someone who was away.
#[derive(Clone, Debug)]
pub struct Away {
    /// Their token.
    pub token: String,
    /// The conversation in which they missed a page.
    pub conversation: String,
}

/// Connects everyone and catches up from the beginning; the time until the last has its page.
/// `missed` messages must be on each page.
///
/// # Errors
/// When someone is refused or misses something.
pub async fn run(
    dialect: Dialect,
    address: SocketAddr,
    away: &[Away],
    missed: usize,
) -> Result<Duration> {
    let epoch = match dialect {
        Dialect::Native | Dialect::SocketIo | Dialect::MessagingApp => {
            epoch(address, &away[0].token).await?
        }
        Dialect::Node => String::new(),
    };
    let (began, epoch) = (Instant::now(), &epoch);
    let returning = away.iter().map(|one| async move {
        match dialect {
            Dialect::Native | Dialect::SocketIo | Dialect::MessagingApp => {
                native_return(address, one, missed, epoch).await
            }
            Dialect::Node => node_return(address, one, missed).await,
        }
    });
    // The sockets stay open until everyone is back.
    let sockets: Vec<_> = stream::iter(returning).buffer_unordered(WIDTH).try_collect().await?;
    let took = began.elapsed();
    drop(sockets);
    Ok(took)
}

/// Positions count only together with their epoch; everybody has it from being connected before.
async fn epoch(address: SocketAddr, token: &str) -> Result<String> {
    Ok(native::connect(&native::target(address), token, None).await?.1.epoch)
}

async fn native_return(
    address: SocketAddr,
    away: &Away,
    missed: usize,
    epoch: &str,
) -> Result<crate::socket::Socket> {
    let target = native::target(address);
    let conversation: ConversationId = away.conversation.parse()?;
    let positions =
        Positions { epoch: Some(epoch.to_owned()), conversations: [(conversation, 0)].into() };
    let mut socket = crate::socket::Socket::open(&target).await?;
    socket.send(&native::hello(&away.token, Some(positions))?).await?;
    let text = reply(&mut socket, Dialect::Native, 1).await?;
    let found = count(&text, b"\"message_created\"");
    ensure!(found == missed, "{found} of {missed} messages came back");
    Ok(socket)
}

async fn node_return(
    address: SocketAddr,
    away: &Away,
    missed: usize,
) -> Result<crate::socket::Socket> {
    let mut socket = Dialect::Node.connect(&Dialect::Node.target(address), &away.token).await?;
    let sync = format!(r#"427["sync",{{"conversation":{},"after_seq":0}}]"#, away.conversation);
    socket.send(sync.as_bytes()).await?;
    let text = reply(&mut socket, Dialect::Node, 7).await?;
    let found = count(&text, b"\"client_id\"");
    ensure!(found == missed, "{found} of {missed} messages came back");
    Ok(socket)
}

fn count(text: &[u8], needle: &[u8]) -> usize {
    let (mut count, mut rest) = (0, text);
    while let Some(at) = find(rest, needle) {
        count += 1;
        rest = &rest[at + needle.len()..];
    }
    count
}
