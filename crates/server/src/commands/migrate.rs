//! `chinwag migrate`: brings the tables up to date without serving, or says what that would do.

use super::{Outcome, environment};
use crate::{
    DataDir, boot,
    settings::{self, Flags, Settings},
};
use anyhow::{Context, anyhow};
use chinwag_chat::MIGRATIONS;
use chinwag_sql::{Operation, Sql, Tx, sql};
use std::io::{self, Write};

const EXAMPLES: &str = "\
`chinwag serve` does this by itself at start. A run that was killed goes on where it stopped.

Examples:
  chinwag migrate --check      what is missing; exit code 1 if anything is
  chinwag migrate --database-url postgres://chinwag:password@db/chinwag";

/// Bring the database up to date without serving
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Migrate {
    /// Only tell what is missing
    #[arg(long)]
    check: bool,
    #[command(flatten)]
    flags: Flags,
}

static APPLIED: Sql = sql("SELECT number FROM migrations ORDER BY number");

/// Reads which migrations the database has.
struct ReadApplied;

impl Operation for ReadApplied {
    type Out = Vec<u32>;
    type Error = chinwag_sql::Error;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<u32>, Self::Error> {
        tx.rows(&APPLIED, &[]).await?.iter().map(|row| row.get(0)).collect()
    }
}

impl Migrate {
    pub(super) async fn run(self) -> Outcome {
        let settings = settings::load(&self.flags, environment())?;
        if self.check { check(&settings).await } else { migrate(&settings).await }
    }
}

async fn migrate(settings: &Settings) -> Outcome {
    let _held = DataDir::open(settings)?;
    let database = boot::open_database(settings).await?;
    let report = database
        .migrate(MIGRATIONS)
        .await
        .context("the database is as the last finished migration left it");
    database.close().await;
    let report = report?;
    Ok(writeln!(
        io::stdout(),
        "{} applied, {} were there already.",
        report.applied.len(),
        report.already
    )?)
}

async fn check(settings: &Settings) -> Outcome {
    let has = applied(settings).await?;
    let missing: Vec<_> =
        MIGRATIONS.iter().filter(|migration| !has.contains(&migration.number)).collect();
    for migration in &missing {
        writeln!(io::stdout(), "missing: {} {}", migration.number, migration.name)?;
    }
    if !missing.is_empty() {
        return Err(anyhow!("the database is not up to date: `chinwag migrate`").into());
    }
    Ok(writeln!(io::stdout(), "The database is up to date.")?)
}

async fn applied(settings: &Settings) -> anyhow::Result<Vec<u32>> {
    if settings.sqlite_file().is_some_and(|file| !file.exists()) {
        return Ok(Vec::new());
    }
    let database = boot::open_database(settings).await?;
    let applied = match database.read(ReadApplied).await {
        // Before the first migration there is no table to read.
        Err(chinwag_sql::Error::Statement(_)) => Ok(Vec::new()),
        other => other,
    };
    database.close().await;
    Ok(applied?)
}
