//! What clients say over their sockets. Nothing is acknowledged; what is odd is passed over, except where
//! clients are told.

use super::{credentials::SURFACE, messages::find};
use crate::{desk::Desk, refusal::Refusal, sessions::frame};
use bytes::Bytes;
use chinwag_chat::{Actor, Step};
use chinwag_gateway::sio::Event;
use chinwag_wire::{AccountId, Code, ConversationId, Problem};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashSet};

/// Most ids that are marked at once.
const MOST: usize = 500;

/// Does what an event asks for, and gives the frames that answer it, or none.
pub(super) async fn answer(desk: &Desk, actor: &Actor, event: Event) -> Bytes {
    if desk.chat.session_alive(actor).await.is_err() {
        return Bytes::new();
    }
    let given: Option<Value> =
        event.args.first().and_then(|argument| serde_json::from_slice(argument).ok());
    match event.name.as_str() {
        "mark_delivered" => mark(desk, actor, given.as_ref(), &DELIVERED).await,
        "mark_read" => mark(desk, actor, given.as_ref(), &READ).await,
        "typing_start" => type_to(desk, actor, given.as_ref(), true).await,
        "typing_stop" => type_to(desk, actor, given.as_ref(), false).await,
        _ => Bytes::new(),
    }
}

/// How far messages are moved, and what is said of it.
struct Deed {
    step: Step,
    confirmed: &'static str,
    failed: &'static str,
}

const DELIVERED: Deed = Deed {
    step: Step::Delivered,
    confirmed: "delivery_confirmed",
    failed: "Failed to mark messages as delivered",
};

const READ: Deed = Deed {
    step: Step::Read,
    confirmed: "read_confirmed",
    failed: "Failed to mark messages as read",
};

async fn mark(desk: &Desk, actor: &Actor, given: Option<&Value>, deed: &Deed) -> Bytes {
    let ids = match ids(given) {
        Ok(ids) => ids,
        Err(message) => return error(message),
    };
    match marked(desk, actor, &ids, deed.step).await {
        Ok(own) => frame(deed.confirmed, &json!({ "messageIds": own })),
        Err(problem) if problem.code == Code::RateLimited => error("Too many requests"),
        Err(_) => error(deed.failed),
    }
}

/// The ids, each once; what is no text, or empty, is passed over.
fn ids(given: Option<&Value>) -> Result<Vec<String>, &'static str> {
    let list = given.and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    if list.len() > MOST {
        return Err("Too many messageIds");
    }
    let mut seen = HashSet::new();
    let texts = list.iter().filter_map(Value::as_str).filter(|id| !id.is_empty());
    let ids: Vec<String> = texts.filter(|id| seen.insert(*id)).map(str::to_owned).collect();
    if ids.is_empty() { Err("messageIds are required") } else { Ok(ids) }
}

/// Moves those that are for the caller forward, and says which those are.
async fn marked(
    desk: &Desk,
    actor: &Actor,
    ids: &[String],
    step: Step,
) -> Result<Vec<String>, Problem> {
    let (mut own, mut seqs) = (Vec::new(), BTreeMap::<ConversationId, Vec<i64>>::new());
    for id in ids {
        match find(desk, actor, id).await {
            Ok((message, _)) if message.sender_id != actor.account => {
                seqs.entry(message.conversation_id).or_default().push(message.seq);
                own.push(id.clone());
            }
            Ok(_) => {}
            Err(refusal) if is_unknown(&refusal) => {}
            Err(refusal) => return Err(refusal.problem),
        }
    }
    for (conversation, seqs) in seqs {
        desk.chat.mark_these(actor, conversation, &seqs, step).await?;
    }
    Ok(own)
}

fn is_unknown(refusal: &Refusal) -> bool {
    matches!(refusal.problem.code, Code::MessageNotFound | Code::Forbidden)
}

/// Lets somebody know that the caller is typing, or has stopped, if the caller may message them.
async fn type_to(desk: &Desk, actor: &Actor, given: Option<&Value>, typing: bool) -> Bytes {
    let id = match given {
        Some(Value::String(id)) => Some(id.as_str()),
        Some(Value::Object(fields)) => fields.get("receiverId").and_then(Value::as_str),
        _ => None,
    };
    if let Some(receiver) = id.and_then(|id| id.parse::<AccountId>().ok())
        && receiver != actor.account
    {
        // Whatever is in the way of a signal, it is silent.
        let _ = tell(desk, actor, receiver, typing).await;
    }
    Bytes::new()
}

async fn tell(
    desk: &Desk,
    actor: &Actor,
    receiver: AccountId,
    typing: bool,
) -> Result<(), Problem> {
    if let Some(pair) = desk.chat.pair_with(actor, receiver).await? {
        return desk.gateway.typing(actor, pair.conversation, typing).await;
    }
    // They never talked: nobody else hears of it but clients of this dialect.
    desk.chat.may_open_direct(actor, receiver).await?;
    let words = frame("user_typing", &json!({ "userId": actor.account, "typing": typing }));
    desk.gateway.call_account(SURFACE, receiver, &words);
    Ok(())
}

fn error(message: &str) -> Bytes {
    frame("error", &json!({ "message": message }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_an_array_of_texts() {
        let read = |value: Value| ids(Some(&value));
        assert_eq!(read(json!(["a", 7, "", null, "b", "a"])).unwrap(), ["a", "b"]);
        for wrong in [json!([]), json!([1]), json!([""]), json!({}), json!("a"), json!(null)] {
            assert_eq!(read(wrong), Err("messageIds are required"));
        }
        assert_eq!(ids(None), Err("messageIds are required"));
        assert_eq!(read(json!(vec!["a"; 501])), Err("Too many messageIds"));
        assert!(read(json!(vec!["a"; 500])).is_ok());
    }
}
