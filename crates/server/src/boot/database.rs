//! Opening the database that the settings name.

use crate::settings::Settings;
use anyhow::{Context, Result};
use chinwag_sql::{Database, Engine, PostgresOptions, SqliteOptions};

/// Opens it; its tables are brought up to date by whoever uses them.
///
/// # Errors
/// The file cannot be opened, or the server cannot be reached.
pub async fn open(settings: &Settings) -> Result<Database> {
    let chosen = &settings.database;
    match settings.sqlite_file() {
        Some(path) => {
            let named = path.display().to_string();
            let options = SqliteOptions {
                path,
                readers: chosen.readers,
                cache_kib: chosen.cache_mib * 1024,
                ..SqliteOptions::default()
            };
            Database::sqlite(options).with_context(|| format!("cannot open the database {named}"))
        }
        None => {
            let options = PostgresOptions {
                url: chosen.url.clone(),
                pool: chosen.pool,
                ..PostgresOptions::default()
            };
            let named = crate::settings::without_password(&chosen.url);
            Database::postgres(options)
                .await
                .with_context(|| format!("cannot use the database {named}"))
        }
    }
}

/// The engine's name for people.
pub fn engine_name(engine: Engine) -> &'static str {
    match engine {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "PostgreSQL",
    }
}
