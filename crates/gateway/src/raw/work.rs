//! The commands of one connection that are not answered yet. They begin in the order they came and
//! run side by side, so that one commit can carry many sends.

use bytes::Bytes;
use futures_util::{Stream as _, stream::FuturesUnordered};
use std::{
    pin::Pin,
    task::{Context, Poll},
};

/// Most weight in flight for one connection; beyond it, nothing more is read.
pub const COMMANDS_IN_FLIGHT: u32 = 64;

/// A command under way; ends in its reply.
pub type Task = Pin<Box<dyn Future<Output = Bytes> + Send>>;

type Weighed = Pin<Box<dyn Future<Output = (u32, Bytes)> + Send>>;

/// Commands under way. Takes no memory while there are none.
#[derive(Default)]
pub(crate) struct Work {
    running: Option<FuturesUnordered<Weighed>>,
    weight: u32,
}

impl Work {
    /// Whether another command may begin.
    pub(crate) fn has_room(&self) -> bool {
        self.weight < COMMANDS_IN_FLIGHT
    }

    /// Takes a command on. It begins at the next poll, after those taken on before it.
    pub(crate) fn begin(&mut self, weight: u32, task: Task) {
        self.weight += weight;
        if !self.has_room() {
            metrics::counter!("chinwag_commands_full_total").increment(1);
        }
        let weighed = Box::pin(async move { (weight, task.await) });
        self.running.get_or_insert_default().push(weighed);
    }

    /// Begins what was taken on, and gives the next reply.
    pub(crate) fn poll_reply(&mut self, cx: &mut Context<'_>) -> Option<Bytes> {
        let running = self.running.as_mut()?;
        match Pin::new(running).poll_next(cx) {
            Poll::Ready(Some((weight, reply))) => {
                self.weight -= weight;
                Some(reply)
            }
            Poll::Ready(None) => {
                self.running = None;
                None
            }
            Poll::Pending => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::task::noop_waker_ref;
    use std::sync::{Arc, Mutex};

    #[test]
    fn commands_begin_in_order_and_replies_come_when_ready() {
        let began = Arc::new(Mutex::new(Vec::new()));
        let mut work = Work::default();
        for number in 0..10u8 {
            let began = began.clone();
            work.begin(
                1,
                Box::pin(async move {
                    began.lock().unwrap().push(number);
                    if number % 2 == 0 {
                        std::future::pending::<()>().await;
                    }
                    Bytes::from(vec![number])
                }),
            );
        }
        let mut cx = Context::from_waker(noop_waker_ref());
        let replies: Vec<_> =
            std::iter::from_fn(|| work.poll_reply(&mut cx)).map(|reply| reply[0]).collect();
        assert_eq!(replies, [1, 3, 5, 7, 9]);
        assert_eq!(*began.lock().unwrap(), (0..10).collect::<Vec<_>>());
        assert_eq!(work.weight, 5);
    }

    #[test]
    fn room_runs_out_and_memory_is_given_back() {
        let mut work = Work::default();
        (0..4).for_each(|_| work.begin(16, Box::pin(async { Bytes::new() })));
        assert!(!work.has_room());
        let mut cx = Context::from_waker(noop_waker_ref());
        while work.poll_reply(&mut cx).is_some() {}
        assert!(work.has_room() && work.running.is_none());
    }
}
