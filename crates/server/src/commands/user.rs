//! `chinwag user`: accounts, made and taken along through a running server.

use super::{Failure, Outcome, access::Access, terminal};
use chinwag_client::Http;
use chinwag_wire::Register;
use std::io::{self, Write};

const EXAMPLES: &str = "\
Examples:
  chinwag user add ada
  CHINWAG_PASSWORD=… chinwag user add bob --display-name 'Bob Baker' --server https://chat.example.com";

/// Make accounts, and take along what the server knows of one
#[derive(Debug, clap::Subcommand)]
pub enum User {
    Add(Add),
    Export(Export),
}

/// Write everything the server knows of one's account to stdout, as lines of JSON
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  chinwag user export --user ada >ada.jsonl\n  chinwag user export --user ada --files >ada.tar"
)]
pub struct Export {
    #[command(flatten)]
    access: Access,
    /// With the bytes of one's picture and files: a tar archive
    #[arg(long)]
    files: bool,
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
        match self {
            Self::Add(add) => add.run().await,
            Self::Export(export) => export.run().await,
        }
    }
}

impl Export {
    async fn run(&self) -> Outcome {
        let session = self.access.sign_in().await?;
        let mut export = match self.files {
            true => session.http.export_with_files().await?,
            false => session.http.export().await?,
        };
        let (mut out, mut last) = (io::stdout().lock(), Vec::new());
        while let Some(chunk) = export.chunk().await.map_err(anyhow::Error::new)? {
            out.write_all(&chunk)?;
            last.extend(&chunk[chunk.len().saturating_sub(LAST)..]);
            last.drain(..last.len().saturating_sub(LAST));
        }
        out.flush()?;
        drop(session.http.sign_out().await);
        let whole = match self.files {
            true => last == [0; LAST],
            false => String::from_utf8_lossy(&last).lines().last().is_some_and(is_end),
        };
        if whole { Ok(()) } else { Err(anyhow::anyhow!("the export was torn; try again").into()) }
    }
}

/// The zeroes at the end of an archive, and more bytes than the last line of an export has.
const LAST: usize = 1_024;

fn is_end(line: &str) -> bool {
    let line: serde_json::Value = serde_json::from_str(line).unwrap_or_default();
    line["type"] == "end"
}

impl Add {
    async fn run(self) -> Outcome {
        let http = Http::new(&self.server)?;
        let password = self.password.clone().map_or_else(ask_twice, Ok)?;
        let credentials = http.register(&self.body(password)).await?;
        let account = &credentials.account;
        // The session that comes with an account is nobody's here.
        http.with_token(&credentials.access_token).sign_out().await?;
        if self.json {
            return Ok(writeln!(
                io::stdout(),
                "{}",
                serde_json::to_string(account).map_err(anyhow::Error::new)?
            )?);
        }
        Ok(writeln!(io::stdout(), "{} is here, with id {}.", account.username, account.id)?)
    }

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
