//! How often, and how long, a transaction that lost against another one is run again.

use crate::error::{Fault, Then};
use std::time::{Duration, Instant};

const TIMES: u32 = 8;
const LIMIT: Duration = Duration::from_secs(3);

pub(crate) struct Patience {
    since: Instant,
    times: u32,
}

impl Patience {
    pub(crate) fn new() -> Self {
        Self { since: Instant::now(), times: 0 }
    }

    /// Whether to run again; waits 1, 2, 4 … ms first, so that the winner can finish.
    pub(crate) async fn again(&mut self, fault: &Fault) -> bool {
        if fault.then != Then::Retry || self.times == TIMES || self.since.elapsed() > LIMIT {
            return false;
        }
        tokio::time::sleep(Duration::from_millis(1 << self.times)).await;
        self.times += 1;
        metrics::counter!("chinwag_sql_retries").increment(1);
        true
    }
}
