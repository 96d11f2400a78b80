//! How a run ended, as a table.

use crate::{engine::Engine, report::table};
use std::{io, time::Duration};

/// The least of its capacity that a server must still do when asked for more.
const GOODPUT: f64 = 0.8;
/// The longest until it is well again.
const RECOVERY: Duration = Duration::from_secs(10);

/// One run on one engine.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine.
    pub engine: Engine,
    /// Messages it acknowledges in a second, at best.
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
        self.goodput >= GOODPUT * self.capacity
            && self.recovered.is_some_and(|time| time <= RECOVERY)
            && self.acked == self.stored
            && self.wrong == 0
            && self.refused + self.held > 0
    }

    fn row(&self) -> Vec<String> {
        vec![
            self.engine.name().to_owned(),
            format!("{:.0}/s", self.capacity),
            format!("{:.0}/s", self.goodput),
            format!("{:.0} %", 100.0 * self.goodput / self.capacity),
            self.refused.to_string(),
            self.held.to_string(),
            format!("{:.0}/s", self.signed_in),
            self.recovered.map_or("never".to_owned(), |time| format!("{} ms", time.as_millis())),
            format!("{} MiB", self.memory >> 20),
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
        "Asked for {times} times its capacity, with people signing in as fast as they were let. Refused: told when to come \
         back. Held: due while the server did not read. Must: 80 % of capacity, well within 10 s, acked = stored."
    );
    table::write(&head, &rows, &[note])?;
    let complaints = outcomes.iter().filter_map(|outcome| {
        outcome.complaint.as_ref().map(|what| format!("{}: {what}", outcome.engine.name()))
    });
    table::lines(&complaints.collect::<Vec<_>>())
}
