//! Chats: direct ones between those who are connected, and the list of one's own.

use super::{
    credentials::caller,
    documents::chat,
    outcome::{created, ok},
};
use crate::{
    asked::Asked,
    body::Fields,
    desk::Desk,
    refusal::{Answer, Refusal, invalid},
};
use axum::extract::State;
use chinwag_wire::{AccountId, Code, ConversationId, Kind, Problem};
use serde_json::Value;

/// `POST /chat/create-direct`.
pub(super) async fn create_direct(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let receiver = text(asked.fields()?, "receiverId");
    let receiver =
        receiver.ok_or_else(|| invalid("receiverId").in_words("Receiver ID required"))?;
    let receiver = receiver.parse::<AccountId>().map_err(|_| strangers())?;
    if receiver == actor.account {
        return Err(invalid("receiverId").in_words("Cannot chat with yourself"));
    }
    let opened = desk.chat.open_direct_with_contact(&actor, receiver).await;
    let (conversation, is_new) = opened.map_err(not_opened)?;
    let chat = chat(&desk.chat.overview(&actor, conversation.id).await?);
    Ok(if is_new { created(&chat) } else { ok(&chat) })
}

fn not_opened(problem: Problem) -> Refusal {
    match problem.code {
        Code::AccountNotFound | Code::OpeningNotAllowed => strangers(),
        _ => problem.into(),
    }
}

/// What is said where there is no connection.
pub(super) fn strangers() -> Refusal {
    Refusal::from(Code::OpeningNotAllowed).in_words("Users are not connected")
}

/// A text that says something.
pub(super) fn text<'f>(fields: &'f Fields, key: &str) -> Option<&'f str> {
    fields.text(key).ok().filter(|text| !text.is_empty())
}

/// `GET /chat/my-chats`.
pub(super) async fn mine(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = caller(&desk, &asked).await?;
    let chats = desk.chat.overviews(&actor).await?;
    Ok(ok(&chats.iter().map(chat).collect::<Value>()))
}

/// The chat that an id names, direct or a group, whoever may see it.
///
/// # Errors
/// Not found, in the words for that.
pub(super) async fn find(desk: &Desk, id: &str) -> Result<ConversationId, Refusal> {
    let nothing = || Refusal::from(Code::ConversationNotFound).in_words("Chat not found");
    let id = id.parse::<ConversationId>().map_err(|_| nothing())?;
    match desk.chat.kind_of(id).await? {
        Some(Kind::Direct | Kind::Group) => Ok(id),
        Some(Kind::Room) | None => Err(nothing()),
    }
}

/// What somebody is told who is not in a chat that is there.
pub(super) fn not_in_it(problem: Problem) -> Refusal {
    match problem.code {
        Code::ConversationNotFound | Code::SendingNotAllowed | Code::Forbidden => {
            Refusal::from(Code::Forbidden).in_words("Not authorized")
        }
        _ => problem.into(),
    }
}
