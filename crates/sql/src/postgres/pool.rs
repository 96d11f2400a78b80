//! Connecting, and what every connection is told.

use super::fault::unavailable;
use crate::Error;
use deadpool_postgres::{
    Hook, HookError, Manager, ManagerConfig, Object, Pool, PoolError, RecyclingMethod, Runtime,
};
use std::time::Duration;
use tokio_postgres::NoTls;

/// How to reach PostgreSQL.
#[derive(Debug, Clone)]
pub struct PostgresOptions {
    /// `postgres://user:password@host/database`, or `host=… user=… dbname=…`.
    pub url: String,
    /// The most connections this node opens.
    pub pool: usize,
    /// How long one statement may run before it is cancelled.
    pub statement_timeout: Duration,
    /// How long a statement may wait for a lock.
    pub lock_timeout: Duration,
    /// How long a caller waits for a free connection, and for a new one to stand.
    pub patience: Duration,
}

impl Default for PostgresOptions {
    fn default() -> Self {
        Self {
            url: "host=127.0.0.1 user=postgres dbname=postgres".to_owned(),
            pool: 10,
            statement_timeout: Duration::from_secs(30),
            lock_timeout: Duration::from_secs(5),
            patience: Duration::from_secs(5),
        }
    }
}

pub(super) fn build(options: &PostgresOptions) -> Result<Pool, Error> {
    let mut config: tokio_postgres::Config = options.url.parse().map_err(|e| unavailable(&e))?;
    config
        .application_name("chinwag")
        .connect_timeout(options.patience)
        .keepalives_idle(Duration::from_secs(30));
    let how = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let greeting = greeting(options);
    Pool::builder(Manager::from_config(config, NoTls, how))
        .max_size(options.pool.max(1))
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(options.patience))
        .create_timeout(Some(options.patience))
        .post_create(Hook::async_fn(move |client, _| {
            let greeting = greeting.clone();
            Box::pin(
                async move { client.batch_execute(&greeting).await.map_err(HookError::Backend) },
            )
        }))
        .build()
        .map_err(|e| unavailable(&e))
}

fn greeting(options: &PostgresOptions) -> String {
    format!(
        "SET synchronous_commit = on; SET statement_timeout = {}; SET lock_timeout = {}; \
         SET idle_in_transaction_session_timeout = '60s'; SET client_min_messages = warning",
        options.statement_timeout.as_millis(),
        options.lock_timeout.as_millis(),
    )
}

pub(super) async fn get(pool: &Pool) -> Result<Object, Error> {
    pool.get().await.map_err(|error| match error {
        PoolError::Timeout(deadpool_postgres::TimeoutType::Wait) => Error::Busy,
        PoolError::Closed => Error::Unavailable("the database is closed".to_owned()),
        other => unavailable(&other),
    })
}
