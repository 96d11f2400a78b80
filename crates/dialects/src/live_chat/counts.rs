//! How many are there, as one socket is told: soon after it changed, and what changes meanwhile at once.

use super::{credentials::SURFACE, frames::user_count};
use crate::desk::Desk;
use bytes::Bytes;
use chinwag_gateway::Attendance;
use std::{
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};

/// How long changes are gathered.
const GATHERED: Duration = Duration::from_millis(100);

/// Waits until something has changed, and a moment more.
type Changing = Pin<Box<dyn Future<Output = Attendance> + Send>>;

/// The counts, for one socket.
pub(super) struct Counts {
    now: Attendance,
    changing: Changing,
}

impl Counts {
    /// From now on.
    pub(super) fn of(desk: &Desk) -> Self {
        let now = desk.gateway.attendance(SURFACE);
        Self { changing: changing(now.clone()), now }
    }

    /// The frame that says them.
    pub(super) fn now(&self) -> Bytes {
        user_count(self.now.count())
    }

    /// The frame that says them once they have changed.
    pub(super) fn poll_changed(&mut self, cx: &mut Context<'_>) -> Poll<Bytes> {
        let mut seen = std::task::ready!(self.changing.as_mut().poll(cx));
        let frame = user_count(seen.latest());
        self.changing = changing(seen);
        Poll::Ready(frame)
    }
}

fn changing(mut attendance: Attendance) -> Changing {
    Box::pin(async move {
        attendance.changed().await;
        tokio::time::sleep(GATHERED).await;
        attendance
    })
}
