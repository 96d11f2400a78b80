//! How a run ended, as a table.

use super::Options;
use super::checker::{Finding, KINDS};
use crate::report::table;
use std::time::Duration;

/// How many findings are written out.
const SHOWN: usize = 12;

/// Figures of one engine.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The engine.
    pub name: &'static str,
    /// Kills of the server.
    pub server_kills: u32,
    /// Kills of the database.
    pub database_kills: u32,
    /// The longest from a start of the server until it was ready.
    pub slowest_start: Duration,
    /// The longest from PostgreSQL's return until the living server was ready again.
    pub slowest_return: Duration,
    /// Times that a device came back.
    pub reconnections: u32,
    /// Messages tried.
    pub sent: usize,
    /// Messages acknowledged.
    pub acked: usize,
    /// Messages in the final histories.
    pub stored: usize,
    /// Messages heard, over all devices.
    pub heard: usize,
    /// From the end of the load until all was acknowledged and heard; nothing when it never was.
    pub rest: Option<Duration>,
    /// What the checker found.
    pub findings: Vec<Finding>,
}

impl Outcome {
    /// Whether it ended as it must: clean, or in the control with doubled messages found.
    pub fn is_as_expected(&self, control: bool) -> bool {
        if control {
            return self.count("doubled") > 0;
        }
        self.findings.is_empty() && self.acked > 0
    }

    fn count(&self, kind: &str) -> usize {
        self.findings.iter().filter(|finding| finding.kind == kind).count()
    }

    fn figures(&self) -> Vec<String> {
        let rest = self.rest.map_or("never".to_owned(), milliseconds);
        let counts = [self.sent, self.acked, self.stored, self.heard];
        let mut cells = vec![
            self.name.to_owned(),
            self.server_kills.to_string(),
            self.database_kills.to_string(),
            milliseconds(self.slowest_start),
            milliseconds(self.slowest_return),
            self.reconnections.to_string(),
        ];
        cells.extend(counts.iter().map(ToString::to_string));
        cells.push(rest);
        cells
    }

    fn verdict(&self, control: bool) -> Vec<String> {
        let end = match (control, self.is_as_expected(control)) {
            (true, true) => "caught",
            (true, false) => "NOT CAUGHT",
            (false, true) => "clean",
            (false, false) => "WRONG",
        };
        let counts = KINDS.iter().map(|kind| self.count(kind).to_string());
        std::iter::once(self.name.to_owned()).chain(counts).chain([end.to_owned()]).collect()
    }
}

fn milliseconds(time: Duration) -> String {
    format!("{} ms", time.as_millis())
}

/// Writes what happened, what was found, and the first findings in words.
///
/// # Errors
/// When stdout is closed.
pub fn write(outcomes: &[Outcome], options: &Options) -> std::io::Result<()> {
    let head = [
        "engine",
        "server kills",
        "database kills",
        "slowest start",
        "slowest return",
        "reconnections",
        "sent",
        "acked",
        "stored",
        "heard",
        "at rest after",
    ];
    let rows: Vec<_> = outcomes.iter().map(Outcome::figures).collect();
    table::write(&head, &rows, &[])?;
    let head: Vec<&str> = ["engine"].into_iter().chain(KINDS).chain(["verdict"]).collect();
    let rows: Vec<_> = outcomes.iter().map(|outcome| outcome.verdict(options.control)).collect();
    let seed = format!("Seed {}, {} messages a second.", options.seed, options.rate);
    let control = "Control: a trigger changes each stored client id, so the unique key has no effect and what \
         is sent again after a kill is stored again. The checker must say so.";
    let notes: Vec<_> =
        [seed].into_iter().chain(options.control.then(|| control.to_owned())).collect();
    table::write(&head, &rows, &notes)?;
    outcomes.iter().try_for_each(|outcome| {
        let shown = outcome.findings.iter().take(SHOWN);
        let lines: Vec<_> = shown.map(|finding| format!("{}: {finding}", outcome.name)).collect();
        table::lines(&lines)
    })
}
