//! One's chats, and what was said in them.

use super::{
    credentials::{actor, options},
    limits::{Meter, requests},
    outcome::ok,
    paging::Paging,
    shape,
};
use crate::{
    asked::Asked,
    desk::Desk,
    refusal::{Answer, Refusal, invalid},
};
use axum::extract::State;
use chinwag_chat::{Actor, ChatOrder, LimitSubject, Viewer};
use chinwag_wire::{AccountId, Code, Message};
use serde_json::Value;
use std::collections::HashMap;

/// `GET /chats`.
pub(super) async fn list(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = listed(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn listed(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    let actor = signed(desk, asked, meter).await?;
    let Paging { limit, offset } = Paging::read(&asked.query)?;
    let chats = desk.chat.direct_chats(&actor, ChatOrder::Activity, limit, offset).await?;
    Ok(ok(chats.iter().map(shape::chat).collect::<Value>()))
}

/// `GET /chats/:chatId/messages`.
pub(super) async fn messages(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = said(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn said(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    let actor = signed(desk, asked, meter).await?;
    let other = other(&asked.part(2).unwrap_or_default(), actor.account)?;
    let page = Paging::read(&asked.query)?;
    let pair = match other {
        Some(other) => desk.chat.pair_with(&actor, other).await?,
        None => None,
    };
    let Some(pair) = pair else { return Ok(ok(Value::Array(Vec::new()))) };
    let (viewer, page) = (Viewer::Account(actor), (page.limit, page.offset));
    let messages = desk.chat.kept_history(&viewer, pair.conversation, page).await?;
    let own = messages.iter().filter(|message| message.sender_id == actor.account);
    let places: Vec<_> = own.map(|message| (message.conversation_id, message.seq)).collect();
    let copies: HashMap<_, _> =
        desk.chat.sender_copies(&actor, &places).await?.into_iter().collect();
    let shape = |message: &Message| {
        let copy = copies.get(&(message.conversation_id, message.seq));
        shape::message(message, &pair, copy.map(String::as_str))
    };
    Ok(ok(messages.iter().map(shape).collect::<Value>()))
}

async fn signed(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Result<Actor, Refusal> {
    let actor = actor(desk, asked).await?;
    meter.count(desk, &requests(options(desk)), LimitSubject::Account(actor.account), None)?;
    asked.fields()?;
    Ok(actor)
}

/// The other one of the two that a chat's id names, in either order; absent where that is nobody's id.
///
/// # Errors
/// An id that is none, or of two others.
fn other(chat_id: &str, me: AccountId) -> Result<Option<AccountId>, Refusal> {
    let parts: Vec<&str> = chat_id.split('-').collect();
    let stranger = || Refusal::from(Code::Forbidden).in_words("Unauthorized to view this chat");
    let [one, other] = match parts.len() {
        10 => [parts[..5].join("-"), parts[5..].join("-")],
        2 if parts.iter().all(|part| !part.is_empty()) => return Err(stranger()),
        _ => return Err(invalid("chatId").in_words("Invalid chat ID format")),
    };
    let me = me.to_string();
    match (one == me, other == me) {
        (false, false) => Err(stranger()),
        (true, _) => Ok(other.parse().ok()),
        (false, true) => Ok(one.parse().ok()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn the_two_of_a_chat() {
        let [me, peer, third] = [1, 2, 3].map(|number| AccountId(Uuid::from_u128(number)));
        assert_eq!(other(&format!("{me}-{peer}"), me).unwrap(), Some(peer));
        assert_eq!(other(&format!("{peer}-{me}"), me).unwrap(), Some(peer));
        assert_eq!(other(&format!("{me}-a-b-c-d-e"), me).unwrap(), None);
        let code = |id: &str| other(id, me).unwrap_err().problem.code;
        assert_eq!(code(&format!("{peer}-{third}")), Code::Forbidden);
        assert_eq!(code("alice-bob"), Code::Forbidden);
        for wrong in ["", "-", "a-", "not-a-chat-id", "a", &me.to_string()] {
            assert_eq!(code(wrong), Code::Invalid, "{wrong}");
        }
    }
}
