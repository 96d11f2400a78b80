//! Work of others, kept from taking whoever does it with it: it ends in time, and a panic is a failure.

use futures_util::FutureExt as _;
use std::{panic::AssertUnwindSafe, time::Duration};
use tokio::time::timeout;

/// What came of the work, or why nothing did.
pub(crate) async fn guarded<T>(
    work: impl Future<Output = T>,
    longest: Duration,
) -> Result<T, String> {
    match timeout(longest, AssertUnwindSafe(work).catch_unwind()).await {
        Ok(Ok(done)) => Ok(done),
        Ok(Err(_)) => Err("it panicked; the log says where".to_owned()),
        Err(_) => Err(format!("not done after {longest:?}")),
    }
}
