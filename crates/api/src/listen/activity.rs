//! What a connection is doing, and until when it may: waiting for a request, reading its head, or
//! busy with answers.

use super::ListenOptions;
use parking_lot::Mutex;
use std::sync::Arc;
use tokio::time::Instant;

/// What a connection is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Doing {
    /// Nothing has been asked since this instant.
    Resting(Instant),
    /// A request began to arrive at this instant.
    Reading(Instant),
    /// So many answers are under way.
    Answering(usize),
}

/// Shared by the connection's socket, its requests and its task.
#[derive(Clone)]
pub(super) struct Activity(Arc<Mutex<Doing>>);

impl Activity {
    /// A new connection is expected to speak at once.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Doing::Reading(Instant::now()))))
    }

    /// Bytes came in.
    pub(super) fn heard(&self) {
        let mut doing = self.0.lock();
        if matches!(*doing, Doing::Resting(_)) {
            *doing = Doing::Reading(Instant::now());
        }
    }

    /// A request is complete enough to be answered. Its answer ends when the guard is dropped.
    pub(super) fn begin(&self) -> Answering {
        let mut doing = self.0.lock();
        *doing = match *doing {
            Doing::Answering(others) => Doing::Answering(others + 1),
            Doing::Resting(_) | Doing::Reading(_) => Doing::Answering(1),
        };
        Answering(self.clone())
    }

    /// When this has gone on for too long; never while answering.
    pub(super) fn deadline(&self, options: &ListenOptions) -> Option<Instant> {
        match *self.0.lock() {
            Doing::Resting(since) => Some(since + options.idle_timeout),
            Doing::Reading(since) => Some(since + options.header_timeout),
            Doing::Answering(_) => None,
        }
    }
}

/// One answer under way.
pub(super) struct Answering(Activity);

impl Drop for Answering {
    fn drop(&mut self) {
        let mut doing = self.0.0.lock();
        *doing = match *doing {
            Doing::Answering(answers) if answers > 1 => Doing::Answering(answers - 1),
            _ => Doing::Resting(Instant::now()),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn has_a_deadline_unless_it_answers() {
        let (options, activity) = (ListenOptions::default(), Activity::new());
        let head = activity.deadline(&options).unwrap();
        let (one, two) = (activity.begin(), activity.begin());
        drop(one);
        activity.heard();
        assert_eq!(activity.deadline(&options), None);
        drop(two);
        assert!(activity.deadline(&options).unwrap() > head, "resting may last longer than a head");
        activity.heard();
        assert!(activity.deadline(&options).unwrap() < Instant::now() + options.idle_timeout);
    }
}
