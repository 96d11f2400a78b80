//! How long work waits, and who is turned away when that is too long. What is cheap and keeps those who are
//! here going is always taken; what could come later as well goes first.

use chinwag_wire::{Code, Problem};
use std::{
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

/// What somebody wants, from what goes last to what goes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// A message.
    Send,
    /// A page of messages or conversations.
    Browse,
    /// A sign-in.
    SignIn,
    /// A new account.
    Register,
}

impl Class {
    const ALL: [Self; 4] = [Self::Send, Self::Browse, Self::SignIn, Self::Register];

    /// Its name in metrics.
    fn name(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Browse => "browse",
            Self::SignIn => "sign_in",
            Self::Register => "register",
        }
    }

    /// How long work may wait before this is turned away.
    fn patience(self) -> Duration {
        Duration::from_millis(match self {
            Self::Send => 2_000,
            Self::Browse => 1_500,
            Self::SignIn => 500,
            Self::Register => 300,
        })
    }
}

/// Signals may be lost: they are left out before anybody is turned away.
const SIGNALS: Duration = Duration::from_millis(250);
/// How often the wait is measured.
const TICK: Duration = Duration::from_millis(100);

/// The wait as it is now: of work before the database, and of tasks before a processor.
#[derive(Debug, Default)]
pub struct Pressure {
    /// Work begun and not finished.
    under_way: AtomicU64,
    /// Work finished since the last tick, and microseconds it took together.
    finished: AtomicU64,
    took: AtomicU64,
    /// The wait, in microseconds.
    wait: AtomicU64,
}

/// Work under way; finished when dropped.
struct UnderWay<'a> {
    pressure: &'a Pressure,
    began: Instant,
    turned_away: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.pressure.under_way.fetch_sub(1, Relaxed);
        if self.turned_away {
            return;
        }
        self.pressure.finished.fetch_add(1, Relaxed);
        self.pressure.took.fetch_add(microseconds(self.began.elapsed()), Relaxed);
    }
}

impl Pressure {
    /// Does a piece of work and counts how long that took. Work for which there was no room says nothing about
    /// the wait of the others.
    pub(crate) async fn weigh<T>(
        &self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let mut under_way = self.begin();
        let outcome = work.await;
        under_way.turned_away =
            outcome.as_ref().is_err_and(|problem| problem.code == Code::Overloaded);
        outcome
    }

    fn begin(&self) -> UnderWay<'_> {
        self.under_way.fetch_add(1, Relaxed);
        UnderWay { pressure: self, began: Instant::now(), turned_away: false }
    }

    /// How long work waits now.
    pub fn wait(&self) -> Duration {
        Duration::from_micros(self.wait.load(Relaxed))
    }

    /// Whether signals shall be left out.
    pub fn drops_signals(&self) -> bool {
        let drops = self.wait() > SIGNALS;
        if drops {
            metrics::counter!("chinwag_shed_total", "class" => "signal").increment(1);
        }
        drops
    }

    /// Lets it in, if its patience is longer than the wait.
    ///
    /// # Errors
    /// `overloaded`, with a time to come back.
    pub(crate) fn admit(&self, class: Class) -> Result<(), Problem> {
        let wait = self.wait();
        if wait <= class.patience() {
            return Ok(());
        }
        metrics::counter!("chinwag_shed_total", "class" => class.name()).increment(1);
        Err(Problem::from(Code::Overloaded).retry_after(wait.as_secs() + 1))
    }

    /// Measures the wait for as long as it is polled: one task of the server does.
    #[crate::boxed]
    pub async fn watch(&self) {
        loop {
            let began = Instant::now();
            tokio::time::sleep(TICK).await;
            self.measure(began.elapsed().saturating_sub(TICK));
        }
    }

    /// Takes in what happened since the last tick, which itself came so late.
    fn measure(&self, late: Duration) {
        let (finished, took) = (self.finished.swap(0, Relaxed), self.took.swap(0, Relaxed));
        let before = self.wait.load(Relaxed);
        let work = match took.checked_div(finished) {
            Some(mean) => mean,
            // Nothing was finished: whoever waits has waited for one tick more.
            None if self.under_way.load(Relaxed) > 0 => before + microseconds(TICK),
            None => 0,
        };
        // Half of the last measure stays in, so that one slow moment is not taken for overload.
        let wait = (work + microseconds(late)).midpoint(before);
        self.wait.store(wait, Relaxed);
        metrics::gauge!("chinwag_wait_seconds").set(Duration::from_micros(wait).as_secs_f64());
    }
}

fn microseconds(time: Duration) -> u64 {
    u64::try_from(time.as_micros()).unwrap_or(u64::MAX)
}

/// The longest wait at which each kind of work is still taken, for documentation: its name, and milliseconds.
pub fn patience() -> impl Iterator<Item = (&'static str, u128)> {
    let signals = [("signal", SIGNALS.as_millis())];
    signals.into_iter().chain(Class::ALL.map(|class| (class.name(), class.patience().as_millis())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;

    fn at(wait: Duration) -> Pressure {
        Pressure { wait: AtomicU64::new(microseconds(wait)), ..Pressure::default() }
    }

    #[test]
    fn what_could_come_later_is_turned_away_first() {
        assert!(Class::ALL.is_sorted_by_key(|class| std::cmp::Reverse(class.patience())));
        let admitted = |wait: u64| {
            let pressure = at(Duration::from_millis(wait));
            Class::ALL.into_iter().filter(|class| pressure.admit(*class).is_ok()).count()
        };
        assert_eq!([0, 300, 301, 501, 1_501, 2_001].map(admitted), [4, 4, 3, 2, 1, 0]);
        assert!(at(Duration::from_millis(300)).drops_signals() && !at(SIGNALS).drops_signals());
        let refused = at(Duration::from_secs(3)).admit(Class::Send).unwrap_err();
        assert_eq!((refused.code, refused.retry_after), (Code::Overloaded, Some(4)));
    }

    #[test]
    fn the_wait_follows_the_work_and_comes_back_down() {
        let pressure = Pressure::default();
        pressure.measure(Duration::ZERO);
        assert_eq!(pressure.wait(), Duration::ZERO, "nothing waits");
        let under_way = pressure.begin();
        (0..100).for_each(|_| pressure.measure(Duration::ZERO));
        assert!(
            pressure.wait() > Duration::from_secs(2),
            "a database that hangs: {:?}",
            pressure.wait()
        );
        let turned_away = async || Err::<(), _>(Problem::from(Code::Overloaded));
        for _ in 0..100 {
            assert!(pressure.weigh(turned_away()).now_or_never().is_some());
            pressure.measure(Duration::ZERO);
        }
        assert!(
            pressure.wait() > Duration::from_secs(2),
            "whoever is turned away waits for nothing"
        );
        drop(under_way);
        (0..100).for_each(|_| pressure.measure(Duration::ZERO));
        assert!(pressure.wait() < Duration::from_millis(1), "all is done: {:?}", pressure.wait());
        (0..100).for_each(|_| pressure.measure(Duration::from_secs(3)));
        assert!(pressure.admit(Class::Send).is_err(), "a processor that nobody gets");
    }
}
