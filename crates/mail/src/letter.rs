//! A letter to one person, and how it becomes a mail (RFC 5322). One address, one line of subject:
//! a list, a line break or a name in the address is refused, so that nobody writes our headers.

use lettre::{
    Address, Message,
    message::{
        Body, Mailbox, MultiPart, SinglePart,
        header::{ContentTransferEncoding, ContentType, HeaderName, HeaderValue},
    },
};
use std::time::SystemTime;
use uuid::Uuid;

/// A letter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Names it: a letter that is sent once more has the same, so that the reader's program can tell.
    pub id: Uuid,
    /// When it is sent.
    pub at: SystemTime,
    /// One plain address.
    pub to: String,
    /// One line.
    pub subject: String,
    /// What it says.
    pub text: String,
    /// The same as HTML.
    pub html: String,
    /// The link it is about, shown in the log where letters are written to a directory.
    pub link: Option<String>,
    /// The link that ends letters of this kind, where their reader may: readers' programs show it (RFC 2369),
    /// and may post to it by themselves (RFC 8058).
    pub unsubscribe: Option<String>,
}

/// Why a letter was not sent.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Trying again cannot help: the letter, or its address, is refused.
    #[error("refused: {0}")]
    Refused(String),
    /// Trying again may help.
    #[error("not sent: {0}")]
    Failed(String),
}

impl Letter {
    /// The letter as a mail.
    ///
    /// # Errors
    /// `Refused`, if the address or the subject is not what it must be.
    pub(crate) fn mail(&self, from: &Mailbox) -> Result<Message, Error> {
        let refused = |why: &str| Error::Refused(why.to_owned());
        if self.subject.chars().any(char::is_control) {
            return Err(refused("the subject is more than one line"));
        }
        let plain = |c: char| c.is_ascii_graphic() && !",;:<>()[]\\\"".contains(c);
        if !self.to.chars().all(plain) {
            return Err(refused("the address is not one plain address"));
        }
        let to: Address = self.to.parse().map_err(|_| refused("the address is none"))?;
        let host = from.email.domain();
        let mut builder = Message::builder();
        if let Some(link) = &self.unsubscribe {
            builder = builder.raw_header(header("List-Unsubscribe", &format!("<{link}>")));
            let post = header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click");
            builder = builder.raw_header(post);
        }
        builder
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .date(self.at)
            .subject(self.subject.as_str())
            .message_id(Some(format!("<{}@{host}>", self.id)))
            // No person wrote this (RFC 3834), so no absence notice shall come back.
            .raw_header(header("Auto-Submitted", "auto-generated"))
            .multipart(
                MultiPart::alternative()
                    .singlepart(part(ContentType::TEXT_PLAIN, &self.text))
                    .singlepart(part(ContentType::TEXT_HTML, &self.html)),
            )
            .map_err(|error| Error::Refused(error.to_string()))
    }
}

/// One of the two texts. What is plain ASCII in lines of lawful length (RFC 5321, 4.5.3.1.6) stays as it
/// is, so that a link can be copied out of a letter that lies in a directory.
fn part(kind: ContentType, text: &str) -> SinglePart {
    let plain = |c: char| c == '\n' || c == ' ' || c.is_ascii_graphic();
    let as_it_is = text.chars().all(plain) && text.lines().all(|line| line.len() <= 998);
    let body = if as_it_is {
        let lines = text.replace('\n', "\r\n").into_bytes();
        Body::dangerous_pre_encoded(lines, ContentTransferEncoding::SevenBit)
    } else {
        Body::new(text.to_owned())
    };
    SinglePart::builder().header(kind).body(body)
}

fn header(name: &'static str, value: &str) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letter(to: &str, subject: &str) -> Letter {
        Letter {
            id: Uuid::from_u128(7),
            at: SystemTime::UNIX_EPOCH,
            to: to.to_owned(),
            subject: subject.to_owned(),
            text: "Grüße".to_owned(),
            html: "<p>Grüße".to_owned(),
            link: None,
            unsubscribe: None,
        }
    }

    fn mail(to: &str, subject: &str) -> Result<String, Error> {
        let mail = letter(to, subject).mail(&"Chinwag <chinwag@example.org>".parse().unwrap())?;
        Ok(String::from_utf8(mail.formatted()).unwrap())
    }

    #[test]
    fn is_a_mail_with_both_texts() {
        let mail = mail("o'neil+x@example.org", "Verify — now").unwrap();
        for part in [
            "To: o'neil+x@example.org\r\n",
            "From: Chinwag <chinwag@example.org>\r\n",
            "Auto-Submitted: auto-generated\r\n",
            "Message-ID: <00000000-0000-0000-0000-000000000007@example.org>\r\n",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000\r\n",
            "text/plain",
            "text/html",
        ] {
            assert!(mail.contains(part), "{part}: {mail}");
        }
    }

    #[test]
    fn a_link_can_be_copied_out_of_it() {
        let link = format!("http://chat.example.org/verify-email?token={}", "x".repeat(60));
        let letter = Letter { text: format!("Here:\n{link}\n"), ..letter("ann@example.org", "x") };
        let mail = letter.mail(&"chinwag@example.org".parse().unwrap()).unwrap();
        assert!(String::from_utf8(mail.formatted()).unwrap().contains(&format!("\r\n{link}\r\n")));
    }

    #[test]
    fn ends_by_one_click_where_its_reader_may() {
        let link = format!("https://chat.example.org/unsubscribe?token={}", "x".repeat(90));
        let letter = Letter { unsubscribe: Some(link.clone()), ..letter("ann@example.org", "x") };
        let mail = letter.mail(&"chinwag@example.org".parse().unwrap()).unwrap();
        let mail = String::from_utf8(mail.formatted()).unwrap();
        assert!(mail.contains(&format!("List-Unsubscribe: <{link}>\r\n")), "{mail}");
        assert!(mail.contains("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"), "{mail}");
    }

    #[test]
    fn lists_and_line_breaks_are_refused() {
        for to in [
            "",
            "ann",
            "ann@example.org,eve@example.org",
            "ann@example.org;eve@example.org",
            "ann@example.org\r\nBcc: eve@example.org",
            "ann@example.org\nBcc: eve@example.org",
            "Ann <ann@example.org>",
            "ann@example.org eve@example.org",
            "\"ann\"@example.org",
            "ann@example.org\0",
        ] {
            assert!(matches!(mail(to, "x"), Err(Error::Refused(_))), "{to:?}");
        }
        for subject in ["x\r\nBcc: eve@example.org", "x\ny", "x\ry", "x\0"] {
            assert!(
                matches!(mail("ann@example.org", subject), Err(Error::Refused(_))),
                "{subject:?}"
            );
        }
    }
}
