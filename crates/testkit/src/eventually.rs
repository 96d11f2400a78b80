//! Waiting for a condition, never for a time.

use std::time::Duration;
use tokio::time::{sleep, timeout};

/// How long anything may take before a test fails.
const LONGEST: Duration = Duration::from_secs(20);

/// Waits until the condition holds.
///
/// # Panics
/// Where it does not within 20 seconds; `what` says what was waited for.
pub async fn eventually<F: Future<Output = bool>>(what: &str, mut condition: impl FnMut() -> F) {
    let holds = async {
        while !condition().await {
            sleep(Duration::from_millis(5)).await;
        }
    };
    soon(what, holds).await;
}

/// Waits for something that must come.
///
/// # Panics
/// Where it does not within 20 seconds; `what` says what was waited for.
pub async fn soon<T>(what: &str, coming: impl Future<Output = T>) -> T {
    match timeout(LONGEST, coming).await {
        Ok(came) => came,
        Err(_) => panic!("waited {LONGEST:?} in vain: {what}"),
    }
}
