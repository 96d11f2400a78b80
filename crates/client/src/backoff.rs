//! How long to wait before the next attempt: exponential, with full jitter, so that thousands of
//! clients that lost one server do not come back in step.

use std::time::Duration;

/// Grows with every failure and starts again after a success.
#[derive(Clone, Debug)]
pub struct Backoff {
    first: Duration,
    longest: Duration,
    failures: u32,
}

impl Default for Backoff {
    /// From 250 ms up to 30 s.
    fn default() -> Self {
        Self::new(Duration::from_millis(250), Duration::from_secs(30))
    }
}

impl Backoff {
    /// Waits up to `first` after the first failure, up to twice that after the second, and so on up to `longest`.
    pub fn new(first: Duration, longest: Duration) -> Self {
        Self { first, longest, failures: 0 }
    }

    /// A success: the next failure is the first again.
    pub fn reset(&mut self) {
        self.failures = 0;
    }

    /// A failure: how long to wait.
    pub fn wait(&mut self) -> Duration {
        self.ceiling().mul_f64(rand::random())
    }

    /// Counts a failure and answers the most one may wait after it.
    fn ceiling(&mut self) -> Duration {
        let doubled = self.first.saturating_mul(1 << self.failures.min(20));
        self.failures = self.failures.saturating_add(1);
        doubled.min(self.longest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn doubles_up_to_the_longest_and_starts_again() {
        let mut backoff = Backoff::new(Duration::from_millis(100), Duration::from_millis(500));
        let ceilings: Vec<_> = (0..5).map(|_| backoff.ceiling().as_millis()).collect();
        assert_eq!(ceilings, [100, 200, 400, 500, 500]);
        backoff.failures = u32::MAX;
        assert_eq!(backoff.ceiling(), Duration::from_millis(500));
        backoff.reset();
        assert!(backoff.wait() <= Duration::from_millis(100));
    }
}
