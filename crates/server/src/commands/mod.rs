//! The command line: one file for each command. What a command says goes to stdout, what went wrong
//! to stderr, and the exit code tells which kind of wrong it was.

mod access;
mod admin;
mod api;
mod bench_fill;
mod completions;
mod config;
mod conformance;
mod failure;
mod healthcheck;
mod jobs;
mod migrate;
mod send;
mod serve;
mod tail;
mod target;
mod terminal;
mod user;

use clap::{Parser, Subcommand};
use failure::{Failure, Outcome};
use std::process::ExitCode;
use tokio::runtime::Builder;

const EXAMPLES: &str = "\
Examples:
  chinwag serve                                   start on 127.0.0.1:8008, everything in ./data
  chinwag user add ada                            make an account
  chinwag tail --user ada                         follow everything that reaches ada
  chinwag send --user ada bob 'Hello!'            write to bob
  make 2>&1 | chinwag send --user ci '#builds'    a message for each line
  chinwag admin --help                            look after accounts, reports and messages
  chinwag jobs list --state dead                  letters that could not be sent
  chinwag config docs                             every setting, with its default

Exit codes: 0 done, 1 failed, 2 wrong usage, 3 cannot reach the server, 4 refused by the server.";

/// A chat server in one program: accounts, conversations, live delivery. This is the server, and the tools to use it.
#[derive(Debug, Parser)]
#[command(name = "chinwag", version, after_help = EXAMPLES, arg_required_else_help = true, disable_help_subcommand = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Serve),
    Send(send::Send),
    Tail(tail::Tail),
    #[command(subcommand)]
    User(user::User),
    #[command(subcommand)]
    Admin(admin::Admin),
    #[command(subcommand)]
    Jobs(jobs::Jobs),
    #[command(subcommand)]
    Config(config::Config),
    Healthcheck(healthcheck::Healthcheck),
    Migrate(migrate::Migrate),
    Completions(completions::Completions),
    #[command(subcommand)]
    Api(api::Api),
    Conformance(conformance::Conformance),
    BenchFill(bench_fill::BenchFill),
}

/// Runs the command that this process was started with.
pub fn main() -> ExitCode {
    match Cli::parse().command.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => failure.report(),
    }
}

impl Command {
    fn run(self) -> Outcome {
        match self {
            Self::Serve(command) => many_threads(command.run()),
            Self::Conformance(command) => many_threads(command.run()),
            Self::BenchFill(command) => many_threads(command.run()),
            Self::Send(command) => one_thread(command.run()),
            Self::Tail(command) => one_thread(command.run()),
            Self::User(command) => one_thread(command.run()),
            Self::Admin(command) => one_thread(command.run()),
            Self::Jobs(command) => one_thread(command.run()),
            Self::Healthcheck(command) => one_thread(command.run()),
            Self::Migrate(command) => one_thread(command.run()),
            Self::Config(command) => command.run(),
            Self::Completions(command) => command.run(),
            Self::Api(command) => command.run(),
        }
    }
}

/// A thread for each core.
fn many_threads(command: impl Future<Output = Outcome>) -> Outcome {
    let runtime = Builder::new_multi_thread().enable_all().thread_name("chinwag").build()?;
    let outcome = runtime.block_on(command);
    // What is still running has been told to stop; waiting for it could take for ever.
    runtime.shutdown_background();
    outcome
}

fn one_thread(command: impl Future<Output = Outcome>) -> Outcome {
    Builder::new_current_thread().enable_all().build()?.block_on(command)
}

/// Every variable of the environment that is text.
fn environment() -> impl Iterator<Item = (String, String)> {
    std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
}
