//! A PostgreSQL database for one test, dropped with it.

use tokio_postgres::{Client, Config, NoTls, config::Host};

/// Where the server is, unless the environment names another.
const DEFAULT: &str = "host=127.0.0.1 user=postgres dbname=postgres";

/// A database of one's own.
pub(crate) struct TestDatabase {
    name: String,
    url: String,
}

impl TestDatabase {
    pub(crate) async fn create() -> Self {
        let config = config();
        let name = format!("chinwag_test_{:016x}", rand::random::<u64>());
        let client = connect(&config).await;
        client
            .batch_execute(&format!("CREATE DATABASE {name}"))
            .await
            .expect("a database can be made");
        Self { url: url(&config, &name), name }
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) async fn run(&self, statement: &str) {
        let config = self.url.parse().expect("it is one of ours");
        connect(&config).await.batch_execute(statement).await.expect("it is SQL");
    }
}

impl Drop for TestDatabase {
    /// In a runtime of its own: the test's may be ending, or unwinding.
    fn drop(&mut self) {
        let statement = format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name);
        let dropping = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime can be made");
            runtime.block_on(async { connect(&config()).await.batch_execute(&statement).await })
        });
        // A database that stays behind spoils no test.
        let _ = dropping.join();
    }
}

fn config() -> Config {
    let named = std::env::var("CHINWAG_TEST_POSTGRES").unwrap_or_else(|_| DEFAULT.to_owned());
    named.parse().expect("CHINWAG_TEST_POSTGRES is a connection string or URL")
}

async fn connect(config: &Config) -> Client {
    let (client, connection) = config.connect(NoTls).await.expect(
        "PostgreSQL answers: start it with `export CHINWAG_TEST_POSTGRES=$(scripts/postgres start)`, or run `make test`",
    );
    tokio::spawn(connection);
    client
}

/// The same server and user, another database.
fn url(config: &Config, name: &str) -> String {
    let host = match config.get_hosts().first() {
        Some(Host::Tcp(host)) => host.clone(),
        Some(Host::Unix(path)) => path.to_string_lossy().replace('/', "%2F"),
        None => "127.0.0.1".to_owned(),
    };
    let port = config.get_ports().first().copied().unwrap_or(5432);
    let user = config.get_user().unwrap_or("postgres");
    let password =
        config.get_password().map(|password| format!(":{}", String::from_utf8_lossy(password)));
    format!("postgres://{user}{}@{host}:{port}/{name}", password.unwrap_or_default())
}
