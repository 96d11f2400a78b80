//! Removes somebody, and blocks somebody, hundreds of times under load, and looks at every surface for
//! anything that reaches them afterwards. A control run without eviction must be caught.

mod cast;
mod ear;
mod outcome;
mod picture;
mod probe;
mod rig;

use crate::engine::{Engine, Engines, Home};
use anyhow::{Result, ensure};
use outcome::Outcome;

/// Cycles of a control run: the first must show it already.
const CONTROL_CYCLES: u32 = 10;

/// Removes and blocks people under load and checks that nothing reaches them afterwards.
#[derive(Clone, Debug, clap::Args)]
pub struct Options {
    /// Where the server under test keeps its data.
    #[arg(long, value_enum, default_value = "both")]
    engine: Engines,
    /// How many times somebody is removed, and blocked.
    #[arg(long, default_value_t = 300)]
    cycles: u32,
    /// Messages a second that others write meanwhile.
    #[arg(long, default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1000))]
    rate: u32,
    /// PostgreSQL to use.
    #[arg(long, env = "CHINWAG_TEST_POSTGRES")]
    postgres: Option<String>,
}

/// Runs it; true when nothing leaked, and every control leaked.
///
/// # Errors
/// When a server cannot be started or a step fails.
pub async fn run(options: &Options) -> Result<bool> {
    ensure!(options.cycles > 0, "at least one cycle");
    let mut outcomes = Vec::new();
    for engine in options.engine.list() {
        outcomes.push(one(*engine, options, false).await?);
        outcomes.push(one(*engine, options, true).await?);
    }
    outcome::write(&outcomes, options.rate)?;
    Ok(outcomes.iter().all(Outcome::is_as_expected))
}

async fn one(engine: Engine, options: &Options, control: bool) -> Result<Outcome> {
    let home = Home::create(engine, options.postgres.as_deref()).await?;
    let mut launch = home.launch()?;
    if control {
        launch.arguments.push("--without-eviction");
    }
    let server = launch.start().await?;
    let cycles = if control { options.cycles.min(CONTROL_CYCLES) } else { options.cycles };
    let ran = rig::run(server.address, cycles, options.rate).await;
    server.stop().await?;
    home.remove().await?;
    let (leaks, figures) = ran?;
    Ok(Outcome { engine, control, leaks, figures })
}
