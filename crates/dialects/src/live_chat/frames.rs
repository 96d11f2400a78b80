//! The frames of the socket: one JSON object each.

use super::shape::Shape;
use crate::surrogates;
use bytes::Bytes;
use chinwag_wire::{
    Audience,
    websocket::{Opcode, frame},
};
use serde::{
    Deserialize, Deserializer,
    de::{IgnoredAny, MapAccess, Visitor},
};
use std::fmt;

/// What a client says. What is missing, or `null`, is nothing.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Utterance {
    pub(super) kind: String,
    pub(super) content: String,
    pub(super) subject: String,
}

impl Utterance {
    /// Reads a frame; of `null` there is nothing to read.
    ///
    /// # Errors
    /// What is no JSON object, or has something else than texts where texts belong.
    pub(super) fn read(frame: &[u8]) -> Result<Option<Self>, serde_json::Error> {
        surrogates::from_slice(frame)
    }
}

impl<'de> Deserialize<'de> for Utterance {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Keys)
    }
}

/// Reads its keys, in any case. Others are passed over without a copy, however deep and large.
struct Keys;

impl<'de> Visitor<'de> for Keys {
    type Value = Utterance;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Utterance, A::Error> {
        let mut read = Utterance::default();
        while let Some(key) = map.next_key::<String>()? {
            let Utterance { kind, content, subject } = &mut read;
            let places = [("type", kind), ("content", content), ("subject", subject)];
            match places.into_iter().find(|(name, _)| key.eq_ignore_ascii_case(name)) {
                Some((_, place)) => {
                    *place = map.next_value::<Option<String>>()?.unwrap_or_default();
                }
                None => drop(map.next_value::<IgnoredAny>()?),
            }
        }
        Ok(read)
    }
}

/// A frame that says nothing but its type.
pub(super) fn control(kind: &str) -> Bytes {
    text(&format!(r#"{{"type":"{kind}","content":"","subject":""}}"#))
}

/// How many are there.
pub(super) fn user_count(audience: Audience) -> Bytes {
    let Audience { accounts, guests } = audience;
    text(&format!(
        r#"{{"type":"user_count","authorizedUsers":{accounts},"anonymousUsers":{guests}}}"#
    ))
}

/// A message.
pub(super) fn message(shape: &Shape<'_>) -> Bytes {
    text(&serde_json::to_string(shape).expect("texts and a number have a JSON form"))
}

fn text(json: &str) -> Bytes {
    frame::encode(Opcode::Text, json.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(frame: &str) -> Option<Utterance> {
        Utterance::read(frame.as_bytes()).unwrap()
    }

    #[test]
    fn reads_texts_in_any_case_and_passes_over_the_rest() {
        let all = said(r#"{"TYPE":"message","x":{"y":[1]},"Content":"a","subject":"b"}"#);
        let texts = all.map(|said| [said.kind, said.content, said.subject]);
        assert_eq!(texts, Some(["message", "a", "b"].map(str::to_owned)));
        assert_eq!(said("{}"), Some(Utterance::default()));
        assert_eq!(said(r#" {"type":null,"content":null} "#), Some(Utterance::default()));
        assert_eq!(said("null"), None);
        let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(400_000), "]".repeat(400_000));
        assert_eq!(said(&deep), Some(Utterance::default()));
    }

    #[test]
    fn refuses_what_is_none() {
        let wrong: [&[u8]; 10] = [
            b"",
            b"x",
            b"[]",
            b"\"ping\"",
            b"7",
            b"true",
            b"{\"type\":7}",
            b"{\"content\":{}}",
            b"{} {}",
            b"{\"subject\":\"\xff\"}",
        ];
        for frame in wrong {
            assert!(Utterance::read(frame).is_err(), "{frame:?}");
        }
    }

    #[test]
    fn control_frames_have_all_three_keys() {
        let pong = control("pong");
        assert_eq!(&pong[2..], br#"{"type":"pong","content":"","subject":""}"#);
    }
}
