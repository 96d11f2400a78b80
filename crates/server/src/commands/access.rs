//! How commands that talk to a server sign in: as whom, where, and out again when they are done.

use super::{Failure, terminal};
use chinwag_client::Http;
use chinwag_wire::{Credentials, SignIn};

/// The server of somebody who has just typed `chinwag serve`.
pub const DEFAULT_SERVER: &str = "http://127.0.0.1:8008";

/// Whom to sign in as, and where.
#[derive(Debug, clap::Args)]
pub struct Access {
    /// URL of the server
    #[arg(long, value_name = "URL", env = "CHINWAG_SERVER", default_value = DEFAULT_SERVER)]
    pub server: String,
    /// Username or email address to sign in with
    #[arg(long, value_name = "NAME", env = "CHINWAG_USER")]
    user: String,
    /// Its password; asked for where it is absent
    #[arg(long, env = "CHINWAG_PASSWORD", hide_env_values = true)]
    password: Option<String>,
}

/// A session of this command's own.
pub struct SignedIn {
    /// Requests as this account.
    pub http: Http,
    /// What the sign-in answered.
    pub credentials: Credentials,
}

impl Access {
    /// Signs in.
    ///
    /// # Errors
    /// Nobody to ask for the password; the server refuses, or cannot be reached.
    pub async fn sign_in(&self) -> Result<SignedIn, Failure> {
        let http = Http::new(&self.server)?;
        let password = match &self.password {
            Some(password) => password.clone(),
            None => terminal::ask_password(&format!("Password of {}", self.user))?,
        };
        let body = SignIn {
            name: self.user.clone(),
            password,
            device: Some("command line".to_owned()),
            known_device: None,
        };
        let credentials = http.sign_in(&body).await?;
        Ok(SignedIn { http: http.with_token(&credentials.access_token), credentials })
    }
}
