//! A product of its own for each test, on each engine, with a publisher that remembers and a clock
//! that can be moved.

use chinwag_chat::{Actor, Chat, ChatOptions, Clock, LimitOptions, Notice, Origin, Publisher, Secrets};
use chinwag_sql::{Database, Engine, PostgresOptions, SqliteOptions};
use chinwag_wire::Register;
use std::sync::{
    Arc, Mutex,
    atomic::{AtomicU32, Ordering},
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
    Folder(#[expect(dead_code, reason = "held until the end")] tempfile::TempDir),
    Server(String),
}

impl Rig {
    /// On this engine, with bcrypt at its cheapest and no limits.
    pub async fn on(engine: Engine) -> Self {
        let mut options = ChatOptions::new(Secrets::from_master(b"a master secret of thirty-two b."));
        options.bcrypt_cost = 4;
        options.limits = LimitOptions { enabled: false, factor: 1.0 };
        Self::with(engine, options).await
    }

    /// On this engine, with these options.
    pub async fn with(engine: Engine, options: ChatOptions) -> Self {
        let (db, place) = database(engine).await;
        let (clock, heard) = (Clock::system(), Arc::new(Recorder::default()));
        let chat = Chat::open(db.clone(), options, clock.clone(), heard.clone()).await.unwrap();
        Self { chat, clock, heard, db, place }
    }

    /// A new account, signed in.
    pub async fn person(&self, username: &str) -> Actor {
        let body = Register {
            username: Some(username.into()),
            email: None,
            password: "correct horse".into(),
            display_name: None,
            owner_link: None,
            device: None,
        };
        let credentials = self.chat.register(&here(), body).await.unwrap();
        self.chat.authenticate(&credentials.access_token).await.unwrap()
    }

    /// Closes and removes everything.
    pub async fn end(self) {
        self.chat.close().await;
        if let Place::Server(name) = self.place {
            on_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

/// Where requests of tests come from.
pub fn here() -> Origin {
    Origin { address: [127, 0, 0, 1].into() }
}

async fn database(engine: Engine) -> (Database, Place) {
    match engine {
        Engine::Sqlite => {
            let folder = tempfile::tempdir().unwrap();
            let options = SqliteOptions { path: folder.path().join("chinwag.db"), ..SqliteOptions::default() };
            (Database::sqlite(options).unwrap(), Place::Folder(folder))
        }
        Engine::Postgres => {
            static NUMBER: AtomicU32 = AtomicU32::new(0);
            let name = format!("chinwag_chat_{}_{}", std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
            on_server(&format!("CREATE DATABASE {name}")).await;
            let options = PostgresOptions { url: address(&name), ..PostgresOptions::default() };
            (Database::postgres(options).await.unwrap(), Place::Server(name))
        }
    }
}

fn server() -> Config {
    let url = std::env::var("CHINWAG_TEST_POSTGRES").unwrap_or_else(|_| "host=127.0.0.1 user=postgres dbname=postgres".to_owned());
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
    format!("host={host} port={port} user={} dbname={name}", config.get_user().unwrap_or("postgres"))
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
