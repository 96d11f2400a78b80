//! Where HTTP requests come in to a polled session: they knock, its task opens.

use super::{Answer, Opening};
use crate::line::Line;
use bytes::Bytes;
use chinwag_socketio::engine::Refusal;
use parking_lot::Mutex;
use std::{
    collections::VecDeque,
    sync::Arc,
    task::{Context, Poll, Waker},
};
use tokio::sync::oneshot;

/// Most requests that wait for the task; beyond it they are refused.
const MOST: usize = 8;

/// Who waits for an answer.
pub(super) type Caller = oneshot::Sender<Answer>;

/// A request at the door.
pub(super) enum Knock {
    /// Wants packets.
    Poll(Caller),
    /// Brings packets.
    Post(Bytes, Caller),
    /// A WebSocket wants to take over.
    Line(Line),
}

/// The door of one session.
pub(super) struct Door {
    /// The request that opened the session.
    pub(super) opening: Arc<Opening>,
    inside: Mutex<Inside>,
}

#[derive(Default)]
struct Inside {
    knocks: VecDeque<Knock>,
    waker: Option<Waker>,
    closed: bool,
}

impl Door {
    /// The door of a session that this request opens.
    pub(super) fn new(opening: Arc<Opening>) -> Self {
        Self { opening, inside: Mutex::default() }
    }

    /// Hands a request in. It is dropped where the door is closed.
    pub(super) fn knock(&self, knock: Knock) {
        let mut inside = self.inside.lock();
        if inside.closed || inside.knocks.len() >= MOST {
            return;
        }
        inside.knocks.push_back(knock);
        let waker = inside.waker.take();
        drop(inside);
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// The next request.
    pub(super) fn poll_knock(&self, cx: &mut Context<'_>) -> Poll<Knock> {
        let mut inside = self.inside.lock();
        if let Some(knock) = inside.knocks.pop_front() {
            return Poll::Ready(knock);
        }
        if !inside.waker.as_ref().is_some_and(|waker| waker.will_wake(cx.waker())) {
            inside.waker = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    /// Lets nobody in any more; whoever waits is told so.
    pub(super) fn close(&self) {
        let mut inside = self.inside.lock();
        inside.closed = true;
        let knocks = std::mem::take(&mut inside.knocks);
        drop(inside);
        knocks.into_iter().for_each(Knock::refuse);
    }
}

impl Knock {
    /// Turns it away: there is no such session any more.
    pub(super) fn refuse(self) {
        if let Self::Poll(caller) | Self::Post(_, caller) = self {
            let _ = caller.send(Err(Refusal::SidUnknown));
        }
    }
}
