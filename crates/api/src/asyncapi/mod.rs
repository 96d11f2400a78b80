//! The AsyncAPI 3.0 document of the live side, written from one table of commands and from the
//! types of the events themselves. Seen from the server: it receives commands and sends events.

mod commands;
mod events;
mod schemas;

use commands::COMMANDS;
use schemas::Schemas;
use serde_json::{Map, Value, json};

const ABOUT: &str = "The live side of a Chinwag server. Over the WebSocket a client sends commands, each with an id, and gets \
    a reply with the same id; events come by themselves. The first command is `hello`. Over server-sent events \
    only the events come. Every durable event carries `rev`, its number in its conversation.";

/// The document of this version.
pub fn asyncapi() -> Value {
    let mut schemas = Schemas::default();
    let (mut messages, mut operations) = (Map::new(), Map::new());
    for command in COMMANDS {
        messages.insert(command.key(), command.message(&mut schemas));
        messages.insert(command.reply_key(), command.reply(&mut schemas));
        operations.insert(command.name.into(), command.operation());
    }
    let events = events::messages(&mut schemas);
    let frames = events::frames(&mut schemas);
    operations.insert("events".into(), hears("socket", "What happened, as it happens.", &events));
    operations.insert(
        "frames".into(),
        hears("socket", "What the server says about the connection.", &frames),
    );
    operations
        .insert("stream".into(), hears("stream", "What happened, as server-sent events.", &events));
    let streamed = references("#/components/messages", &events);
    messages.extend(events);
    messages.extend(frames);
    json!({
        "asyncapi": "3.0.0",
        "info": {"title": "Chinwag, live", "version": env!("CARGO_PKG_VERSION"), "description": ABOUT, "license": {"name": env!("CARGO_PKG_LICENSE")}},
        "defaultContentType": "application/json",
        "servers": {"here": {"host": "{host}", "protocol": "ws", "variables": {"host": {"default": "127.0.0.1:8008"}}}},
        "channels": {
            "socket": {"address": "/v1/socket", "description": "WebSocket, sub-protocol `chinwag.v1`; one JSON object in each text frame.",
                "messages": references("#/components/messages", &messages), "bindings": {"ws": {"method": "GET"}}},
            "stream": {"address": "/v1/events", "description": "Server-sent events: `event` is the name, `data` the JSON, `id` the position to come back with.",
                "messages": streamed, "bindings": {"http": {}}},
        },
        "operations": operations,
        "components": {"messages": messages, "schemas": schemas.into_value()},
    })
}

/// An operation of the server that sends these.
fn hears(channel: &str, about: &str, messages: &Map<String, Value>) -> Value {
    let at = format!("#/channels/{channel}/messages");
    let messages: Vec<Value> =
        references(&at, messages).into_iter().map(|(_, reference)| reference).collect();
    json!({"action": "send", "channel": {"$ref": format!("#/channels/{channel}")}, "summary": about, "messages": messages})
}

fn references(at: &str, messages: &Map<String, Value>) -> Map<String, Value> {
    messages.keys().map(|name| (name.clone(), json!({"$ref": format!("{at}/{name}")}))).collect()
}
