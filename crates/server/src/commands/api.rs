//! `chinwag api`: the descriptions of HTTP and of the socket, as the server itself serves them.

use super::Outcome;
use anyhow::Context;
use std::io::{self, Write};

/// Print the machine-readable description of the API
#[derive(Debug, clap::Subcommand)]
pub enum Api {
    /// HTTP: OpenAPI 3.1
    Openapi,
    /// The socket: AsyncAPI 3.0
    Asyncapi,
}

impl Api {
    pub(super) fn run(self) -> Outcome {
        let document = match self {
            Self::Openapi => serde_json::to_value(chinwag_api::openapi())
                .context("the description cannot be written")?,
            Self::Asyncapi => chinwag_api::asyncapi(),
        };
        Ok(writeln!(io::stdout(), "{document:#}")?)
    }
}
