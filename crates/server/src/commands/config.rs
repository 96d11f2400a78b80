//! `chinwag config`: what may be set, what is set, and whether it can work.

use super::{Failure, Outcome, environment};
use crate::settings::{self, Flags};
use std::io::{self, Write};

/// Look at the settings
#[derive(Debug, clap::Subcommand)]
pub enum Config {
    /// Tell whether the server would start with these settings; change nothing
    Check {
        #[command(flatten)]
        flags: Flags,
    },
    /// Print what is in force, as a configuration file
    Print {
        #[command(flatten)]
        flags: Flags,
    },
    /// Print every limit as it is in force, with what happens beyond it, in Markdown
    Limits {
        #[command(flatten)]
        flags: Flags,
    },
    /// Print every setting with its default, its meaning and its variable, in Markdown
    Docs {
        /// As a commented configuration file to start from
        #[arg(long)]
        example: bool,
    },
}

impl Config {
    pub(super) fn run(self) -> Outcome {
        match self {
            Self::Check { flags } => check(&flags),
            Self::Print { flags } => {
                let settings = settings::load(&flags, environment())?;
                print(&settings::print(&settings))
            }
            Self::Limits { flags } => {
                let settings = settings::load(&flags, environment())?;
                print(&settings::bounds(&settings))
            }
            Self::Docs { example: true } => print(&settings::example()),
            Self::Docs { example: false } => print(&settings::reference()),
        }
    }
}

fn check(flags: &Flags) -> Outcome {
    let settings = settings::load(flags, environment())?;
    let secret = settings.master_file();
    let named = !settings.secrets.master_file.as_os_str().is_empty();
    if named || secret.exists() {
        settings::read_secret(&secret)?;
    }
    print("The settings are in order.\n")
}

fn print(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
