//! `chinwag admin`: what the staff of a server does, through the running server and with the rights of
//! whoever signs in, so that it is checked and written down like everything else.

mod accounts;
mod audit;
mod messages;
mod reports;
pub(super) mod shown;

use super::{
    Failure, Outcome,
    access::{Access, SignedIn},
};
use chinwag_client::Http;
use chinwag_wire::AccountId;
use serde::de::DeserializeOwned;

const EXAMPLES: &str = "\
Examples:
  export CHINWAG_USER=root CHINWAG_PASSWORD=…
  chinwag admin accounts list --find ann
  chinwag admin accounts suspend ann --reason 'sold umbrellas'
  chinwag admin accounts role bob moderator
  chinwag admin reports list
  chinwag admin reports show 019900e1-…
  chinwag admin messages delete 019900a7-… 17
  chinwag admin audit list --act sign_in --json

Who may do what stands in docs/api.md. The first owner is made with the link that a new server prints.";

/// Look after accounts, reports and messages, and read the audit log
#[derive(Debug, clap::Subcommand)]
#[command(after_help = EXAMPLES)]
pub enum Admin {
    #[command(subcommand)]
    Accounts(accounts::Accounts),
    #[command(subcommand)]
    Messages(messages::Messages),
    #[command(subcommand)]
    Reports(reports::Reports),
    #[command(subcommand)]
    Audit(audit::Audit),
}

impl Admin {
    pub(super) async fn run(self) -> Outcome {
        match self {
            Self::Accounts(command) => command.run().await,
            Self::Messages(command) => command.run().await,
            Self::Reports(command) => command.run().await,
            Self::Audit(command) => command.run().await,
        }
    }
}

/// Who asks, and how they want it told.
#[derive(Debug, clap::Args)]
pub(super) struct Asking {
    #[command(flatten)]
    access: Access,
    /// Answer with JSON, one object a line
    #[arg(long)]
    pub(super) json: bool,
}

impl Asking {
    /// Signs in, works, and signs out whatever came of it.
    pub(super) async fn with(&self, work: impl AsyncFnOnce(&Http) -> Outcome) -> Outcome {
        let SignedIn { http, .. } = self.access.sign_in().await?;
        let outcome = work(&http).await;
        drop(http.sign_out().await);
        outcome
    }
}

/// The account of this name or id.
async fn account(http: &Http, name: &str) -> Result<AccountId, Failure> {
    match name.parse() {
        Ok(id) => Ok(id),
        Err(_) => Ok(http.account_named(name).await?.id),
    }
}

/// A word that the API knows, as it stands in JSON.
pub(super) fn word<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_value(text.into()).map_err(|error| error.to_string())
}
