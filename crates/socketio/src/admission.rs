//! Which namespaces a peer is in. It must ask first, one at a time, and may say nothing anywhere else.

use crate::{Namespace, Packet, Violation};

/// Most namespaces of one session.
const MOST: usize = 16;

/// The namespaces of one session, with what the owner keeps for each.
#[derive(Debug)]
pub struct Admission<T> {
    inside: Vec<(Namespace, T)>,
}

impl<T> Default for Admission<T> {
    fn default() -> Self {
        Self { inside: Vec::new() }
    }
}

impl<T> Admission<T> {
    /// Whether a packet of the peer may be heard: a request to enter where it is not yet, anything else
    /// where it is.
    ///
    /// # Errors
    /// `NotConnected` for a packet out of place, `Kind` for one that only a server sends.
    pub fn check(&self, packet: &Packet) -> Result<(), Violation> {
        match packet {
            Packet::Connect { namespace, .. } => {
                let again = self.contains(namespace) || self.inside.len() >= MOST;
                if again { Err(Violation::NotConnected) } else { Ok(()) }
            }
            Packet::ConnectError { .. } => Err(Violation::Kind),
            // One that crossed our own on its way.
            Packet::Disconnect { .. } => Ok(()),
            Packet::Event(event) => self.must_contain(&event.namespace),
            Packet::Ack { namespace, .. } => self.must_contain(namespace),
        }
    }

    fn must_contain(&self, namespace: &Namespace) -> Result<(), Violation> {
        if self.contains(namespace) { Ok(()) } else { Err(Violation::NotConnected) }
    }

    fn contains(&self, namespace: &Namespace) -> bool {
        self.inside.iter().any(|(inside, _)| inside == namespace)
    }

    /// The peer was let in.
    pub fn enter(&mut self, namespace: Namespace, kept: T) {
        self.inside.push((namespace, kept));
    }

    /// The peer left. What was kept for it, if it was in.
    pub fn leave(&mut self, namespace: &Namespace) -> Option<T> {
        let place = self.inside.iter().position(|(inside, _)| inside == namespace)?;
        Some(self.inside.swap_remove(place).1)
    }

    /// What is kept for a namespace.
    pub fn get_mut(&mut self, namespace: &Namespace) -> Option<&mut T> {
        self.inside.iter_mut().find(|(inside, _)| inside == namespace).map(|(_, kept)| kept)
    }

    /// Everything that is kept.
    pub fn iter_mut(&mut self) -> impl Iterator<Item = (&Namespace, &mut T)> {
        self.inside.iter_mut().map(|(inside, kept)| (&*inside, kept))
    }

    /// Whether the peer is nowhere.
    pub fn is_empty(&self) -> bool {
        self.inside.is_empty()
    }
}
