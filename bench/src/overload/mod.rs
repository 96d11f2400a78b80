//! Asks for several times what the server can do, with people signing in beside it: how much of what it can
//! do it still does, whether whoever is refused is told when to come back, and how soon it is well again.

mod outcome;
mod rig;
mod talker;

use crate::engine::{Engines, Home};
use anyhow::Result;
use outcome::Outcome;

/// Asks for several times what the server can do, and judges what it does.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the server under test keeps its data.
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// Seconds of each stretch: capacity, overload, and after it.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// How often; medians are reported.
    #[arg(long, default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// How many times its best is asked for.
    #[arg(long, default_value_t = 3.0)]
    times: f64,
    /// Connections that send.
    #[arg(long, default_value_t = 200)]
    connections: usize,
    /// PostgreSQL to use.
    #[arg(long, env = "CHINWAG_TEST_POSTGRES")]
    postgres: Option<String>,
}

/// Runs it; true when every engine did what it must.
///
/// # Errors
/// When a server cannot be started or reached.
pub async fn run(options: &Options) -> Result<bool> {
    let mut outcomes = Vec::new();
    for engine in options.engine.list() {
        let home = Home::create(*engine, options.postgres.as_deref()).await?;
        let outcome = rig::run(*engine, &home, options).await;
        home.remove().await?;
        outcomes.push(outcome?);
    }
    outcome::write(&outcomes, options.times)?;
    Ok(outcomes.iter().all(Outcome::is_as_expected))
}
