//! How often one connection may say something: beyond it, what it says is dropped, and where that goes
//! on and on, the connection is closed.

use crate::Gateway;
use chinwag_chat::Clock;
use chinwag_wire::Time;
use std::time::Duration;

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
    clock: Clock,
    measure: Measure,
}

impl Pace {
    /// An event comes.
    pub fn admit(&mut self) -> Admit {
        self.measure.admit(self.clock.now())
    }
}

/// How much is left of a pace.
#[derive(Clone, Debug)]
struct Measure {
    every_second: f64,
    burst: f64,
    /// How many times as often as usual; never too often, where absent.
    factor: Option<f64>,
    left: f64,
    at: Option<Time>,
    /// Since when there has been no calm, and when something was dropped last.
    over: Option<(Time, Time)>,
}

impl Measure {
    /// So many a second, and so many at once.
    fn of(every_second: f64, burst: f64, factor: Option<f64>) -> Self {
        let left = burst * factor.unwrap_or(1.0);
        Self { every_second, burst, factor, left, at: None, over: None }
    }

    fn admit(&mut self, now: Time) -> Admit {
        let Some(factor) = self.factor else { return Admit::Take };
        let passed = self.at.replace(now).map_or(Duration::ZERO, |at| now.since(at));
        let regained = passed.as_secs_f64() * self.every_second * factor;
        self.left = (self.left + regained).min((self.burst * factor).max(1.0));
        if self.left >= 1.0 {
            self.left -= 1.0;
            return Admit::Take;
        }
        let since = match self.over {
            Some((since, last)) if now.since(last) < CALM => since,
            _ => now,
        };
        self.over = Some((since, now));
        if now.since(since) < PATIENCE { Admit::Drop } else { Admit::Close }
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
        let factor = options.enabled.then_some(options.factor);
        let clock = self.chat().clock().clone();
        Pace { clock, measure: Measure::of(every_second, burst, factor) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usual(factor: Option<f64>) -> Measure {
        Measure::of(EVERY_SECOND, BURST, factor)
    }

    /// What becomes of so many events a second, one after the other, for so many seconds.
    fn run(measure: &mut Measure, start: Time, a_second: u32, seconds: u32) -> Vec<Admit> {
        let gap = Duration::from_secs(1) / a_second;
        (0..a_second * seconds).map(|n| measure.admit(start.after(gap * n))).collect()
    }

    fn count(all: &[Admit], what: Admit) -> usize {
        all.iter().filter(|admit| **admit == what).count()
    }

    #[test]
    fn takes_a_burst_and_then_drops() {
        let (mut measure, now) = (usual(Some(1.0)), Time(0));
        let all: Vec<_> = (0..150).map(|_| measure.admit(now)).collect();
        assert_eq!((count(&all, Admit::Take), count(&all, Admit::Drop)), (100, 50));
        let later = now.after(Duration::from_secs(3));
        assert_eq!(count(&run(&mut measure, later, 49, 60), Admit::Take), 49 * 60);
    }

    #[test]
    fn closes_who_does_not_slow_down() {
        let now = Time(0);
        let steady = run(&mut usual(Some(1.0)), now, 80, 30);
        let first = steady.iter().position(|admit| *admit == Admit::Close).unwrap();
        let dropped = steady.iter().position(|admit| *admit == Admit::Drop).unwrap();
        let between = (first - dropped) / 80;
        assert_eq!(between, 10, "seconds after the first that was dropped");
        let mut measure = usual(Some(1.0));
        for burst in 0..20 {
            let all = run(&mut measure, now.after(Duration::from_secs(8 * burst)), 200, 3);
            assert_eq!(count(&all, Admit::Close), 0, "calm between");
        }
        assert_eq!(count(&run(&mut usual(None), now, 1_000, 30), Admit::Take), 30_000);
    }
}
