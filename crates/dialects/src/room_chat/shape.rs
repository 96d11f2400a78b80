//! What clients of this contract hear: events that have the names of rooms.

use crate::text::readable;
use bytes::Bytes;
use chinwag_gateway::sio::{text_frame, write_event};
use chinwag_wire::Message;
use serde_json::{Value, json};

/// A message of a room, of history or live.
pub(super) fn message(room: &str, message: &Message, author: &str) -> Bytes {
    let shape = json!({
        "message": readable(message),
        "user": author,
        "userId": message.sender_id,
        "created_at": message.sent_at,
        "id": message.id(),
    });
    frame(room, &shape)
}

/// Somebody came.
pub(super) fn welcome(room: &str, full_name: &str) -> Bytes {
    notice(room, format!("{full_name} Joined the room!"), "welcome")
}

/// Somebody went.
pub(super) fn bye(room: &str, full_name: &str) -> Bytes {
    notice(room, format!("{full_name} Left the room!"), "bye")
}

/// Somebody types.
pub(super) fn typing(room: &str, full_name: &str) -> Bytes {
    notice(&format!("{room}-typing"), format!("{full_name} is typing!"), "typing")
}

/// All is well.
pub(super) fn health() -> Bytes {
    frame("healthCheck", &json!({ "message": "OK" }))
}

fn notice(event: &str, message: String, kind: &str) -> Bytes {
    frame(event, &json!({ "message": message, "user": "system", "type": kind }))
}

fn frame(event: &str, value: &Value) -> Bytes {
    text_frame(|out| write_event(out, event, value.to_string().as_bytes()))
}
