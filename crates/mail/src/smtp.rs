//! Sending over SMTP (RFC 5321), with TLS unless the operator says otherwise.

use crate::Error;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{self, AsyncSmtpTransportBuilder, PoolConfig},
};
use std::time::Duration;

/// How long the server may take for each step.
const STEP: Duration = Duration::from_secs(15);
/// How long a connection that nobody uses is kept.
const IDLE: Duration = Duration::from_secs(20);
/// Connections at most.
const CONNECTIONS: u32 = 4;

/// A server to hand letters to.
pub(crate) struct Smtp(AsyncSmtpTransport<Tokio1Executor>);

impl Smtp {
    /// Reads the URL; connects when there is something to send.
    ///
    /// # Errors
    /// What is wrong with it, without the password.
    pub(crate) fn new(url: &str) -> Result<Self, String> {
        let builder = builder(url)?;
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE);
        Ok(Self(builder.timeout(Some(STEP)).pool_config(pool).build()))
    }

    pub(crate) async fn send(&self, mail: Message) -> Result<(), Error> {
        self.0.send(mail).await.map(drop).map_err(|error| judged(&error))
    }
}

/// What a URL asks for.
///
/// # Errors
/// What is wrong with it, without the password.
pub(crate) fn builder(url: &str) -> Result<AsyncSmtpTransportBuilder, String> {
    AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url)?)
        .map_err(|_| "it must look like smtps://user:password@host:465".to_owned())
}

/// TLS is required unless it is declined in so many words: never "if the other side happens to offer it".
fn with_tls(url: &str) -> Result<String, String> {
    match url.split_once('?') {
        None if url.starts_with("smtp://") => Ok(format!("{url}?tls=required")),
        None if url.starts_with("smtps://") => Ok(url.to_owned()),
        Some((plain, "tls=none")) if url.starts_with("smtp://") => Ok(plain.to_owned()),
        Some((_, _)) => {
            Err("the only thing that may follow `?` is `tls=none`, with smtp://".to_owned())
        }
        None => Err("it must begin with smtps:// or smtp://".to_owned()),
    }
}

/// A reply of 5yz is for good (RFC 5321, 4.2.1), and so is what cannot be written as a mail.
fn judged(error: &smtp::Error) -> Error {
    let reason =
        std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source());
    let reason = reason.map(ToString::to_string).collect::<Vec<_>>().join(": ");
    if error.is_permanent() { Error::Refused(reason) } else { Error::Failed(reason) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tls_is_required_unless_declined() {
        let said = |url| with_tls(url).ok();
        assert_eq!(said("smtp://a:b@host").as_deref(), Some("smtp://a:b@host?tls=required"));
        assert_eq!(said("smtps://a:b@host:1").as_deref(), Some("smtps://a:b@host:1"));
        assert_eq!(said("smtp://host:25?tls=none").as_deref(), Some("smtp://host:25"));
        for bad in
            ["", "host", "http://host", "smtp://host?tls=opportunistic", "smtps://host?tls=none"]
        {
            assert_eq!(said(bad), None, "{bad}");
        }
    }
}
