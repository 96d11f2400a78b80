//! Events as lines: for a person, with names and local time; for a program, as JSON.

use super::names::Names;
use crate::commands::Outcome;
use chinwag_wire::{Content, Event, EventBody, Message, Time};
use jiff::{Timestamp, tz::TimeZone};
use std::{
    io::{self, IsTerminal, Write},
    time::{SystemTime, UNIX_EPOCH},
};

/// Writes events to stdout.
pub struct Lines {
    names: Names,
    json: bool,
    /// Whether a line tells which conversation it is of.
    many: bool,
    bold: bool,
    zone: TimeZone,
}

impl Lines {
    /// As JSON or for a person; from many conversations or from one.
    pub fn new(names: Names, json: bool, many: bool) -> Self {
        Self { names, json, many, bold: io::stdout().is_terminal(), zone: TimeZone::system() }
    }

    /// Writes one event. A person is spared receipts, typing and presence.
    ///
    /// # Errors
    /// Whoever reads has gone.
    pub async fn show(&mut self, event: &Event) -> Outcome {
        if self.json {
            let line = serde_json::to_string(event).map_err(anyhow::Error::new)?;
            return Ok(writeln!(io::stdout(), "{line}")?);
        }
        let Some((at, text)) = self.describe(event).await else { return Ok(()) };
        let place = match event.conversation_id.filter(|_| self.many) {
            Some(id) => format!("{:<16} ", plain(&self.names.conversation(id).await)),
            None => String::new(),
        };
        Ok(writeln!(io::stdout(), "{} {place}{text}", self.clock(at))?)
    }

    async fn describe(&mut self, event: &Event) -> Option<(Time, String)> {
        match &event.body {
            EventBody::MessageCreated(message) => {
                let answers =
                    message.reply_to.map(|seq| format!("(to {seq}) ")).unwrap_or_default();
                Some((
                    message.sent_at,
                    format!("{}  {answers}{}", self.sender(message).await, content(message)),
                ))
            }
            EventBody::MessageEdited(message) => {
                let at = message.edited_at.unwrap_or(message.sent_at);
                Some((
                    at,
                    format!(
                        "{} has edited {}: {}",
                        self.sender(message).await,
                        message.seq,
                        content(message)
                    ),
                ))
            }
            EventBody::MessageDeleted(message) => {
                let at = message.deleted_at.unwrap_or(message.sent_at);
                Some((
                    at,
                    format!(
                        "message {} of {} was deleted",
                        message.seq,
                        self.sender(message).await
                    ),
                ))
            }
            EventBody::MemberChanged(member) => {
                self.names.learn(&member.account);
                Some((
                    now(),
                    format!(
                        "{} is a member ({:?})",
                        self.strong(&member.account.username),
                        member.role
                    ),
                ))
            }
            EventBody::MemberLeft(left) => {
                let name = self.names.account(left.account_id).await;
                Some((now(), format!("{} has left", self.strong(&name))))
            }
            EventBody::ConversationChanged(changed) => {
                event.conversation_id.iter().for_each(|id| self.names.forget(*id));
                Some((
                    now(),
                    format!(
                        "is called {} now",
                        plain(changed.name.as_deref().unwrap_or("nothing"))
                    ),
                ))
            }
            _ => None,
        }
    }

    async fn sender(&mut self, message: &Message) -> String {
        let name = self.names.account(message.sender_id).await;
        self.strong(&name)
    }

    fn strong(&self, name: &str) -> String {
        let name = plain(name);
        if self.bold { format!("\x1b[1m{name}\x1b[0m") } else { name }
    }

    fn clock(&self, at: Time) -> String {
        let instant = Timestamp::from_nanosecond(at.0.into()).unwrap_or_default();
        instant.to_zoned(self.zone.clone()).strftime("%H:%M:%S").to_string()
    }
}

fn content(message: &Message) -> String {
    match &message.content {
        Some(Content::Text(text)) => plain(text).replace('\n', "\n         "),
        Some(Content::Encrypted(_)) => "(encrypted)".to_owned(),
        None => "(deleted)".to_owned(),
    }
}

/// Without what would command the terminal: a message must not clear a screen.
fn plain(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() && letter != '\n' { '\u{fffd}' } else { letter })
        .collect()
}

/// When a change that carries no time of its own was heard of.
fn now() -> Time {
    #[expect(clippy::disallowed_methods, reason = "a terminal has no clock but its machine's")]
    let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Time(i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_does_not_command_the_terminal() {
        assert_eq!(plain("a\x1b[2Jb\nc\u{9b}d"), "a\u{fffd}[2Jb\nc\u{fffd}d");
    }
}
