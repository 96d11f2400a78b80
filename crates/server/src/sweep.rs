//! The sweep of files that nobody has, soon after the start and then every hour of the clock. In a task of its own:
//! over a large bucket it takes a while.

use chinwag_chat::Chat;
use chinwag_wire::Time;
use std::time::Duration;
use tokio::task::JoinHandle;

/// How often.
const EVERY: Duration = Duration::from_secs(60 * 60);

/// When the next sweep is due, and the one that goes on; it ends when this is dropped.
#[derive(Default)]
pub struct Sweep {
    due: Time,
    task: Option<JoinHandle<()>>,
}

impl Sweep {
    /// Begins a sweep, if one is due and none goes on.
    pub fn look(&mut self, chat: &Chat) {
        let now = chat.clock().now();
        if now < self.due || self.task.as_ref().is_some_and(|task| !task.is_finished()) {
            return;
        }
        self.due = now.after(EVERY);
        let chat = chat.clone();
        self.task = Some(tokio::spawn(async move {
            match chat.sweep_files().await {
                Ok(0) => {}
                Ok(swept) => tracing::info!(swept, "blobs without a file were deleted"),
                Err(problem) => tracing::warn!(%problem, "files could not be swept; next time"),
            }
        }));
    }
}

impl Drop for Sweep {
    fn drop(&mut self) {
        self.task.take().inspect(JoinHandle::abort);
    }
}
