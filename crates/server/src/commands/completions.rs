//! `chinwag completions`: what a shell needs to complete command lines.

use super::{Cli, Outcome};
use clap::CommandFactory;
use clap_complete::Shell;
use std::io::{self, Write};

const EXAMPLES: &str = "\
Examples:
  chinwag completions bash > /etc/bash_completion.d/chinwag
  chinwag completions fish > ~/.config/fish/completions/chinwag.fish";

/// Print completions for a shell
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Completions {
    /// Which shell
    shell: Shell,
}

impl Completions {
    pub(super) fn run(self) -> Outcome {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "chinwag", &mut script);
        Ok(io::stdout().write_all(&script)?)
    }
}
