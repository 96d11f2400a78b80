//! Socket.IO over a session: who asks to enter, who is in, what they say and what they hear.

use super::{
    Adapter, Entering, Entry, Opening, Parting, Said, Say, Socket, Voice, connection::text_frame,
};
use crate::{
    pace::{Admit, Pace},
    raw::Work,
};
use bytes::Bytes;
use chinwag_chat::unguessable;
use chinwag_socketio::{Admission, Decoder, Limits, Namespace, Packet, Violation, engine::Data};
use std::{
    collections::VecDeque,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

/// Above this many bytes of answers that have not left, nothing more is heard.
const ENOUGH: usize = 64 * 1024;

/// The Socket.IO side of one session.
pub struct Sockets {
    adapter: Arc<dyn Adapter>,
    opening: Arc<Opening>,
    decoder: Decoder,
    admission: Admission<Box<dyn Socket>>,
    entering: Option<(Namespace, Entering)>,
    /// Until when somebody must be in: a session for nothing is not kept.
    enter_by: Option<Instant>,
    patience: Duration,
    pace: Option<Pace>,
    work: Work,
    answers: VecDeque<Bytes>,
    answer_bytes: usize,
    parting: Option<Parting>,
}

impl Sockets {
    /// Nobody is in yet; somebody must be after so long, or the session ends.
    pub fn new(
        adapter: Arc<dyn Adapter>,
        opening: Arc<Opening>,
        limits: Limits,
        patience: Duration,
    ) -> Self {
        Self {
            adapter,
            opening,
            decoder: Decoder::new(limits),
            admission: Admission::default(),
            entering: None,
            enter_by: Some(Instant::now() + patience),
            patience,
            pace: None,
            work: Work::default(),
            answers: VecDeque::new(),
            answer_bytes: 0,
            parting: None,
        }
    }

    /// The same, with events heard at this pace alone.
    pub fn paced(self, pace: Pace) -> Self {
        Self { pace: Some(pace), ..self }
    }

    fn packet(&mut self, packet: Packet) -> Result<(), Violation> {
        self.admission.check(&packet)?;
        match packet {
            Packet::Connect { namespace, data } => self.ask(namespace, data),
            Packet::Disconnect { namespace } => self.leave(&namespace),
            Packet::Event(event) => {
                match self.pace.as_mut().map_or(Admit::Take, Pace::admit) {
                    Admit::Take => {}
                    Admit::Drop => return Ok(()),
                    Admit::Close => {
                        self.parting.get_or_insert_with(Parting::silent);
                        return Ok(());
                    }
                }
                let Some(socket) = self.admission.get_mut(&event.namespace) else { return Ok(()) };
                match socket.hear(event) {
                    Ok((weight, task)) => self.work.begin(weight, task),
                    Err(parting) => self.parting = Some(parting),
                }
            }
            // Nothing of ours asks for an answer.
            Packet::Ack { .. } | Packet::ConnectError { .. } => {}
        }
        Ok(())
    }

    fn ask(&mut self, namespace: Namespace, auth: Bytes) {
        let opening = self.opening.clone();
        let entry = Entry { namespace: namespace.clone(), auth, opening };
        self.entering = Some((namespace, self.adapter.enter(entry)));
    }

    fn leave(&mut self, namespace: &Namespace) {
        drop(self.admission.leave(namespace));
        if self.admission.is_empty() {
            self.enter_by.get_or_insert_with(|| Instant::now() + self.patience);
        }
    }

    fn answer(&mut self, frames: Bytes) {
        if !frames.is_empty() {
            self.answer_bytes += frames.len();
            self.answers.push_back(frames);
        }
    }

    fn let_in(&mut self, namespace: Namespace, outcome: Result<Box<dyn Socket>, Bytes>) {
        match outcome {
            Ok(socket) => {
                // Never the session's own id: whoever knows that can poll it.
                let data = format!("{{\"sid\":\"{}\"}}", unguessable()).into();
                let accepted = Packet::Connect { namespace: namespace.clone(), data };
                self.answer(text_frame(|out| accepted.write(out)));
                self.admission.enter(namespace, socket);
                self.enter_by = None;
            }
            Err(data) => {
                let refused = Packet::ConnectError { namespace, data };
                self.answer(text_frame(|out| refused.write(out)));
            }
        }
    }

    /// Last words in their order: an end for good is told to every socket that is in.
    fn part(&mut self, parting: Parting) -> Parting {
        let mut words = parting.words.to_vec();
        if parting.for_good {
            for (namespace, _) in self.admission.iter_mut() {
                let packet = Packet::Disconnect { namespace: namespace.clone() };
                words.extend_from_slice(&text_frame(|out| packet.write(out)));
            }
        }
        Parting { words: words.into(), ..parting }
    }
}

impl Voice for Sockets {
    fn hear(&mut self, data: Data) -> Result<(), Violation> {
        if self.parting.is_some() {
            return Ok(());
        }
        let whole = match data {
            Data::Text(text) => self.decoder.text(&text)?,
            Data::Binary(bytes) => self.decoder.binary(bytes)?,
        };
        whole.map_or(Ok(()), |packet| self.packet(packet))
    }

    /// Always, once the end is near, when nothing is listened to any more: a client that changes to a WebSocket
    /// polls no more and waits for the answer to its last POST, so the end would never be told.
    fn has_room(&self) -> bool {
        let waits = self.entering.is_some() || self.answer_bytes >= ENOUGH;
        self.parting.is_some() || (!waits && self.work.has_room())
    }

    fn poll_run(&mut self, cx: &mut Context<'_>) {
        if let Some((_, entering)) = &mut self.entering
            && let Poll::Ready(outcome) = entering.as_mut().poll(cx)
            && let Some((namespace, _)) = self.entering.take()
        {
            self.let_in(namespace, outcome);
        }
        while let Some(frames) = self.work.poll_reply(cx) {
            self.answer(frames);
        }
        let waits = self.entering.is_none();
        if self.enter_by.take_if(|by| waits && *by <= Instant::now()).is_some() {
            self.parting.get_or_insert_with(Parting::silent);
        }
    }

    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Parting> {
        if let Some(parting) = self.parting.take_if(|parting| !parting.flush) {
            return Poll::Ready(self.part(parting));
        }
        let mut sockets = self.admission.iter_mut();
        let over = sockets.find_map(|(_, socket)| match socket.poll_end(cx) {
            Poll::Ready(parting) => Some(parting),
            Poll::Pending => None,
        });
        drop(sockets);
        over.map_or(Poll::Pending, |parting| Poll::Ready(self.part(parting)))
    }

    fn poll_say(&mut self, cx: &mut Context<'_>) -> Poll<Say> {
        if let Some(frames) = self.answers.pop_front() {
            self.answer_bytes -= frames.len();
            return Poll::Ready(Say::Frames(frames));
        }
        self.answers = VecDeque::new();
        if let Some(parting) = self.parting.take() {
            return Poll::Ready(Say::End(self.part(parting)));
        }
        let mut sockets = self.admission.iter_mut();
        let said = sockets.find_map(|(_, socket)| match socket.poll_say(cx) {
            Poll::Ready(said) => Some(said),
            Poll::Pending => None,
        });
        drop(sockets);
        match said {
            Some(Said::Frames(frames)) => Poll::Ready(Say::Frames(frames)),
            Some(Said::End(parting)) => Poll::Ready(Say::End(self.part(parting))),
            None => Poll::Pending,
        }
    }

    fn beat(&mut self) {
        let mut beats = Vec::new();
        for (_, socket) in self.admission.iter_mut() {
            match socket.beat() {
                Ok(frames) => beats.push(frames),
                Err(parting) => self.parting = Some(parting),
            }
        }
        beats.into_iter().for_each(|frames| self.answer(frames));
    }

    fn answered(&mut self) {
        self.admission.iter_mut().for_each(|(_, socket)| socket.answered());
    }

    fn deadline(&self) -> Option<Instant> {
        self.enter_by.filter(|_| self.entering.is_none())
    }
}
