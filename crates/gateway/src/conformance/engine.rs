//! An echo over bare Engine.IO: everything comes back as it was sent.

use super::{MOST, OPTIONS};
use crate::sio::{Endpoint, Parting, Say, Voice, text_frame};
use bytes::Bytes;
use chinwag_socketio::{Violation, engine::Data};
use chinwag_wire::websocket::{Opcode, frame};
use std::{
    collections::VecDeque,
    task::{Context, Poll},
};

/// Sessions that send everything back.
pub fn engine_echo() -> Endpoint {
    Endpoint::new(OPTIONS, MOST, |_| Box::new(Echo::default()))
}

/// Most that waits to go back.
const WAITING: usize = 1_000;

#[derive(Default)]
struct Echo(VecDeque<Bytes>);

impl Voice for Echo {
    fn hear(&mut self, data: Data) -> Result<(), Violation> {
        self.0.push_back(match data {
            Data::Text(text) => text_frame(|out| out.extend_from_slice(&text)),
            Data::Binary(bytes) => frame::encode(Opcode::Binary, &bytes),
        });
        Ok(())
    }

    fn has_room(&self) -> bool {
        self.0.len() < WAITING
    }

    fn poll_run(&mut self, _: &mut Context<'_>) {}

    fn poll_end(&mut self, _: &mut Context<'_>) -> Poll<Parting> {
        Poll::Pending
    }

    fn poll_say(&mut self, _: &mut Context<'_>) -> Poll<Say> {
        self.0.pop_front().map_or(Poll::Pending, |frames| Poll::Ready(Say::Frames(frames)))
    }
}
