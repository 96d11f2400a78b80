//! The conversations to replay: a JSON-lines file, plain or gzipped, one line of chat an object.

use anyhow::{Context as _, Result};
use flate2::read::GzDecoder;
use serde::Deserialize;
use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

/// One log: a room and all that happened in it, in order.
#[derive(Debug, Default)]
pub struct Log {
    /// Its name in the file.
    pub name: String,
    /// What happened.
    pub acts: Vec<Act>,
    /// How many lines say nothing and cannot be sent.
    pub empty: usize,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Act {
    /// Who did it, as an index into the people of the file.
    pub who: usize,
    /// Minutes since midnight, where the file knows.
    pub minute: Option<u32>,
    /// What.
    pub what: What,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Said something; `answers` is the number of the message in the log, from 1, that it replies to.
    Said {
        /// What.
        text: String,
        /// To which message.
        answers: Option<usize>,
    },
    /// Came in.
    Joined,
    /// Went.
    Left,
}

/// All logs of a file and everyone in them.
#[derive(Debug, Default)]
pub struct Input {
    /// The logs, in order of the file.
    pub logs: Vec<Log>,
    /// Nicks as first written. IRC compares them without case, and so do we.
    pub people: Vec<String>,
}

#[derive(Deserialize)]
struct Line {
    log: String,
    line: u64,
    kind: String,
    #[serde(default)]
    time: Option<String>,
    #[serde(default)]
    nick: Option<String>,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    replies_to: Vec<u64>,
}

/// Reads a file.
///
/// # Errors
/// When it cannot be read, or a line is not of the documented shape; the error names the line.
pub fn read(path: &Path) -> Result<Input> {
    let file = std::fs::File::open(path).with_context(|| format!("open {}", path.display()))?;
    let zipped = path.extension().is_some_and(|extension| extension == "gz");
    let reader: Box<dyn Read> =
        if zipped { Box::new(GzDecoder::new(file)) } else { Box::new(file) };
    let mut reading = Reading::default();
    for (number, text) in BufReader::new(reader).lines().enumerate() {
        let line = serde_json::from_str(&text?).with_context(|| format!("line {}", number + 1))?;
        reading.take(line);
    }
    Ok(reading.input)
}

#[derive(Default)]
struct Reading {
    input: Input,
    known: HashMap<String, usize>,
    /// In the log that is being read: which message, from 1, stands in which line.
    messages: HashMap<u64, usize>,
}

impl Reading {
    fn take(&mut self, line: Line) {
        if self.input.logs.last().is_none_or(|log| log.name != line.log) {
            self.input.logs.push(Log { name: line.log.clone(), ..Log::default() });
            self.messages.clear();
        }
        let Some(nick) = line.nick.as_deref() else { return };
        let who = self.person(nick);
        let minute = line.time.as_deref().and_then(minute);
        match line.kind.as_str() {
            "message" | "action" => self.say(who, minute, &line),
            "join" => self.push(Act { who, minute, what: What::Joined }),
            "leave" => self.push(Act { who, minute, what: What::Left }),
            // The file follows nicks, not people: the old one goes, the new one comes.
            "rename" => {
                let now = self.person(line.text.as_deref().unwrap_or(nick));
                self.push(Act { who, minute, what: What::Left });
                self.push(Act { who: now, minute, what: What::Joined });
            }
            _ => {}
        }
    }

    fn say(&mut self, who: usize, minute: Option<u32>, line: &Line) {
        let text = line.text.clone().unwrap_or_default();
        if text.is_empty() {
            self.log().empty += 1;
            return;
        }
        let linked = line.replies_to.iter().filter_map(|to| self.messages.get(to));
        let answers = linked.max().copied();
        self.messages.insert(line.line, self.messages.len() + 1);
        self.push(Act { who, minute, what: What::Said { text, answers } });
    }

    fn push(&mut self, act: Act) {
        self.log().acts.push(act);
    }

    fn log(&mut self) -> &mut Log {
        self.input.logs.last_mut().expect("a line belongs to a log")
    }

    fn person(&mut self, nick: &str) -> usize {
        let next = self.input.people.len();
        let who = *self.known.entry(super::people::username(nick, true)).or_insert(next);
        if who == next {
            self.input.people.push(nick.to_owned());
        }
        who
    }
}

fn minute(time: &str) -> Option<u32> {
    let (hours, minutes) = time.split_once(':')?;
    Some(hours.parse::<u32>().ok()? * 60 + minutes.parse::<u32>().ok()?)
}

impl Log {
    /// What was said, in order: the texts whose numbers are 1, 2, 3, ….
    pub fn said(&self) -> impl Iterator<Item = (usize, &str, Option<usize>)> {
        self.acts.iter().filter_map(|act| match &act.what {
            What::Said { text, answers } => Some((act.who, text.as_str(), *answers)),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(lines: &[&str]) -> Input {
        let mut reading = Reading::default();
        lines.iter().for_each(|line| reading.take(serde_json::from_str(line).unwrap()));
        reading.input
    }

    #[test]
    fn replies_are_linked_by_message_number() {
        let input = reading(&[
            r#"{"log":"a","line":3,"kind":"join","nick":"Ann"}"#,
            r#"{"log":"a","line":4,"kind":"message","time":"09:05","nick":"Ann","text":"hi"}"#,
            r#"{"log":"a","line":5,"kind":"message","time":"09:05","nick":"Bo","text":""}"#,
            r#"{"log":"a","line":6,"kind":"message","time":"09:06","nick":"ANN","text":" me ","replies_to":[3,4]}"#,
            r#"{"log":"b","line":0,"kind":"rename","nick":"Bo","text":"Bob"}"#,
        ]);
        assert_eq!(input.people, ["Ann", "Bo", "Bob"]);
        assert_eq!((input.logs.len(), input.logs[0].empty, input.logs[1].acts.len()), (2, 1, 2));
        let said: Vec<_> = input.logs[0].said().collect();
        assert_eq!(said, [(0, "hi", None), (0, " me ", Some(1))]);
        assert_eq!(input.logs[0].acts[1].minute, Some(9 * 60 + 5));
    }
}
