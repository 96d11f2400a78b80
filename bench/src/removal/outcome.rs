//! How a run ended, as a table.

use super::{probe::Leak, rig::Figures};
use crate::{engine::Engine, report::table};
use std::io;

/// How many leaks are written out.
const SHOWN: usize = 12;

/// One run on one engine.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The engine.
    pub engine: Engine,
    /// Whether nobody was evicted, to see that it is noticed.
    pub control: bool,
    /// What leaked.
    pub leaks: Vec<Leak>,
    /// What was done.
    pub figures: Figures,
}

impl Outcome {
    /// Whether it ended as it must: nothing leaked, or in the control both removals and blocks leaked.
    pub fn is_as_expected(&self) -> bool {
        match self.control {
            true => self.count("removal") > 0 && self.count("block") > 0,
            false => self.leaks.is_empty(),
        }
    }

    fn count(&self, kind: &str) -> usize {
        self.leaks.iter().filter(|leak| leak.kind == kind).count()
    }

    fn row(&self) -> Vec<String> {
        let Figures { cycles, load, heard, took } = self.figures;
        let verdict = match (self.control, self.is_as_expected()) {
            (true, true) => "caught",
            (true, false) => "NOT CAUGHT",
            (false, true) => "clean",
            (false, false) => "LEAKS",
        };
        let name = self.engine.name();
        vec![
            if self.control { format!("{name}, nobody evicted") } else { name.to_owned() },
            cycles.to_string(),
            load.to_string(),
            format!("{:.0}/s", load as f64 / took.as_secs_f64()),
            heard.to_string(),
            self.count("removal").to_string(),
            self.count("block").to_string(),
            verdict.to_owned(),
        ]
    }
}

/// Writes what was done, what leaked, and the first leaks in words.
///
/// # Errors
/// When stdout is closed.
pub fn write(outcomes: &[Outcome], rate: u32) -> io::Result<()> {
    let head =
        ["engine", "cycles", "load", "rate", "heard live", "by removal", "by block", "verdict"];
    let rows: Vec<_> = outcomes.iter().map(Outcome::row).collect();
    let note = format!(
        "Each cycle removes and adds, blocks and unblocks somebody while others write {rate} messages a second."
    );
    table::write(&head, &rows, &[note])?;
    for outcome in outcomes.iter().filter(|outcome| !outcome.control) {
        let lines = outcome
            .leaks
            .iter()
            .take(SHOWN)
            .map(|leak| format!("{} over {}: {}", leak.kind, leak.surface, leak.what));
        table::lines(&lines.collect::<Vec<_>>())?;
    }
    Ok(())
}
