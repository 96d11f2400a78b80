//! Where letters go: to an SMTP server, or into a directory.

use crate::{
    Error, Letter,
    directory::Directory,
    smtp::{self, Smtp},
};
use lettre::message::Mailbox;
use std::path::PathBuf;

/// What an operator chooses.
#[derive(Clone, Debug)]
pub struct MailerOptions {
    /// `smtps://user:password@host` (TLS from the first byte), `smtp://user:password@host`
    /// (STARTTLS, required) or `smtp://host?tls=none`. `None`: letters go into the directory.
    pub smtp: Option<String>,
    /// PEM file of certificates that the server's may be signed by, besides the public ones.
    pub ca_file: Option<PathBuf>,
    /// Whom letters are from: `name@host`, or `Name <name@host>`.
    pub from: String,
    /// Where letters are written to without SMTP; made when the first one is.
    pub directory: PathBuf,
}

impl MailerOptions {
    /// Refuses options that cannot work; connects to nobody.
    ///
    /// # Errors
    /// What is wrong with them, without any password.
    pub fn check(&self) -> Result<(), String> {
        self.sender()?;
        let authority = self.ca_file.as_deref();
        self.smtp.as_deref().map_or(Ok(()), |url| smtp::builder(url, authority).map(drop))
    }

    fn sender(&self) -> Result<Mailbox, String> {
        let wrong =
            |_| format!("`{}` is not an address such as Chinwag <chat@example.org>", self.from);
        self.from.parse().map_err(wrong)
    }
}

/// Sends letters.
pub struct Mailer {
    from: Mailbox,
    to: Way,
}

enum Way {
    Smtp(Smtp),
    Directory(Directory),
}

impl Mailer {
    /// Prepares to send; connects to nobody yet. Call it inside a tokio runtime.
    ///
    /// # Errors
    /// What is wrong with the options, without any password.
    pub fn new(options: MailerOptions) -> Result<Self, String> {
        let from = options.sender()?;
        let to = match &options.smtp {
            Some(url) => Way::Smtp(Smtp::new(url, options.ca_file.as_deref())?),
            None => Way::Directory(Directory::new(options.directory)),
        };
        Ok(Self { from, to })
    }

    /// Sends a letter: answers once the server has taken it, or once it is on disk.
    ///
    /// # Errors
    /// `Refused` where trying again cannot help, `Failed` where it may.
    pub async fn send(&self, letter: &Letter) -> Result<(), Error> {
        let mail = letter.mail(&self.from)?;
        match &self.to {
            Way::Smtp(smtp) => smtp.send(mail).await,
            Way::Directory(directory) => directory.write(letter, mail.formatted()).await,
        }
    }
}
