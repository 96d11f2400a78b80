//! What clients say over their sockets: they join chats, and send texts. Nothing is acknowledged; what is wrong is
//! said in one word of error.

use super::{chats::find, limits::count_message};
use crate::{desk::Desk, sessions::frame};
use bytes::Bytes;
use chinwag_chat::{Actor, Posting, bounds::CONTENT_BYTES};
use chinwag_gateway::sio::Event;
use chinwag_wire::{Code, Content, ConversationId, Problem, SendMessage};
use serde_json::Value;

const NOT_FOUND: &str = "Chat not found";
const NOT_AUTHORIZED: &str = "Not authorized";
const INVALID: &str = "Invalid payload";

/// What an event asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// To hear what is said in a chat.
    Join(ConversationId),
    /// To say something there.
    Send(ConversationId, String),
    /// Nothing that is told of.
    Nothing,
}

/// Reads an event.
///
/// # Errors
/// What is said of it.
pub(super) fn read(event: &Event) -> Result<Wish, &'static str> {
    let known = matches!(event.name.as_str(), "joinChat" | "sendMessage");
    if !known {
        return Ok(Wish::Nothing);
    }
    let given: Option<Value> =
        event.args.first().and_then(|argument| serde_json::from_slice(argument).ok());
    let given = given.as_ref().and_then(Value::as_object).ok_or(INVALID)?;
    let chat = given.get("chatId").and_then(Value::as_str).ok_or(INVALID)?;
    if event.name == "joinChat" {
        return chat.parse().map(Wish::Join).map_err(|_| NOT_FOUND);
    }
    let text = match given.get("text") {
        None => "",
        Some(text) => text.as_str().ok_or(INVALID)?,
    };
    match text.len() {
        0 => Ok(Wish::Nothing),
        1..=CONTENT_BYTES if text.contains('\0') => Err(INVALID),
        1..=CONTENT_BYTES => {
            let send = |chat| Wish::Send(chat, text.to_owned());
            chat.parse().map(send).map_err(|_| NOT_FOUND)
        }
        _ => Err("Message too long"),
    }
}

/// Whether somebody may join a chat that their socket does not hear of by itself.
pub(super) async fn may_join(
    desk: &Desk,
    actor: &Actor,
    chat: ConversationId,
) -> Result<(), &'static str> {
    let found = find(desk, &chat.to_string()).await;
    found.map_err(|refusal| words(&refusal.problem))?;
    desk.chat.overview(actor, chat).await.map(drop).map_err(|problem| match problem.code {
        Code::ConversationNotFound => NOT_AUTHORIZED,
        _ => words(&problem),
    })
}

/// Sends a text: the frame that says what went wrong, or none.
pub(super) async fn send(
    desk: &Desk,
    actor: &Actor,
    chat: ConversationId,
    text: String,
) -> Result<(), &'static str> {
    if desk.chat.session_alive(actor).await.is_err() {
        return Ok(());
    }
    count_message(desk, actor).map_err(|_| "Too many requests")?;
    let found = find(desk, &chat.to_string()).await;
    found.map_err(|refusal| words(&refusal.problem))?;
    let body = SendMessage {
        client_id: None,
        content: Content::Text(text),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    };
    let sent = desk.chat.post(actor, chat, body, Posting::default()).await;
    sent.map(drop).map_err(|problem| match problem.code {
        Code::ConversationNotFound | Code::SendingNotAllowed | Code::Forbidden => NOT_AUTHORIZED,
        _ => words(&problem),
    })
}

fn words(problem: &Problem) -> &'static str {
    match problem.code {
        Code::ConversationNotFound => NOT_FOUND,
        Code::RateLimited => "Too many requests",
        _ => "Server error",
    }
}

/// The frame that says what went wrong.
pub(super) fn error(words: &'static str) -> Bytes {
    frame("error", &Value::from(words))
}

/// The same of an outcome; nothing, where nothing did.
pub(super) fn told(outcome: Result<(), &'static str>) -> Bytes {
    outcome.map_or_else(error, |()| Bytes::new())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_gateway::sio::Namespace;
    use serde_json::json;

    fn wish(name: &str, argument: Option<Value>) -> Result<Wish, &'static str> {
        let args = argument.map(|value| Bytes::from(value.to_string())).into_iter().collect();
        let namespace = Namespace::main();
        let (id, attachments) = (None, Vec::new());
        read(&Event { namespace, name: name.to_owned(), args, id, attachments })
    }

    #[test]
    fn payloads_are_objects_of_texts() {
        let chat = "019cf0e1-0000-7000-8000-000000000001";
        let id: ConversationId = chat.parse().unwrap();
        assert_eq!(wish("joinChat", Some(json!({ "chatId": chat, "x": 1 }))), Ok(Wish::Join(id)));
        let said = json!({ "chatId": chat, "text": "hello" });
        assert_eq!(wish("sendMessage", Some(said)), Ok(Wish::Send(id, "hello".to_owned())));
        assert_eq!(wish("sendMessage", Some(json!({ "chatId": chat }))), Ok(Wish::Nothing));
        let empty = json!({ "chatId": chat, "text": "" });
        assert_eq!(wish("sendMessage", Some(empty)), Ok(Wish::Nothing));
        assert_eq!(wish("typing", None), Ok(Wish::Nothing));
        assert_eq!(wish("joinChat", Some(json!({ "chatId": "x" }))), Err(NOT_FOUND));
        for odd in [
            None,
            Some(json!(null)),
            Some(json!([chat])),
            Some(json!(chat)),
            Some(json!({})),
            Some(json!({ "chatId": { "$gt": "" } })),
            Some(json!({ "chatId": null })),
        ] {
            assert_eq!(wish("joinChat", odd.clone()), Err(INVALID), "{odd:?}");
            assert_eq!(wish("sendMessage", odd.clone()), Err(INVALID), "{odd:?}");
        }
        for odd in [json!(7), json!(null), json!(["x"]), json!("a\0b")] {
            let said = json!({ "chatId": chat, "text": odd });
            assert_eq!(wish("sendMessage", Some(said)), Err(INVALID), "{odd}");
        }
        let long = json!({ "chatId": chat, "text": "x".repeat(CONTENT_BYTES + 1) });
        assert_eq!(wish("sendMessage", Some(long)), Err("Message too long"));
    }
}
