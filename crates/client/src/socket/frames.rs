//! Reading what the server sends: a reply to a command, or a frame of its own accord.

use crate::Error;
use chinwag_wire::{
    Event, Problem,
    frame::{Closing, Heartbeat},
};
use serde::Deserialize;
use serde_json::value::RawValue;

/// What a server says of its own accord.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Frame {
    /// Something happened.
    Event(Box<Event>),
    /// Heads of the conversations that moved since the last heartbeat.
    Heartbeat(Heartbeat),
    /// The connection is about to close, and why.
    Closing(Closing),
    /// The connection is closed; nothing comes after this.
    Closed {
        /// The close code, where the server said goodbye.
        code: Option<u16>,
        /// A sentence for a log.
        reason: String,
    },
}

/// A frame as it was received.
pub(super) enum Received {
    /// The reply to a command: its JSON, or why it was refused.
    Reply { id: u64, answer: Result<String, Problem> },
    /// Anything else.
    Frame(Frame),
    /// Of a kind that this client does not know.
    Unknown,
}

/// Every shape of frame at once: which fields are there tells which it is.
#[derive(Deserialize)]
struct Shape<'a> {
    id: Option<u64>,
    #[serde(borrow)]
    ok: Option<&'a RawValue>,
    error: Option<Problem>,
    #[serde(borrow)]
    event: Option<&'a RawValue>,
    heartbeat: Option<Heartbeat>,
    closing: Option<Closing>,
}

/// Reads one text frame.
pub(super) fn read(text: &[u8]) -> Result<Received, Error> {
    let shape: Shape<'_> = serde_json::from_slice(text).map_err(Error::unread)?;
    let frame = match shape {
        Shape { id: Some(id), error: Some(problem), .. } => {
            return Ok(Received::Reply { id, answer: Err(problem) });
        }
        Shape { id: Some(id), ok, .. } => {
            let answer = ok.map_or("null", RawValue::get).to_owned();
            return Ok(Received::Reply { id, answer: Ok(answer) });
        }
        Shape { event: Some(_), .. } => {
            Frame::Event(serde_json::from_slice(text).map_err(Error::unread)?)
        }
        Shape { heartbeat: Some(heartbeat), .. } => Frame::Heartbeat(heartbeat),
        Shape { closing: Some(closing), .. } => Frame::Closing(closing),
        _ => return Ok(Received::Unknown),
    };
    Ok(Received::Frame(frame))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::{Code, EventBody};

    #[test]
    fn tells_the_kinds_of_frames_apart() {
        let reply = |text: &str| match read(text.as_bytes()) {
            Ok(Received::Reply { id, answer }) => (id, answer.map_err(|problem| problem.code)),
            _ => panic!("a reply: {text}"),
        };
        assert_eq!(reply(r#"{"id":7,"ok":{"seq":1}}"#), (7, Ok(r#"{"seq":1}"#.to_owned())));
        assert_eq!(reply(r#"{"id":7,"ok":null}"#), (7, Ok("null".to_owned())));
        assert_eq!(
            reply(r#"{"id":7,"error":{"code":"invalid","detail":"x"}}"#),
            (7, Err(Code::Invalid))
        );

        let id = "0190a000-0000-7000-8000-000000000000";
        let typing = format!(
            r#"{{"event":"typing","conversation_id":"{id}","data":{{"account_id":"{id}","typing":true}}}}"#
        );
        let Ok(Received::Frame(Frame::Event(event))) = read(typing.as_bytes()) else {
            panic!("an event")
        };
        assert!(matches!(event.body, EventBody::Typing(_)));
        assert!(matches!(
            read(br#"{"heartbeat":{"heads":[]}}"#),
            Ok(Received::Frame(Frame::Heartbeat(_)))
        ));
        let closing = br#"{"closing":{"code":"shutting_down","reconnect_after_ms":5}}"#;
        assert!(matches!(read(closing), Ok(Received::Frame(Frame::Closing(_)))));
        assert!(matches!(read(b"{}"), Ok(Received::Unknown)));
        assert!(read(b"[").is_err());
    }
}
