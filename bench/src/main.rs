//! The program `chinwag-bench`.

use anyhow::Result;
use chinwag_bench::{crash, measure, overload, removal, replay};
use clap::{Parser, Subcommand};
use std::process::ExitCode;
use tokio::runtime::Builder;

/// Measures and tries a chat server from outside.
#[derive(Parser, Debug)]
#[command(name = "chinwag-bench", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand, Debug)]
enum Command {
    /// Replay real conversations and compare what was sent, stored and heard.
    Replay(replay::Options),
    /// Kill the server under load and check that nothing acknowledged is lost or doubled.
    Crash(crash::Options),
    /// Remove and block people under load and check that nothing reaches them afterwards.
    Removal(removal::Options),
    /// Ask for three times what the server can do, and see what it does.
    Overload(overload::Options),
    /// Measure the workloads beside the Node reference.
    Bench(measure::Options),
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = match arguments.command {
        // The generator shares the cores with what it measures: one thread, no work stealing.
        Command::Bench(_) | Command::Overload(_) => {
            Builder::new_current_thread().enable_all().build()?
        }
        Command::Replay(_) | Command::Crash(_) | Command::Removal(_) => {
            Builder::new_multi_thread().enable_all().build()?
        }
    };
    let fine = runtime.block_on(async {
        match &arguments.command {
            Command::Replay(options) => replay::run(options).await,
            Command::Crash(options) => crash::run(options).await,
            Command::Removal(options) => removal::run(options).await,
            Command::Overload(options) => overload::run(options).await,
            Command::Bench(options) => measure::run(options).await,
        }
    })?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
