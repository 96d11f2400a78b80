//! What was said, for everybody: guests read it too.

use super::shape::Shape;
use crate::{
    asked::Asked,
    authors::Author,
    desk::Desk,
    query,
    refusal::{Answer, invalid},
};
use axum::{extract::State, http::header, response::IntoResponse as _};
use chinwag_chat::Viewer;
use chinwag_wire::{AccountId, Message, Problem, Time};
use std::collections::HashMap;

/// Messages of an answer.
const PAGE: u32 = 50;

/// `GET /api/messages`: those strictly older than an instant, newest first.
pub(super) async fn read(State(desk): State<Desk>, asked: Asked) -> Answer {
    let lobby = desk.chat.lobby().await?;
    let before = before(&asked.query).ok_or_else(|| invalid("lastTimestamp"))?;
    let messages = desk.chat.history_before_instant(&Viewer::Guest, lobby, before, PAGE).await?;
    let authors = authors(&desk, &messages).await?;
    let shapes = messages.iter().map(|one| Shape::of(&desk, one, &authors[&one.sender_id]));
    let shapes: Vec<_> = shapes.collect();
    let body = serde_json::to_string(&shapes).expect("texts and a number have a JSON form");
    Ok(([(header::CONTENT_TYPE, "application/json")], body).into_response())
}

/// Those who wrote these messages, as others see them now.
async fn authors(desk: &Desk, messages: &[Message]) -> Result<HashMap<AccountId, Author>, Problem> {
    let mut ids: Vec<AccountId> = messages.iter().map(|message| message.sender_id).collect();
    ids.sort_unstable();
    ids.dedup();
    let people = desk.chat.people(&ids).await?;
    let author = |id| Author::of(people.iter().find(|person| person.account.id == id));
    Ok(ids.into_iter().map(|id| (id, author(id))).collect())
}

/// Before which instant: whatever is there, where none is named.
fn before(query: &str) -> Option<Time> {
    let text = query::value(query, "lastTimestamp").unwrap_or_default();
    let instant: i64 = if text.is_empty() { 0 } else { text.parse().ok()? };
    Some(Time(if instant == 0 { i64::MAX } else { instant }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instant_is_an_integer_of_64_bits() {
        for everything in ["", "lastTimestamp=", "lastTimestamp=0", "other=7"] {
            assert_eq!(before(everything), Some(Time(i64::MAX)), "{everything}");
        }
        assert_eq!(
            before("lastTimestamp=1772791331640000000"),
            Some(Time(1_772_791_331_640_000_000))
        );
        assert_eq!(before("lastTimestamp=-1"), Some(Time(-1)));
        for wrong in ["x", "1.5", "9223372036854775808", "1e3", " 1"] {
            assert_eq!(before(&format!("lastTimestamp={wrong}")), None, "{wrong}");
        }
    }
}
