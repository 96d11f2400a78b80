//! An echo over Socket.IO, in the two namespaces that the suite knows: `auth` says what one entered
//! with, `message` comes back as `message-back`, `message-with-ack` as its own acknowledgement.

use super::{MOST, OPTIONS, PATIENCE};
use crate::{
    raw::Task,
    sio::{Adapter, Endpoint, Entering, Entry, Parting, Said, Socket, Sockets, text_frame},
};
use bytes::{Bytes, BytesMut};
use chinwag_socketio::{Event, Limits, Namespace, Packet};
use chinwag_wire::websocket::{Opcode, frame};
use std::{
    sync::Arc,
    task::{Context, Poll},
};

/// Sessions in which both namespaces may be entered.
pub fn socket_echo() -> Endpoint {
    Endpoint::new(OPTIONS, MOST, |opening| {
        Box::new(Sockets::new(Arc::new(Echo), opening, Limits::default(), PATIENCE))
    })
}

struct Echo;

impl Adapter for Echo {
    fn enter(&self, Entry { namespace, auth, .. }: Entry) -> Entering {
        let is_known = namespace.is_main() || namespace.as_str() == "/custom";
        Box::pin(std::future::ready(if is_known {
            Ok(Box::new(Mirror { greeting: Some(greeting(namespace, auth)) }) as Box<dyn Socket>)
        } else {
            Err(Bytes::from_static(br#"{"message":"Invalid namespace"}"#))
        }))
    }
}

/// One who is in.
struct Mirror {
    greeting: Option<Bytes>,
}

fn greeting(namespace: Namespace, auth: Bytes) -> Bytes {
    let auth = if auth.is_empty() { Bytes::from_static(b"{}") } else { auth };
    let name = "auth".to_owned();
    frames(&Packet::Event(Event { namespace, name, args: vec![auth], ..Event::default() }))
}

impl Socket for Mirror {
    fn hear(&mut self, event: Event) -> Result<(u32, Task), Parting> {
        let answer = back(event).map_or(Bytes::new(), |packet| frames(&packet));
        Ok((1, Box::pin(std::future::ready(answer))))
    }

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<Parting> {
        Poll::Pending
    }

    fn poll_say(&mut self, _: &mut Context<'_>) -> Poll<Said> {
        self.greeting.take().map_or(Poll::Pending, |frames| Poll::Ready(Said::Frames(frames)))
    }
}

/// What an event comes back as.
fn back(event: Event) -> Option<Packet> {
    match (event.name.as_str(), event.id) {
        ("message", _) => {
            let name = "message-back".to_owned();
            Some(Packet::Event(Event { name, id: None, ..event }))
        }
        ("message-with-ack", Some(id)) => {
            let Event { namespace, args, attachments, .. } = event;
            let data = [b"[", args.join(&b","[..]).as_slice(), b"]"].concat().into();
            Some(Packet::Ack { namespace, id, data, attachments })
        }
        _ => None,
    }
}

fn frames(packet: &Packet) -> Bytes {
    let mut frames = BytesMut::from(&text_frame(|out| packet.write(out))[..]);
    for attachment in packet.attachments() {
        frame::append(&mut frames, Opcode::Binary, attachment);
    }
    frames.freeze()
}
