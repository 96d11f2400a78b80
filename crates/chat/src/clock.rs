//! The clock everything here is told the time by, so that tests can move it.

use chinwag_wire::Time;
use std::{
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Tells the time. Clones share what tests add to it.
#[derive(Clone, Debug, Default)]
pub struct Clock {
    added: Arc<AtomicI64>,
    last_instant: Arc<AtomicI64>,
}

impl Clock {
    /// The clock of this machine.
    pub fn system() -> Self {
        Self::default()
    }

    /// The time.
    pub fn now(&self) -> Time {
        #[expect(clippy::disallowed_methods, reason = "the one place that reads the system clock")]
        let elapsed = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let nanoseconds = i64::try_from(elapsed.as_nanos()).unwrap_or(i64::MAX);
        Time(nanoseconds.saturating_add(self.added.load(Relaxed)))
    }

    /// Moves the time forward for everyone who holds this clock.
    pub fn advance(&self, by: Duration) {
        self.added.fetch_add(i64::try_from(by.as_nanos()).unwrap_or(i64::MAX), Relaxed);
    }

    /// An instant for a message: a multiple of 256 ns, never given twice by this process and strictly
    /// increasing, whatever the system clock does. (A multiple of 256 is exact in a JavaScript number.)
    pub fn message_instant(&self) -> Time {
        let now = self.now().0 & !0xff;
        let before =
            self.last_instant.fetch_update(Relaxed, Relaxed, |last| Some(now.max(last + 256)));
        Time(now.max(before.unwrap_or_default() + 256))
    }
}
