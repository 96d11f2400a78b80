//! The events, read off the type that is sent, so that none can be left out.

use super::schemas::Schemas;
use chinwag_wire::{
    ConversationId, EventBody,
    frame::{ClosingFrame, HeartbeatFrame},
};
use serde_json::{Map, Value, json};
use utoipa::PartialSchema as _;

/// One message for each kind of event.
pub(super) fn messages(schemas: &mut Schemas) -> Map<String, Value> {
    let body = serde_json::to_value(EventBody::schema()).expect("schemas always serialise");
    schemas.refer::<EventBody>();
    let conversation = schemas.refer::<ConversationId>();
    let kinds = body["oneOf"].as_array().expect("events are told apart by a tag");
    kinds.iter().map(|kind| message(kind, &conversation)).collect()
}

fn message(kind: &Value, conversation: &Value) -> (String, Value) {
    let properties = &kind["properties"];
    let name = properties["event"]["enum"][0].as_str().expect("the tag names the event");
    let shape = json!({
        "type": "object",
        "required": ["event", "data"],
        "properties": {
            "event": {"const": name},
            "conversation_id": conversation,
            "rev": {"type": "integer", "minimum": 1, "description": "Its number in the conversation; absent for what is not stored."},
            "data": properties["data"],
        },
    });
    (
        format!("event.{name}"),
        json!({"name": name, "summary": kind["description"], "payload": shape}),
    )
}

/// What the server says about the connection itself.
pub(super) fn frames(schemas: &mut Schemas) -> Map<String, Value> {
    let frame = |name: &str, about: &str, payload: Value| {
        (format!("frame.{name}"), json!({"name": name, "summary": about, "payload": payload}))
    };
    Map::from_iter([
        frame(
            "heartbeat",
            "Which conversations moved since the last one.",
            schemas.refer::<HeartbeatFrame>(),
        ),
        frame(
            "closing",
            "The last frame: why, and when to come back.",
            schemas.refer::<ClosingFrame>(),
        ),
    ])
}
