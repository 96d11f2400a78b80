//! How a run ended, as a table.

use crate::{engine::Engine, report::table};
use std::{io, time::Duration};

/// The least of its capacity that a server must still do when asked for more.
const GOODPUT: f64 = 0.8;
/// The longest until it is well again.
const RECOVERY: Duration = Duration::from_secs(10);

/// One time at its best, and one time of overload.
#[derive(Clone, Debug)]
pub struct Round {
    /// Messages it acknowledged in a second, asked for a little more than it can do.
    pub capacity: f64,
    /// Messages it acknowledged in a second of overload.
    pub goodput: f64,
    /// Messages refused in overload, with a time to come back.
    pub refused: u64,
    /// Messages that fell due while the server did not read.
    pub held: u64,
    /// People who signed in, in a second of overload.
    pub signed_in: f64,
    /// From the end of the overload until messages were on time; nothing when they never were.
    pub recovered: Option<Duration>,
    /// Resident memory at the end of the overload, in bytes.
    pub memory: u64,
}

/// One run on one engine.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine.
    pub engine: Engine,
    /// At least one.
    pub rounds: Vec<Round>,
    /// Messages acknowledged in the whole run.
    pub acked: u64,
    /// Messages stored.
    pub stored: u64,
    /// Whatever must not happen.
    pub wrong: u64,
    /// The first of it.
    pub complaint: Option<String>,
}

impl Outcome {
    /// Whether it shed and did not lie: most of its capacity done, soon well again, what was acknowledged stored
    /// and what was refused not.
    pub fn is_as_expected(&self) -> bool {
        self.goodput() >= GOODPUT * self.capacity()
            && self.recovered().is_some_and(|time| time <= RECOVERY)
            && self.acked == self.stored
            && self.wrong == 0
            && self.rounds.iter().all(|round| round.refused + round.held > 0)
    }

    fn capacity(&self) -> f64 {
        self.median(|round| round.capacity)
    }

    fn goodput(&self) -> f64 {
        self.median(|round| round.goodput)
    }

    /// The longest that it took.
    fn recovered(&self) -> Option<Duration> {
        self.rounds
            .iter()
            .map(|round| round.recovered)
            .collect::<Option<Vec<_>>>()?
            .into_iter()
            .max()
    }

    fn median(&self, value: impl Fn(&Round) -> f64) -> f64 {
        let mut values: Vec<_> = self.rounds.iter().map(value).collect();
        values.sort_unstable_by(f64::total_cmp);
        values[values.len() / 2]
    }

    fn row(&self) -> Vec<String> {
        let sum = |value: fn(&Round) -> u64| self.rounds.iter().map(value).sum::<u64>().to_string();
        let memory = self.rounds.iter().map(|round| round.memory).max().unwrap_or_default();
        let recovered = self.recovered();
        vec![
            self.engine.name().to_owned(),
            format!("{:.0}/s", self.capacity()),
            format!("{:.0}/s", self.goodput()),
            format!("{:.0} %", 100.0 * self.goodput() / self.capacity()),
            sum(|round| round.refused),
            sum(|round| round.held),
            format!("{:.0}/s", self.median(|round| round.signed_in)),
            recovered.map_or("never".to_owned(), |time| format!("{} ms", time.as_millis())),
            format!("{} MiB", memory >> 20),
            self.acked.to_string(),
            self.stored.to_string(),
            if self.is_as_expected() { "as it must" } else { "WRONG" }.to_owned(),
        ]
    }
}

/// Writes what was asked for and what was done.
///
/// # Errors
/// When stdout is closed.
pub fn write(outcomes: &[Outcome], times: f64) -> io::Result<()> {
    let head = [
        "engine",
        "capacity",
        "goodput",
        "of it",
        "refused",
        "held",
        "sign-ins",
        "well after",
        "memory",
        "acked",
        "stored",
        "verdict",
    ];
    let rows: Vec<_> = outcomes.iter().map(Outcome::row).collect();
    let note = format!(
        "Asked for {times} times its best, with people signing in as fast as they were let. Rates: medians of the rounds. \
         Refused: told when to come back. Held: due while the server did not read. Must: 80 % of capacity, well within \
         10 s in every round, acked = stored."
    );
    table::write(&head, &rows, &[note])?;
    let complaints = outcomes.iter().filter_map(|outcome| {
        outcome.complaint.as_ref().map(|what| format!("{}: {what}", outcome.engine.name()))
    });
    table::lines(&complaints.collect::<Vec<_>>())
}
