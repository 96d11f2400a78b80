//! The product on a fresh database of its own, on each engine, with a clock that can be moved and a
//! publisher that remembers.

use chinwag_chat::{Actor, Chat, ChatOptions, Clock, Notice, Origin, Publisher, Secrets};
use chinwag_sql::{Database, Engine, PostgresOptions, SqliteOptions};
use chinwag_wire::{Code, Credentials, Problem, Register, SignIn};
use futures_util::FutureExt;
use parking_lot::Mutex;
use std::{
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::Relaxed},
    },
    time::Duration,
};
use tempfile::TempDir;

/// A password that may be one.
pub const PASSWORD: &str = "a fine long password";
/// Where everybody comes from.
pub const HERE: Origin = Origin { address: std::net::IpAddr::V4(std::net::Ipv4Addr::new(192, 0, 2, 1)) };

/// The product on a fresh database.
pub struct Place {
    pub chat: Chat,
    pub clock: Clock,
    pub heard: Arc<Heard>,
    pub db: Database,
    at: At,
}

enum At {
    File(TempDir),
    Server { url: String, name: String },
}

/// Remembers what was published.
#[derive(Default)]
pub struct Heard(Mutex<Vec<Notice>>);

impl Publisher for Heard {
    fn publish(&self, notices: Vec<Notice>) {
        self.0.lock().extend(notices);
    }
}

impl Heard {
    /// What was published since this was last asked.
    pub fn take(&self) -> Vec<Notice> {
        std::mem::take(&mut self.0.lock())
    }
}

/// Options for tests: the cheapest hashing.
pub fn options() -> ChatOptions {
    ChatOptions { bcrypt_cost: 4, hash_queue: 64, ..ChatOptions::new(Secrets::from_master(b"a master secret for tests")) }
}

impl Place {
    async fn make(engine: Engine) -> Self {
        let at = match engine {
            Engine::Sqlite => At::File(tempfile::tempdir().unwrap()),
            Engine::Postgres => At::create().await,
        };
        let (clock, heard, db) = (Clock::system(), Arc::<Heard>::default(), at.connect().await);
        let chat = Chat::open(db.clone(), options(), clock.clone(), heard.clone()).await.unwrap();
        Self { chat, clock, heard, db, at }
    }

    /// The product over the same database once more, as after a restart.
    pub async fn again(&self, options: ChatOptions) -> Chat {
        Chat::open(self.at.connect().await, options, self.clock.clone(), self.heard.clone()).await.unwrap()
    }

    /// Moves the clock.
    pub fn wait(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds));
    }

    /// Makes an account with [`PASSWORD`].
    pub async fn register(&self, username: &str) -> Credentials {
        self.chat.register(&HERE, registration(Some(username), None)).await.unwrap()
    }

    /// Signs in with [`PASSWORD`].
    pub async fn sign_in(&self, name: &str) -> Result<Credentials, Problem> {
        self.chat.sign_in(&HERE, signing_in(name, PASSWORD)).await
    }

    /// Who these credentials prove.
    pub async fn actor(&self, credentials: &Credentials) -> Actor {
        self.chat.authenticate(&credentials.access_token).await.unwrap()
    }

    async fn end(self) {
        self.chat.close().await;
        if let At::Server { name, .. } = self.at {
            on_server(&format!("DROP DATABASE {name} WITH (FORCE)")).await;
        }
    }
}

impl At {
    async fn create() -> Self {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let name = format!("chinwag_chat_{}_{}", std::process::id(), NUMBER.fetch_add(1, Relaxed));
        on_server(&format!("CREATE DATABASE {name}")).await;
        Self::Server { url: format!("{} dbname={name}", server()), name }
    }

    async fn connect(&self) -> Database {
        match self {
            Self::File(dir) => Database::sqlite(SqliteOptions { path: dir.path().join("test.db"), ..SqliteOptions::default() }).unwrap(),
            Self::Server { url, .. } => Database::postgres(PostgresOptions { url: url.clone(), ..PostgresOptions::default() }).await.unwrap(),
        }
    }
}

fn server() -> String {
    let default = "host=127.0.0.1 user=postgres dbname=postgres";
    std::env::var("CHINWAG_TEST_POSTGRES").unwrap_or_else(|_| default.to_owned())
}

async fn on_server(text: &str) {
    let (client, connection) = tokio_postgres::connect(&server(), tokio_postgres::NoTls).await.unwrap();
    let task = tokio::spawn(connection);
    client.batch_execute(text).await.unwrap();
    drop(client);
    task.await.unwrap().unwrap();
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
    SignIn { name: name.to_owned(), password: password.to_owned(), device: None, known_device: None }
}

/// The code of a refusal.
pub fn code<T>(outcome: Result<T, Problem>) -> Option<Code> {
    outcome.err().map(|problem| problem.code)
}

/// Runs a test on a fresh database and removes it, whether the test passed or not.
pub async fn within<F: Future<Output = ()>>(engine: Engine, test: impl FnOnce(Arc<Place>) -> F) {
    let place = Arc::new(Place::make(engine).await);
    let outcome = AssertUnwindSafe(test(place.clone())).catch_unwind().await;
    match Arc::try_unwrap(place) {
        Ok(place) => place.end().await,
        Err(kept) => kept.chat.close().await,
    }
    if let Err(panic) = outcome {
        resume_unwind(panic);
    }
}

/// Declares each function, which takes a place, as a test on both engines.
macro_rules! on_both {
    ($($test:ident),* $(,)?) => {
        mod on_sqlite {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::place::within(chinwag_sql::Engine::Sqlite, super::$test).await;
            })*
        }
        mod on_postgres {
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
            async fn $test() {
                crate::place::within(chinwag_sql::Engine::Postgres, super::$test).await;
            })*
        }
    };
}
pub(crate) use on_both;
