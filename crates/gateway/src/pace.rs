//! How often one connection may say something: beyond it, what it says is dropped, and where that goes
//! on and on, the connection is closed.

use crate::Gateway;
use std::time::{Duration, Instant};

/// Events a second, in the long run.
const EVERY_SECOND: f64 = 50.0;
/// Events at once.
const BURST: f64 = 100.0;
/// How long a connection may go on beyond it.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long without anything dropped, it has slowed down.
const CALM: Duration = Duration::from_secs(1);

/// What becomes of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admit {
    /// It is heard.
    Take,
    /// It is dropped.
    Drop,
    /// It is dropped, and the connection with it.
    Close,
}

/// The pace of one connection, usually 50 events a second, 100 at once; ten seconds beyond that end it.
#[derive(Clone, Debug)]
pub struct Pace {
    every_second: f64,
    burst: f64,
    /// How many times as often as usual; never, where absent.
    factor: Option<f64>,
    left: f64,
    at: Option<Instant>,
    /// Since when there has been no calm, and when something was dropped last.
    over: Option<(Instant, Instant)>,
}

impl Pace {
    /// The pace of a connection that has said nothing yet, so many times the usual; without a factor nothing is
    /// too fast.
    pub fn new(factor: Option<f64>) -> Self {
        Self::of(EVERY_SECOND, BURST, factor)
    }

    /// So many a second, and so many at once.
    fn of(every_second: f64, burst: f64, factor: Option<f64>) -> Self {
        let left = burst * factor.unwrap_or(1.0);
        Self { every_second, burst, factor, left, at: None, over: None }
    }

    /// An event comes.
    pub fn admit(&mut self, now: Instant) -> Admit {
        let Some(factor) = self.factor else { return Admit::Take };
        let passed = self.at.replace(now).map_or(Duration::ZERO, |at| now.duration_since(at));
        let regained = passed.as_secs_f64() * self.every_second * factor;
        self.left = (self.left + regained).min((self.burst * factor).max(1.0));
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Admit::Take;
        }
        let since = match self.over {
            Some((since, last)) if now.duration_since(last) < CALM => since,
            _ => now,
        };
        self.over = Some((since, now));
        if now.duration_since(since) < PATIENCE { Admit::Drop } else { Admit::Close }
    }
}

impl Gateway {
    /// The pace of a new connection, scaled like all limits.
    pub fn pace(&self) -> Pace {
        self.pace_of(EVERY_SECOND, BURST)
    }

    /// Another one, of something that is not counted with the rest: so many a second, and so many at once.
    pub fn pace_of(&self, every_second: f64, burst: f64) -> Pace {
        let options = self.chat().limit_options();
        Pace::of(every_second, burst, options.enabled.then_some(options.factor))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of so many events a second, one after the other, for so many seconds.
    fn run(pace: &mut Pace, start: Instant, a_second: u32, seconds: u32) -> Vec<Admit> {
        let gap = Duration::from_secs(1) / a_second;
        (0..a_second * seconds).map(|n| pace.admit(start + gap * n)).collect()
    }

    fn count(all: &[Admit], what: Admit) -> usize {
        all.iter().filter(|admit| **admit == what).count()
    }

    #[test]
    fn takes_a_burst_and_then_drops() {
        let (mut pace, now) = (Pace::new(Some(1.0)), Instant::now());
        let all: Vec<_> = (0..150).map(|_| pace.admit(now)).collect();
        assert_eq!((count(&all, Admit::Take), count(&all, Admit::Drop)), (100, 50));
        assert_eq!(
            count(&run(&mut pace, now + Duration::from_secs(3), 49, 60), Admit::Take),
            49 * 60
        );
    }

    #[test]
    fn closes_who_does_not_slow_down() {
        let now = Instant::now();
        let steady = run(&mut Pace::new(Some(1.0)), now, 80, 30);
        let first = steady.iter().position(|admit| *admit == Admit::Close).unwrap();
        let dropped = steady.iter().position(|admit| *admit == Admit::Drop).unwrap();
        let between = (first - dropped) / 80;
        assert_eq!(between, 10, "seconds after the first that was dropped");
        let mut pace = Pace::new(Some(1.0));
        for burst in 0..20 {
            let all = run(&mut pace, now + Duration::from_secs(8 * burst), 200, 3);
            assert_eq!(count(&all, Admit::Close), 0, "calm between");
        }
        assert_eq!(count(&run(&mut Pace::new(None), now, 1_000, 30), Admit::Take), 30_000);
    }
}
