//! What clients say over their sockets, read strictly: another name, another key, or anything missing or too
//! long is a violation, which ends the socket.

use crate::surrogates;
use chinwag_chat::bounds::CONTENT_BYTES;
use chinwag_gateway::sio::Event;
use serde_json::Value;

/// Most characters of the name of a room.
const NAME: usize = 128;
/// Names that no room has: client libraries use them for themselves, or this contract does.
const RESERVED: [&str; 8] = [
    "connect",
    "connect_error",
    "disconnect",
    "disconnecting",
    "newListener",
    "removeListener",
    "error",
    "healthCheck",
];

/// What was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// To join the room of this name.
    Join(String),
    /// This, in the room of that name.
    Message(String, String),
    /// That somebody types in the room of this name.
    Typing(String),
    /// To be told that all is well.
    Health,
}

/// It is none of those.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Violation;

impl Said {
    /// Reads an event. Arguments after the first are ignored.
    ///
    /// # Errors
    /// That it is a violation.
    pub(super) fn read(event: &Event) -> Result<Self, Violation> {
        let given: Option<Value> = match event.args.first() {
            Some(argument) => Some(surrogates::from_slice(argument).map_err(|_| Violation)?),
            None => None,
        };
        match event.name.as_str() {
            "join_room" => {
                let [name, _] = texts(given, ["name", "userId"])?;
                if RESERVED.contains(&name.as_str()) || name.ends_with("-typing") {
                    return Err(Violation);
                }
                Ok(Self::Join(room(name)?))
            }
            "message" => {
                let [name, text] = texts(given, ["roomName", "message"])?;
                if text.len() > CONTENT_BYTES {
                    return Err(Violation);
                }
                Ok(Self::Message(room(name)?, text))
            }
            "isTyping" => {
                let [name] = texts(given, ["roomName"])?;
                Ok(Self::Typing(room(name)?))
            }
            "healthCheck" if given.as_ref().is_none_or(Value::is_object) => Ok(Self::Health),
            _ => Err(Violation),
        }
    }
}

/// The texts under these keys, of an object that has no others.
fn texts<const N: usize>(given: Option<Value>, keys: [&str; N]) -> Result<[String; N], Violation> {
    let Some(Value::Object(mut fields)) = given else { return Err(Violation) };
    let mut texts = [const { String::new() }; N];
    for (text, key) in texts.iter_mut().zip(keys) {
        match fields.remove(key) {
            Some(Value::String(given)) if !given.is_empty() && !given.contains('\0') => {
                *text = given
            }
            _ => return Err(Violation),
        }
    }
    if fields.is_empty() { Ok(texts) } else { Err(Violation) }
}

fn room(name: String) -> Result<String, Violation> {
    if name.chars().count() > NAME { Err(Violation) } else { Ok(name) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_gateway::sio::Namespace;
    use serde_json::json;

    fn read(name: &str, args: &[Value]) -> Result<Said, Violation> {
        Said::read(&Event {
            namespace: Namespace::main(),
            id: Some(7),
            name: name.to_owned(),
            args: args.iter().map(|argument| argument.to_string().into()).collect(),
            attachments: Vec::new(),
        })
    }

    #[test]
    fn takes_what_the_table_has() {
        let join = json!({ "userId": "x", "name": "garden" });
        assert_eq!(read("join_room", &[join, json!(1)]), Ok(Said::Join("garden".to_owned())));
        let message = json!({ "roomName": "garden", "message": "I can." });
        let said = Said::Message("garden".to_owned(), "I can.".to_owned());
        assert_eq!(read("message", &[message]), Ok(said));
        let typing = Said::Typing("x".repeat(128));
        assert_eq!(read("isTyping", &[json!({ "roomName": "x".repeat(128) })]), Ok(typing));
        for args in [vec![], vec![json!({})], vec![json!({ "a": [1] }), json!(2)]] {
            assert_eq!(read("healthCheck", &args), Ok(Said::Health));
        }
    }

    #[test]
    fn anything_else_is_a_violation() {
        for name in RESERVED.into_iter().chain(["garden-typing", "", "NUL \0"]) {
            let join = json!({ "name": name, "userId": "x" });
            assert_eq!(read("join_room", &[join]), Err(Violation), "{name}");
        }
        let wrong = [
            ("join_room", json!({ "name": "garden" })),
            ("join_room", json!({ "name": "garden", "userId": "" })),
            ("join_room", json!({ "name": "garden", "userId": "x", "more": 1 })),
            ("join_room", json!({ "name": "x".repeat(129), "userId": "x" })),
            ("message", json!({ "roomName": "garden", "message": "" })),
            ("message", json!({ "roomName": "garden", "message": 7 })),
            ("message", json!({ "roomName": "garden", "message": "hi", "urgent": true })),
            ("message", json!({ "roomName": "garden", "message": "x".repeat(CONTENT_BYTES + 1) })),
            ("isTyping", json!({})),
            ("isTyping", json!("garden")),
            ("isTyping", json!([{ "roomName": "garden" }])),
            ("healthCheck", json!("x")),
            ("healthCheck", json!(null)),
            ("garden", json!({})),
            ("disconnecting", json!({})),
        ];
        for (name, argument) in wrong {
            assert_eq!(
                read(name, std::slice::from_ref(&argument)),
                Err(Violation),
                "{name} {argument}"
            );
        }
        for name in ["join_room", "message", "isTyping"] {
            assert_eq!(read(name, &[]), Err(Violation), "{name}");
        }
    }
}
