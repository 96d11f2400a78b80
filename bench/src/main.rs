//! The program `chinwag-bench`.

use anyhow::Result;
use chinwag_bench::replay;
use clap::{Parser, Subcommand};
use std::process::ExitCode;

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
}

fn main() -> Result<ExitCode> {
    let arguments = Arguments::parse();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let fine = runtime.block_on(async {
        match &arguments.command {
            Command::Replay(options) => replay::run(options).await,
        }
    })?;
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
