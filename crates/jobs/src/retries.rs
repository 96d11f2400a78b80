//! How often work is tried, and how long it rests in between.

use std::time::Duration;

/// What becomes of work that fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Retries {
    /// How often it is tried.
    pub attempts: u32,
    /// From the first failure to the next attempt. Each pause after that is twice as long as the one before.
    pub first_pause: Duration,
}

impl Default for Retries {
    fn default() -> Self {
        Self { attempts: 3, first_pause: Duration::from_secs(5 * 60) }
    }
}

impl Retries {
    /// From the failure of this attempt, of which the first is 1, to the next.
    pub(crate) fn pause(self, attempt: u32) -> Duration {
        let twice = 1_u32.checked_shl(attempt.saturating_sub(1)).unwrap_or(u32::MAX);
        self.first_pause.saturating_mul(twice)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_pause_is_twice_the_one_before() {
        let minutes = |attempt| Retries::default().pause(attempt).as_secs() / 60;
        assert_eq!([1, 2, 3].map(minutes), [5, 10, 20]);
        assert!(minutes(1_000) > minutes(30), "and none overflows");
    }
}
