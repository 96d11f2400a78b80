//! Letters: composed by others, sent from here over SMTP, or written to a directory where there is
//! no SMTP server. Knows nothing of what they say.

mod directory;
mod letter;
mod mailer;
mod smtp;

pub use letter::{Error, Letter};
pub use mailer::{Mailer, MailerOptions};
