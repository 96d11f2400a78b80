//! A server that runs, and how it ends: everyone is told when to come back, and nothing is lost.

use super::DataDir;
use chinwag_chat::Chat;
use chinwag_gateway::Gateway;
use chinwag_sql::Engine;
use std::{net::SocketAddr, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// How long requests may take to finish.
const REQUESTS: Duration = Duration::from_secs(5);
/// How long connections may take to hear what is queued for them.
const CONNECTIONS: Duration = Duration::from_secs(3);

/// A running server. Dropping it leaves it running; end it with [`Running::stop`].
#[must_use]
pub struct Running {
    /// Where it listens.
    pub http: SocketAddr,
    /// Where it listens for some dialects only, in the order of the settings.
    pub listening: Vec<SocketAddr>,
    /// The URL people reach it by, without a slash at its end.
    pub public_url: String,
    /// The one-time secret that makes the first account its owner, while there is no account.
    pub owner_link: Option<String>,
    /// What it keeps everything in.
    pub engine: Engine,
    /// Its directory.
    pub data_dir: DataDir,
    pub(super) chat: Chat,
    pub(super) gateway: Gateway,
    pub(super) closing: CancellationToken,
    pub(super) serving: JoinHandle<()>,
    /// Works off the jobs, and tells other systems.
    pub(super) working: JoinHandle<()>,
    pub(super) upkeep: JoinHandle<()>,
}

impl Running {
    /// Ends it well, in ten seconds at most: not ready any more, no new connections, requests in
    /// flight finished, live connections told when to come back, everything durable and the log of
    /// the database folded in.
    pub async fn stop(mut self) {
        self.closing.cancel();
        let (finished, worked, ()) = tokio::join!(
            tokio::time::timeout(REQUESTS, &mut self.serving),
            tokio::time::timeout(REQUESTS, &mut self.working),
            self.gateway.shut_down(CONNECTIONS)
        );
        if finished.is_err() {
            tracing::warn!("some requests did not finish in {REQUESTS:?}; they are cut");
            self.serving.abort();
        }
        if worked.is_err() {
            // Their leases end, and they are tried again.
            tracing::warn!("some jobs did not finish in {REQUESTS:?}");
            self.working.abort();
        }
        self.upkeep.abort();
        self.chat.close().await;
    }

    /// Ends it at once, as little orderly as can be in a process that lives on: no one is told, nothing is
    /// finished. What was acknowledged is durable all the same.
    pub fn abort(self) {
        self.closing.cancel();
        self.serving.abort();
        self.working.abort();
        self.upkeep.abort();
        let Self { chat, gateway, .. } = self;
        tokio::spawn(async move {
            gateway.shut_down(Duration::ZERO).await;
            chat.close().await;
        });
    }

    /// Answers when it has stopped serving by itself, which only a fault can make it do.
    pub async fn failed(&mut self) {
        // A task that ended in a panic has logged it.
        drop((&mut self.serving).await);
    }
}
