//! Kills the server, or the database beneath it, again and again while real clients talk through it; then
//! checks that nothing acknowledged is lost, nothing is doubled, and every device heard everything.

mod checker;
mod device;
mod faults;
mod journal;
mod outcome;
mod rig;

use crate::engine::{Engines, Home};
use anyhow::{Result, ensure};
use std::time::Duration;

/// Kills the server under load and checks that nothing acknowledged is lost or doubled.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the server under test keeps its data. On PostgreSQL server and database are killed in turn.
    #[arg(long, value_enum, default_value = "sqlite")]
    engine: Engines,
    /// How many kills.
    #[arg(long, default_value_t = 50)]
    kills: u32,
    /// The same seed gives the same kills.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Messages a second, all senders together.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=2000))]
    rate: u32,
    /// Take the effect of the unique key away first: the checker must find doubled messages, or the run fails.
    #[arg(long)]
    control: bool,
    /// PostgreSQL to use, the one that `scripts/postgres` keeps: it is killed. Without it the script starts one.
    #[arg(long, env = "CHINWAG_TEST_POSTGRES")]
    postgres: Option<String>,
}

/// Takes the effect of the unique key away: each stored client id becomes another one, so no two are
/// equal. Without the index itself the statement that names it would not run at all.
const BLIND_SQLITE: &str = "CREATE TRIGGER blind AFTER INSERT ON messages BEGIN \
     UPDATE messages SET client_id = CAST(NEW.client_id || '~' || NEW.seq AS BLOB) \
     WHERE conversation_id = NEW.conversation_id AND seq = NEW.seq; END";
/// The same for PostgreSQL.
const BLIND_POSTGRES: &str = "CREATE FUNCTION blind() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN \
     NEW.client_id := NEW.client_id || convert_to('~' || NEW.seq, 'UTF8'); RETURN NEW; END $$; \
     CREATE TRIGGER blind BEFORE INSERT ON messages FOR EACH ROW EXECUTE FUNCTION blind()";

/// Runs it; true when every engine is clean, or in the control when every engine was caught.
///
/// # Errors
/// When a server does not come back.
pub async fn run(options: &Options) -> Result<bool> {
    ensure!(options.kills > 0, "at least one kill");
    let mut outcomes = Vec::new();
    for engine in options.engine.list() {
        let home = Home::create(*engine, options.postgres.as_deref()).await?;
        let outcome = rig::run(*engine, &home, options).await;
        home.remove().await?;
        outcomes.push(outcome?);
    }
    outcome::write(&outcomes, options)?;
    Ok(outcomes.iter().all(|outcome| outcome.is_as_expected(options.control)))
}

/// Between two messages of one of so many senders.
fn gap(senders: usize, rate: u32) -> Duration {
    Duration::from_secs_f64(senders as f64 / f64::from(rate))
}
