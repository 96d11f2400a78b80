//! `chinwag user`: accounts, made through a running server.

use super::{Failure, Outcome, terminal};
use chinwag_client::Http;
use chinwag_wire::Register;
use std::io::{self, Write};

const EXAMPLES: &str = "\
Examples:
  chinwag user add ada
  CHINWAG_PASSWORD=… chinwag user add bob --display-name 'Bob Baker' --server https://chat.example.com";

/// Make accounts
#[derive(Debug, clap::Subcommand)]
pub enum User {
    Add(Add),
}

/// Make an account on a running server
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Add {
    /// Its name, unique on the server
    username: String,
    /// URL of the server
    #[arg(long, value_name = "URL", env = "CHINWAG_SERVER", default_value = super::access::DEFAULT_SERVER)]
    server: String,
    /// Its password; asked for where it is absent
    #[arg(long, env = "CHINWAG_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// The name people read
    #[arg(long, value_name = "NAME")]
    display_name: Option<String>,
    /// Its email address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
    /// The secret after `#owner=` that a new server printed: makes this account its owner
    #[arg(long, value_name = "SECRET")]
    owner_link: Option<String>,
    /// Answer with the account as JSON
    #[arg(long)]
    json: bool,
}

impl User {
    pub(super) async fn run(self) -> Outcome {
        let Self::Add(add) = self;
        let http = Http::new(&add.server)?;
        let password = add.password.clone().map_or_else(ask_twice, Ok)?;
        let credentials = http.register(&add.body(password)).await?;
        let account = &credentials.account;
        // The session that comes with an account is nobody's here.
        http.with_token(&credentials.access_token).sign_out().await?;
        if add.json {
            return Ok(writeln!(
                io::stdout(),
                "{}",
                serde_json::to_string(account).map_err(anyhow::Error::new)?
            )?);
        }
        Ok(writeln!(io::stdout(), "{} is here, with id {}.", account.username, account.id)?)
    }
}

impl Add {
    fn body(&self, password: String) -> Register {
        Register {
            username: Some(self.username.clone()),
            email: self.email.clone(),
            password,
            display_name: self.display_name.clone(),
            owner_link: self
                .owner_link
                .as_deref()
                .map(|link| link.rsplit('=').next().unwrap_or(link).to_owned()),
            device: Some("command line".to_owned()),
        }
    }
}

fn ask_twice() -> Result<String, Failure> {
    let password = terminal::ask_password("Password")?;
    match terminal::ask_password("The same again")? == password {
        true => Ok(password),
        false => Err(Failure::Usage("these were two different passwords".to_owned())),
    }
}
