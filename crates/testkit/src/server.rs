//! A real server on a real port, in this process.

use crate::{
    Bucket, FaultProxy, User,
    engine::{Engine, Storage},
};
use chinwag_client::Http;
use chinwag_server::{Clock, Running, Settings, start};
use reqwest::Method;
use std::{net::SocketAddr, path::PathBuf, sync::Arc};
use tokio::sync::Mutex;

/// A server for one test, with limits and passwords made cheap. Clones are the same server; everything it
/// stored is gone with the last.
#[derive(Clone)]
pub struct TestServer {
    /// The clock it is told the time by.
    pub clock: Clock,
    /// Where it listens, also after a restart.
    pub address: SocketAddr,
    /// Where it listens for some dialects only, in the order of the settings.
    pub listening: Vec<SocketAddr>,
    /// What it keeps everything in.
    pub engine: Engine,
    inner: Arc<Inner>,
}

struct Inner {
    settings: Settings,
    files: PathBuf,
    owner_link: Option<String>,
    // Before the storage: a server ends before what it stores is taken away.
    running: Mutex<Option<Running>>,
    storage: Storage,
    _bucket: Option<Bucket>,
}

impl TestServer {
    /// A server that nobody has used yet.
    pub async fn start(engine: Engine) -> Self {
        Self::with(engine, |_| {}).await
    }

    /// The same with other settings.
    pub async fn with(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(Storage::new(engine).await, None, change).await
    }

    /// The same on PostgreSQL, which it reaches through a proxy that breaks connections.
    pub async fn with_broken_database(change: impl FnOnce(&mut Settings)) -> (Self, FaultProxy) {
        let storage = Storage::new(Engine::Postgres).await;
        let url = storage.settings().database.url;
        let (before, after) = url.split_once('@').expect("a URL with a user");
        let (place, name) = after.split_once('/').expect("and with a database");
        let mut found = tokio::net::lookup_host(place).await.expect("PostgreSQL listens on TCP");
        let proxy = FaultProxy::before(found.next().expect("it has an address")).await;
        let through = format!("{before}@{}/{name}", proxy.address);
        let server = Self::over(storage, None, |settings| {
            settings.database.url = through;
            change(settings);
        });
        (server.await, proxy)
    }

    /// The same with its files in a bucket.
    pub async fn with_bucket(engine: Engine, change: impl FnOnce(&mut Settings)) -> Self {
        Self::over(Storage::new(engine).await, Some(Bucket::start().await), change).await
    }

    async fn over(
        storage: Storage,
        bucket: Option<Bucket>,
        change: impl FnOnce(&mut Settings),
    ) -> Self {
        let engine = storage.engine();
        let mut settings = storage.settings();
        bucket.iter().for_each(|bucket| bucket.settle(&mut settings));
        change(&mut settings);
        let clock = Clock::system();
        let running = boot(&settings, &clock).await;
        let (address, owner_link) = (running.http, running.owner_link.clone());
        let listening = running.listening.clone();
        settings.http.bind = address;
        for (own, address) in settings.http.listeners.iter_mut().zip(&listening) {
            own.bind = *address;
        }
        let files = bucket.as_ref().map_or_else(|| settings.data_dir.join("blobs"), Bucket::path);
        let running = Mutex::new(Some(running));
        let inner = Inner { settings, files, owner_link, running, storage, _bucket: bucket };
        Self { clock, address, listening, engine, inner: Arc::new(inner) }
    }

    /// The URL it is reached by.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Requests as nobody.
    pub fn http(&self) -> Http {
        Http::new(&self.url()).expect("an address makes a URL")
    }

    /// What the metrics of this name say, those alone whose labels hold these words; nothing where there is none yet.
    ///
    /// # Panics
    /// Where they cannot be read.
    pub async fn metric(&self, name: &str, labels: &str) -> u64 {
        let answer = self.http().request(Method::GET, "/metrics").send().await;
        let text = answer.expect("the server answers").text().await.expect("metrics are text");
        let lines = text.lines().filter_map(|line| line.strip_prefix(name)?.split_once(' '));
        let of_name = lines.filter(|(rest, _)| rest.is_empty() || rest.starts_with('{'));
        let counts = of_name.filter(|(rest, _)| rest.contains(labels));
        counts.map(|(_, count)| count.parse::<u64>().expect("a count is whole")).sum()
    }

    /// Every blob that is stored, as a path on disk.
    pub fn blobs(&self) -> Vec<PathBuf> {
        let mut found = Vec::new();
        let mut folders = vec![self.inner.files.clone()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                if path.is_dir() { folders.push(path) } else { found.push(path) }
            }
        }
        found
    }

    /// Its data directory.
    pub fn data_dir(&self) -> &std::path::Path {
        &self.inner.settings.data_dir
    }

    /// The one-time secret for the first account, as it was when the server first started.
    pub fn owner_link(&self) -> Option<String> {
        self.inner.owner_link.clone()
    }

    /// Runs a statement on its database without its knowledge, as a hiccup or another operator might.
    ///
    /// # Panics
    /// Where the engine is not PostgreSQL.
    pub async fn behind_its_back(&self, statement: &str) {
        self.inner.storage.run(statement).await;
    }

    /// A new account of this name, signed in.
    pub async fn user(&self, username: &str) -> User {
        User::register(&self.http(), username).await
    }

    /// Stops it well: clients are told when to come back.
    pub async fn stop(&self) {
        if let Some(running) = self.inner.running.lock().await.take() {
            running.stop().await;
        }
    }

    /// Stops it at once: nobody is told.
    pub async fn abort(&self) {
        if let Some(running) = self.inner.running.lock().await.take() {
            running.abort();
        }
    }

    /// Starts it again after it was stopped, on the same address with the same storage.
    pub async fn start_again(&self) {
        let running = boot(&self.inner.settings, &self.clock).await;
        *self.inner.running.lock().await = Some(running);
    }

    /// Stops it well and starts it again.
    pub async fn restart(&self) {
        self.stop().await;
        self.start_again().await;
    }
}

async fn boot(settings: &Settings, clock: &Clock) -> Running {
    match start(settings.clone(), clock.clone()).await {
        Ok(running) => running,
        Err(error) => panic!("the server starts: {error:?}"),
    }
}
