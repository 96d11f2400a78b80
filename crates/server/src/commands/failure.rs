//! How a command fails: what is said, and with which exit code.

use chinwag_client::Error;
use chinwag_wire::{Code, Problem};
use std::{
    io::{self, Write},
    process::ExitCode,
};

/// Why a command did not do what it was asked to.
#[derive(Debug)]
pub enum Failure {
    /// Something here is wrong. Exit code 1.
    Failed(anyhow::Error),
    /// The command line is wrong. Exit code 2.
    Usage(String),
    /// The server cannot be reached. Exit code 3.
    Unreachable(String),
    /// The server understood, and refused. Exit code 4.
    Refused(Problem),
    /// Whoever read the output has gone: nothing to say, and no failure.
    ReaderGone,
}

/// What a command answers with.
pub type Outcome = Result<(), Failure>;

impl Failure {
    /// Says on stderr why, with what to do where that is known, and gives the exit code.
    pub fn report(&self) -> ExitCode {
        let (code, text) = match self {
            Self::Failed(error) => (1, format!("{error:#}")),
            Self::Usage(text) => (2, text.clone()),
            Self::Unreachable(text) => (3, text.clone()),
            Self::Refused(problem) => (4, refusal(problem)),
            Self::ReaderGone => return ExitCode::SUCCESS,
        };
        // With stderr gone, the code still says it.
        drop(writeln!(io::stderr(), "error: {text}"));
        ExitCode::from(code)
    }
}

fn refusal(problem: &Problem) -> String {
    let wait = problem
        .retry_after
        .map(|seconds| format!(" Try again in {seconds} s."))
        .unwrap_or_default();
    let fields: String = problem
        .errors
        .iter()
        .map(|error| format!("\n  {}: {}", error.field, error.message))
        .collect();
    let advice = match problem.code {
        Code::Unauthenticated => " Sign in with --user and --password.",
        _ => "",
    };
    format!("{} ({}){wait}{advice}{fields}", problem.detail, problem.code.name())
}

impl From<anyhow::Error> for Failure {
    fn from(error: anyhow::Error) -> Self {
        Self::Failed(error)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::ReaderGone,
            _ => Self::Failed(error.into()),
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(problem) => Self::Refused(problem),
            Error::Unreachable(_) | Error::Closed { .. } => Self::Unreachable(error.to_string()),
            Error::NotUnderstood(_) => Self::Failed(
                anyhow::Error::new(error).context("this does not look like a Chinwag server"),
            ),
        }
    }
}
