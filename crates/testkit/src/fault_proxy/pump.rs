//! One direction of a connection through the proxy.

use super::Faults;
use std::sync::atomic::Ordering::Relaxed;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::tcp::{OwnedReadHalf, OwnedWriteHalf},
    sync::watch,
};

/// Carries bytes until an end closes or the budget is spent; only what comes from the server has a budget,
/// and can be stalled.
pub(super) async fn carry(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut faults: watch::Receiver<Faults>,
    budget: Option<u64>,
) {
    let mut left = budget.unwrap_or(u64::MAX);
    let mut buffer = vec![0; 16 * 1024];
    loop {
        if budget.is_some() && !flows(&mut faults).await {
            return;
        }
        let Ok(read @ 1..) = from.read(&mut buffer).await else { return };
        // It may have been read because it was being waited for when all was still well.
        if budget.is_some() && !flows(&mut faults).await {
            return;
        }
        let delay = {
            let faults = faults.borrow();
            if faults.silent {
                faults.swallowed.fetch_add(read, Relaxed);
                continue;
            }
            faults.delay
        };
        if !delay.is_zero() {
            tokio::time::sleep(delay).await;
        }
        let passed = left.min(read as u64);
        left -= passed;
        if to.write_all(&buffer[..passed as usize]).await.is_err() || left == 0 {
            return;
        }
    }
}

/// Waits while nothing is to pass. False if the proxy has gone.
async fn flows(faults: &mut watch::Receiver<Faults>) -> bool {
    faults.wait_for(|faults| !faults.stalled).await.is_ok()
}
