//! Sending over SMTP (RFC 5321), with TLS unless the operator says otherwise.

use crate::Error;
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    transport::smtp::{
        self, AsyncSmtpTransportBuilder, PoolConfig,
        client::{Certificate, Tls, TlsParameters},
    },
};
use std::{error::Error as _, path::Path, time::Duration};

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
    pub(crate) fn new(url: &str, authority: Option<&Path>) -> Result<Self, String> {
        let builder = builder(url, authority)?;
        let pool = PoolConfig::new().max_size(CONNECTIONS).idle_timeout(IDLE);
        Ok(Self(builder.timeout(Some(STEP)).pool_config(pool).build()))
    }

    pub(crate) async fn send(&self, mail: Message) -> Result<(), Error> {
        self.0.send(mail).await.map(drop).map_err(|error| judged(&error))
    }
}

/// What a URL asks for, with the certificates of this file trusted besides the public ones.
///
/// # Errors
/// What is wrong with it, without the password.
pub(crate) fn builder(
    url: &str,
    authority: Option<&Path>,
) -> Result<AsyncSmtpTransportBuilder, String> {
    let builder = AsyncSmtpTransport::<Tokio1Executor>::from_url(&with_tls(url)?)
        .map_err(|_| "it must look like smtps://user:password@host:465".to_owned())?;
    let Some(file) = authority else { return Ok(builder) };
    let wrong = |why: &dyn std::fmt::Display| format!("`{}`: {why}", file.display());
    let pem = std::fs::read(file).map_err(|error| wrong(&error))?;
    let certificate = Certificate::from_pem(&pem).map_err(|error| wrong(&error))?;
    if !String::from_utf8_lossy(&pem).contains("-----BEGIN CERTIFICATE-----") {
        return Err(wrong(&"it holds no certificate in PEM"));
    }
    let parameters = TlsParameters::builder(host(url).to_owned())
        .add_root_certificate(certificate)
        .build()
        .map_err(|error| wrong(&error))?;
    Ok(match () {
        () if url.starts_with("smtps://") => builder.tls(Tls::Wrapper(parameters)),
        () if url.contains('?') => builder,
        () => builder.tls(Tls::Required(parameters)),
    })
}

/// The host of a URL that was read already: what its certificate must be for.
fn host(url: &str) -> &str {
    let (_, rest) = url.split_once("://").unwrap_or(("", url));
    let authority = rest.split(['/', '?']).next().unwrap_or(rest);
    let (_, place) = authority.rsplit_once('@').unwrap_or(("", authority));
    match place.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        Some((address, _)) => address,
        None => place.split(':').next().unwrap_or(place),
    }
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

/// Replies that speak of who we are (RFC 4954, section 6), not of the letter: the operator can mend that.
const ABOUT_US: [&str; 4] = ["530", "534", "535", "538"];

/// A reply of 5yz is for good (RFC 5321, 4.2.1), unless it is about who we are; and so is what cannot be
/// written as a mail.
fn judged(error: &smtp::Error) -> Error {
    let code = error.status().map(|code| code.to_string());
    let about_us = code.is_some_and(|code| ABOUT_US.contains(&code.as_str()));
    let mut reason = error.to_string();
    // It has said its own source.
    let mut deeper = error.source().and_then(|source| source.source());
    while let Some(source) = deeper {
        reason.push_str(&format!(": {source}"));
        deeper = source.source();
    }
    let advice = match () {
        () if about_us => "; the server does not take the user and the password of `mail.smtp`",
        () if reason.contains("invalid peer certificate") => {
            "; the server's certificate is not for this host, or not signed by somebody known: `mail.ca_file` names who else may sign"
        }
        () if reason.contains("STARTTLS") => {
            "; the server offers no TLS, without which nothing is sent: `mail.smtp` may say ?tls=none"
        }
        () if reason.contains("authentication mechanism") => {
            "; the server asks for no password, or for none in a way we know (PLAIN, LOGIN)"
        }
        () => "",
    };
    reason.push_str(advice);
    if error.is_permanent() && !about_us { Error::Refused(reason) } else { Error::Failed(reason) }
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
    #[test]
    fn a_certificate_is_for_the_host() {
        for (url, expected) in [
            ("smtps://a:b@host.example:465", "host.example"),
            ("smtps://host.example", "host.example"),
            ("smtp://a%40b:c@host.example:587", "host.example"),
            ("smtps://[::1]:465", "::1"),
            ("smtps://127.0.0.1:465/name", "127.0.0.1"),
        ] {
            assert_eq!(host(url), expected, "{url}");
        }
    }

    #[test]
    fn a_file_of_certificates_holds_some() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let built = |url| builder(url, Some(file.path())).err();
        assert!(built("smtps://host").unwrap().contains("no certificate"));
        std::fs::write(file.path(), "-----BEGIN CERTIFICATE-----\nAAAA").unwrap();
        assert!(built("smtps://host").is_some());
        let gone = builder("smtps://host", Some(Path::new("/nowhere/ca.pem"))).err().unwrap();
        assert!(gone.contains("/nowhere/ca.pem"), "{gone}");
    }
}
