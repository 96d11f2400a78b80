//! The Node reference as a child process, with a database and a Redis of its own.

use crate::engine::{Engine, Home};
use crate::http::Http;
use crate::measure::meter::Watched;
use crate::server::{Server, free_address, workspace};
use crate::{native, postgres};
use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use std::process::{Child, Command, Stdio};

/// A running reference.
#[derive(Debug)]
pub struct Node {
    /// Its process.
    pub server: Server,
    redis: Redis,
    home: Home,
    family: postgres::Family,
}

/// A Redis that forgets everything when it ends.
#[derive(Debug)]
struct Redis(Child);

impl Drop for Redis {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Installs its packages, once.
///
/// # Errors
/// When npm fails.
pub fn install() -> Result<()> {
    let folder = workspace().join("bench/peers/node-reference");
    if folder.join("node_modules").exists() {
        return Ok(());
    }
    let status = Command::new("npm").args(["ci", "--silent"]).current_dir(folder).status()?;
    ensure!(status.success(), "npm ci failed");
    Ok(())
}

impl Node {
    /// Starts it on an empty database.
    ///
    /// # Errors
    /// When PostgreSQL, Redis or Node cannot be started.
    pub async fn start(postgres: &str, bcrypt_cost: u32) -> Result<Self> {
        let home = Home::create(Engine::Postgres, Some(postgres)).await?;
        let (redis_address, address) = (free_address()?, free_address()?);
        let redis = Command::new("redis-server")
            .args(["--bind", "127.0.0.1", "--port", &redis_address.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--maxclients", "1000"])
            .stdout(Stdio::null())
            .spawn()
            .context("start redis-server")?;
        let redis = Redis(redis);
        let launch = home.launch()?;
        let child = Command::new("node")
            .arg("server.js")
            .current_dir(workspace().join("bench/peers/node-reference"))
            .env("NODE_ENV", "production")
            .env("DATABASE_URL", launch.database.context("made on PostgreSQL")?)
            .env("REDIS_URL", format!("redis://{redis_address}"))
            .env("PORT", address.port().to_string())
            .env("JWT_SECRET", "a secret for measuring only, forty bytes")
            .env("BCRYPT_COST", bcrypt_cost.to_string())
            .env("SEED", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .context("start node")?;
        let began = std::time::Instant::now();
        let mut server = Server::watch(child, address);
        server.wait_ready("/health").await?;
        server.started_in = began.elapsed();
        let family = postgres::Family::find(postgres).await?;
        Ok(Self { server, redis, home, family })
    }

    /// Fills it with so many messages a conversation; see its README for the shape.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn seed(
        &self,
        accounts: usize,
        pairs: usize,
        rooms: &[usize],
        messages: usize,
    ) -> Result<()> {
        let rooms: Vec<Value> = rooms.iter().map(|members| json!({ "members": members })).collect();
        let plan = json!({
            "accounts": accounts, "pairs": pairs, "rooms": rooms,
            "messages_per_conversation": messages, "body_bytes": super::fixture::BODY,
            "password": native::PASSWORD,
        });
        let mut http = Http::new(self.server.address);
        let _: Value = http.json("POST", "/seed", None, Some(&plan)).await?;
        Ok(())
    }

    /// Tokens of the first accounts.
    ///
    /// # Errors
    /// When it refuses.
    pub async fn tokens(&self, count: usize) -> Result<Vec<String>> {
        #[derive(serde::Deserialize)]
        struct Tokens {
            tokens: Vec<String>,
        }
        let path = format!("/tokens?from=0&count={count}");
        let mut http = Http::new(self.server.address);
        let answer: Tokens = http.json("GET", &path, None, None::<&()>).await?;
        Ok(answer.tokens)
    }

    /// Whose processor time counts.
    pub fn watched(&self) -> Watched {
        Watched {
            server: self.server.pid(),
            helpers: vec![self.redis.0.id()],
            postgres: Some(self.family),
        }
    }

    /// Messages stored, all of them.
    ///
    /// # Errors
    /// When the database cannot be asked.
    pub async fn stored(&self) -> Result<i64> {
        self.home.number("SELECT count(*) FROM messages").await
    }

    /// Stops everything and drops the database.
    ///
    /// # Errors
    /// When it does not stop.
    pub async fn stop(self) -> Result<()> {
        let stopped = self.server.stop().await;
        drop(self.redis);
        self.home.remove().await?;
        stopped
    }
}
