//! A product of its own for each test, on each engine, with a publisher that remembers and a clock
//! that can be moved.

use crate::enrolling::claiming;
use chinwag_chat::{
    Actor, Chat, ChatOptions, Clock, LimitOptions, Notice, Origin, Publisher, Secrets,
};
use chinwag_sql::{Database, Engine, PostgresOptions, SqliteOptions};
use chinwag_wire::{Code, Credentials, Problem, Register, SignIn};
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio_postgres::{Config, NoTls, config::Host};

/// Remembers what was published.
#[derive(Default)]
pub struct Recorder(Mutex<Vec<Notice>>);

impl Recorder {
    /// Takes what was published since the last call.
    pub fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.0.lock().unwrap())
    }
}

impl Publisher for Recorder {
    fn publish(&self, notices: Vec<Notice>) {
        self.0.lock().unwrap().extend(notices);
    }
}

/// A product over a fresh database.
pub struct Rig {
    pub chat: Chat,
    pub clock: Clock,
    pub heard: Arc<Recorder>,
    pub db: Database,
    place: Place,
}

enum Place {
    Folder(tempfile::TempDir),
    Server(String),
}

/// A password that may be one.
pub const PASSWORD: &str = "correct horse";

/// Options for tests: bcrypt at its cheapest, seats for everybody, no limits.
pub fn options() -> ChatOptions {
    ChatOptions {
        bcrypt_cost: 4,
        hash_queue: 64,
        limits: LimitOptions { enabled: false, factor: 1.0 },
        ..ChatOptions::new(Secrets::from_master(b"a master secret of thirty-two b."))
    }
}

impl Rig {
    /// On this engine.
    pub async fn on(engine: Engine) -> Self {
        let place = Place::fresh(engine).await;
        let (clock, heard, db) = (Clock::system(), Arc::<Recorder>::default(), place.open().await);
        let chat = Chat::open(db.clone(), options(), clock.clone(), heard.clone()).await.unwrap();
        Self { chat, clock, heard, db, place }
    }

    /// The product over the same database once more, as after a restart.
    pub async fn again(&self, options: ChatOptions) -> Chat {
        Chat::open(self.place.open().await, options, self.clock.clone(), self.heard.clone())
            .await
            .unwrap()
    }

    /// Moves the clock.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// A new account with [`PASSWORD`].
    pub async fn register(&self, username: &str) -> Credentials {
        self.chat.register(&here(), registration(Some(username), None)).await.unwrap()
    }

    /// Signs in with [`PASSWORD`].
    pub async fn sign_in(&self, name: &str) -> Result<Credentials, Problem> {
        self.chat.sign_in(&here(), signing_in(name, PASSWORD)).await
    }

    /// Whom these credentials prove.
    pub async fn actor(&self, credentials: &Credentials) -> Actor {
        self.chat.authenticate(&credentials.access_token).await.unwrap()
    }

    /// A new account, signed in.
    pub async fn person(&self, username: &str) -> Actor {
        self.actor(&self.register(username).await).await
    }

    /// A new account that has this address, signed in.
    pub async fn addressed(&self, username: &str, email: &str) -> Actor {
        self.chat.enrol(&here(), claiming(username, email)).await.unwrap();
        self.actor(&self.sign_in(username).await.unwrap()).await
    }

    /// The owner of the server, signed in. Make it first.
    pub async fn owner(&self, username: &str) -> Actor {
        let owner_link = self.chat.owner_link().await.unwrap();
        let body = Register { owner_link, ..registration(Some(username), None) };
        self.actor(&self.chat.register(&here(), body).await.unwrap()).await
    }

    /// Where the database file lies, where there is one.
    pub fn folder(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Folder(folder) => Some(folder.path()),
            Place::Server(_) => None,
        }
    }

    /// What it runs on.
    pub fn engine(&self) -> Engine {
        if self.folder().is_some() { Engine::Sqlite } else { Engine::Postgres }
    }

    /// Closes; what is stored goes when this is dropped, also by a test that fails.
    pub async fn end(self) {
        self.chat.close().await;
    }
}

impl Place {
    async fn fresh(engine: Engine) -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        if engine == Engine::Sqlite {
            return Self::Folder(tempfile::tempdir().unwrap());
        }
        let name = format!(
            "chinwag_chat_{}_{}",
            std::process::id(),
            NUMBER.fetch_add(1, Ordering::Relaxed)
        );
        on_server(&format!("CREATE DATABASE {name}")).await;
        Self::Server(name)
    }

    async fn open(&self) -> Database {
        match self {
            Self::Folder(folder) => {
                let path = folder.path().join("chinwag.db");
                Database::sqlite(SqliteOptions { path, ..SqliteOptions::default() }).unwrap()
            }
            Self::Server(name) => {
                let options = PostgresOptions { url: address(name), ..PostgresOptions::default() };
                Database::postgres(options).await.unwrap()
            }
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Server(name) = self {
            let statement = format!("DROP DATABASE {name} WITH (FORCE)");
            let runtime =
                || tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            // A thread of its own: one may not wait for a runtime inside another.
            let _ = std::thread::spawn(move || runtime().block_on(on_server(&statement))).join();
        }
    }
}

/// A registration with [`PASSWORD`].
pub fn registration(username: Option<&str>, email: Option<&str>) -> Register {
    Register {
        username: username.map(str::to_owned),
        email: email.map(str::to_owned),
        password: PASSWORD.to_owned(),
        display_name: None,
        owner_link: None,
        device: None,
    }
}

/// A sign-in without a device.
pub fn signing_in(name: &str, password: &str) -> SignIn {
    SignIn {
        name: name.to_owned(),
        password: password.to_owned(),
        device: None,
        known_device: None,
    }
}

/// The code of a refusal.
pub fn code<T>(outcome: Result<T, Problem>) -> Option<Code> {
    outcome.err().map(|problem| problem.code)
}

/// Where requests of tests come from.
pub fn here() -> Origin {
    Origin { address: [127, 0, 0, 1].into() }
}

fn server() -> Config {
    let url = std::env::var("CHINWAG_TEST_POSTGRES")
        .unwrap_or_else(|_| "host=127.0.0.1 user=postgres dbname=postgres".to_owned());
    url.parse().unwrap()
}

/// The address of another database on the test server.
fn address(name: &str) -> String {
    let config = server();
    let host = match &config.get_hosts()[0] {
        Host::Tcp(host) => host.clone(),
        Host::Unix(path) => path.display().to_string(),
    };
    let port = config.get_ports().first().unwrap_or(&5432);
    format!(
        "host={host} port={port} user={} dbname={name}",
        config.get_user().unwrap_or("postgres")
    )
}

async fn on_server(statement: &str) {
    let (client, connection) = server().connect(NoTls).await.unwrap();
    let connection = tokio::spawn(connection);
    client.batch_execute(statement).await.unwrap();
    drop(client);
    connection.await.unwrap().unwrap();
}

/// Runs a test on both engines, each with a rig of its own.
#[macro_export]
macro_rules! on_both_engines {
    ($($name:ident)*) => {
        mod sqlite { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name($crate::rig::Rig::on(chinwag_sql::Engine::Sqlite).await).await; })* }
        mod postgres { $(#[tokio::test(flavor = "multi_thread")] async fn $name() { super::$name($crate::rig::Rig::on(chinwag_sql::Engine::Postgres).await).await; })* }
    };
}
