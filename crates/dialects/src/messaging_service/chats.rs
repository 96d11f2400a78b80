//! With whom one talks.

use super::{
    count::count,
    flavour::Flavour,
    outcome::found,
    session::{Session, session},
};
use crate::{asked::Asked, desk::Desk, refusal::Answer};
use axum::extract::State;
use chinwag_chat::ChatOrder;
use serde_json::json;

/// `POST /chats/get`.
pub(super) async fn get(State(desk): State<Desk>, asked: Asked) -> Answer {
    let Session { actor, flavour } = session(&desk, &asked).await?;
    let wanted = count(asked.fields()?.get("noChats"))?;
    let chats = desk.chat.direct_chats(&actor, ChatOrder::Start, wanted, 0).await?;
    let shape = |username: String| match flavour {
        Flavour::Documented => json!(username),
        // Those one blocked are not among them.
        Flavour::InUse => json!({ "username": username, "blocked": false }),
    };
    Ok(found(flavour, "chat", chats.into_iter().map(|chat| shape(chat.peer.username)).collect()))
}
