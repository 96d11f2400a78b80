//! A server that is being measured, ours or the reference: the same few questions to both.

use super::fixture::{self, Fixture, PAGE};
use super::meter::Watched;
use super::node::Node;
use crate::engine::{Engine, Home};
use crate::load::dialect::Dialect;
use crate::load::history::Readable;
use crate::server::{Launch, Server};
use anyhow::Result;
use serde::Serialize;
use std::net::SocketAddr;
use std::time::Duration;

/// The bcrypt cost that the product uses.
const FULL_COST: u32 = 10;

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Peer {
    /// Ours, on SQLite.
    Chinwag,
    /// The same, spoken to over Socket.IO.
    SocketIo,
    /// The same, through the contract of `messaging-app`.
    MessagingApp,
    /// The Node reference, on PostgreSQL and Redis.
    Node,
}

/// What a run needs to stand ready.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scene {
    /// Accounts, pairs and the hall.
    Usual,
    /// Everyone in three rooms too.
    Crowded,
    /// So many messages.
    Filled(usize),
    /// A few fresh accounts in pairs, their passwords hashed at full cost by one thread.
    Hashing(usize),
}

/// A running server and what is known of its data.
#[derive(Debug)]
pub struct Subject {
    running: Running,
    /// What it speaks.
    pub dialect: Dialect,
    /// Everyone's tokens.
    pub tokens: Vec<String>,
    /// The pairs' conversations.
    pub pairs: Vec<String>,
    /// The hall.
    pub hall: String,
}

#[derive(Debug)]
enum Running {
    Ours(Server, Home),
    Node(Node),
}

impl Subject {
    /// Starts a server on fresh data.
    ///
    /// # Errors
    /// When something cannot be started or filled.
    pub async fn start(
        peer: Peer,
        fixture: &Fixture,
        scene: Scene,
        postgres: &str,
    ) -> Result<Self> {
        match peer {
            Peer::Chinwag => Self::ours(fixture, scene).await,
            Peer::SocketIo => {
                Ok(Self { dialect: Dialect::SocketIo, ..Self::ours(fixture, scene).await? })
            }
            Peer::MessagingApp => {
                let ours = Self::ours(fixture, scene).await?;
                // It writes to people, not into conversations: to the second of each pair.
                let pairs = (0..ours.pairs.len()).map(|pair| fixture::username(2 * pair + 1));
                Ok(Self { dialect: Dialect::MessagingApp, pairs: pairs.collect(), ..ours })
            }
            Peer::Node => Self::node(fixture, scene, postgres).await,
        }
    }

    async fn ours(fixture: &Fixture, scene: Scene) -> Result<Self> {
        if let Scene::Hashing(accounts) = scene {
            return Self::hashing(accounts).await;
        }
        let home = match scene {
            Scene::Usual | Scene::Hashing(_) => fixture.copy().await?,
            Scene::Crowded => fixture.crowded().await?,
            Scene::Filled(messages) => fixture.filled(messages).await?,
        };
        let server = home.launch()?.start().await?;
        Ok(Self {
            running: Running::Ours(server, home),
            dialect: Dialect::Native,
            tokens: fixture.tokens.clone(),
            pairs: fixture.pairs.clone(),
            hall: fixture.hall.clone(),
        })
    }

    async fn hashing(accounts: usize) -> Result<Self> {
        let home = Home::create(Engine::Sqlite, None).await?;
        let launch = Launch { bcrypt_cost: FULL_COST, hash_threads: 1, ..home.launch()? };
        let server = launch.start().await?;
        let (tokens, pairs) = fixture::people(server.address, accounts).await?;
        let running = Running::Ours(server, home);
        Ok(Self { running, dialect: Dialect::Native, tokens, pairs, hall: String::new() })
    }

    async fn node(fixture: &Fixture, scene: Scene, postgres: &str) -> Result<Self> {
        let (cost, accounts, pairs) = match scene {
            Scene::Hashing(accounts) => (FULL_COST, accounts, accounts / 2),
            _ => (4, fixture.size.accounts, fixture.pairs.len()),
        };
        let node = Node::start(postgres, cost).await?;
        let mut rooms = vec![fixture.size.hall.min(accounts)];
        if scene == Scene::Crowded {
            rooms.extend([accounts; 3]);
        }
        let messages = match scene {
            Scene::Filled(all) => (all / pairs).max(PAGE),
            _ => PAGE,
        };
        node.seed(accounts, pairs, &rooms, messages).await?;
        Ok(Self {
            tokens: node.tokens(accounts).await?,
            running: Running::Node(node),
            dialect: Dialect::Node,
            pairs: (1..=pairs).map(|number| number.to_string()).collect(),
            hall: (pairs + 1).to_string(),
        })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server().address
    }

    /// Its process.
    pub fn server(&self) -> &Server {
        match &self.running {
            Running::Ours(server, _) => server,
            Running::Node(node) => &node.server,
        }
    }

    /// Whose processor time counts.
    pub fn watched(&self) -> Watched {
        match &self.running {
            Running::Ours(server, _) => Watched { server: server.pid(), ..Watched::default() },
            Running::Node(node) => node.watched(),
        }
    }

    /// Messages stored, all of them.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn stored(&self) -> Result<i64> {
        match &self.running {
            Running::Ours(_, home) => home.number("SELECT count(*) FROM messages").await,
            Running::Node(node) => node.stored().await,
        }
    }

    /// The newest page of each pair, as its first member reads it.
    pub fn pages(&self) -> Vec<Readable> {
        let path = |conversation: &str| match self.dialect {
            Dialect::Native | Dialect::SocketIo | Dialect::MessagingApp => {
                format!("/v1/conversations/{conversation}/messages?limit=50")
            }
            Dialect::Node => format!("/conversations/{conversation}/messages?limit=50"),
        };
        let pages = self.pairs.iter().zip(self.tokens.iter().step_by(2));
        pages.map(|(pair, token)| Readable { path: path(pair), token: token.clone() }).collect()
    }

    /// From the start of the process until it was ready.
    pub fn started_in(&self) -> Duration {
        self.server().started_in
    }

    /// Stops it and removes its data.
    ///
    /// # Errors
    /// When it does not stop in time.
    pub async fn stop(self) -> Result<()> {
        match self.running {
            Running::Ours(server, home) => {
                server.stop().await?;
                home.remove().await
            }
            Running::Node(node) => node.stop().await,
        }
    }
}
