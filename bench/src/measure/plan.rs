//! How much and how long to measure.

use super::fixture::Size;
use std::time::Duration;

/// The scale of a run.
#[derive(Clone, Copy, Debug)]
pub struct Plan {
    /// Accounts, and the connections of W1, W3 and W5.
    pub size: Size,
    /// Pairs that talk in W1.
    pub talking: usize,
    /// Before measuring; the reference compiles itself meanwhile.
    pub warm_up: Duration,
    /// Measured.
    pub length: Duration,
    /// Messages stored in W4.
    pub history: usize,
}

impl Plan {
    /// The full form.
    pub fn full(history: usize) -> Self {
        Self {
            size: Size { accounts: 10_000, hall: 1_000 },
            talking: 1_000,
            warm_up: Duration::from_secs(3),
            length: Duration::from_secs(4),
            history,
        }
    }

    /// The form for every change: a tenth of it.
    pub fn quick() -> Self {
        Self {
            size: Size { accounts: 2_000, hall: 1_000 },
            talking: 500,
            warm_up: Duration::from_millis(1500),
            length: Duration::from_secs(3),
            history: 200_000,
        }
    }
}
