//! Wakes the workers of this process as soon as work is committed, so that nobody has to poll fast.

use std::sync::Arc;
use tokio::sync::Notify;

/// Wakes a worker. Clones wake the same one. A wake-up while it is busy is not lost.
#[derive(Clone, Debug, Default)]
pub struct Wake(Arc<Notify>);

impl Wake {
    /// There is work. Call it after the commit.
    pub fn wake(&self) {
        self.0.notify_one();
    }

    pub(crate) async fn woken(&self) {
        self.0.notified().await;
    }
}
