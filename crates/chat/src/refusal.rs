//! What every refusal goes through as it leaves, on every surface: it is counted, and the time to come
//! back is spread, so that those who were refused together do not return together.

use crate::random;
use chinwag_wire::{Problem, Retry};

/// Seconds to wait where a refusal names none.
const SOON: u64 = 1;

/// The refusal as it leaves. Where trying again can help it says when: at the earliest at the time that holds,
/// up to a quarter and a second later.
pub fn refuse(problem: Problem) -> Problem {
    metrics::counter!("chinwag_refused_total", "code" => problem.code.name()).increment(1);
    if problem.code.retry() != Retry::Later {
        return problem;
    }
    let base = problem.retry_after.unwrap_or(SOON);
    problem.retry_after(base + random::below(base / 4 + 2))
}

#[cfg(test)]
mod tests {
    use super::*;
    use chinwag_wire::Code;

    #[test]
    fn spreads_what_may_come_back_and_leaves_the_rest() {
        let waits: Vec<_> = (0..200)
            .map(|_| refuse(Problem::from(Code::RateLimited).retry_after(8)).retry_after.unwrap())
            .collect();
        assert!(waits.iter().all(|wait| (8..=11).contains(wait)), "{waits:?}");
        assert!((8..=11).all(|wait| waits.contains(&wait)), "{waits:?}");
        let soon = refuse(Code::TooManyConnections.into()).retry_after.unwrap();
        assert!((1..=2).contains(&soon), "never without a time");
        assert_eq!(refuse(Code::Invalid.into()).retry_after, None);
    }
}
