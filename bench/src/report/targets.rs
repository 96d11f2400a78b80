//! The targets, and how far a run came: floor, goal and stretch of each.

use super::summary::median;
use super::table;
use crate::load::limits::Limits;
use crate::measure::record::Record;
use crate::measure::subject::Peer;
use anyhow::Result;

/// One target. Figures are ratios unless the name gives a unit.
struct Target {
    name: &'static str,
    what: &'static str,
    reached: Option<f64>,
    /// Floor, goal, stretch; nothing where none is set.
    steps: [Option<f64>; 3],
    /// Whether less is better.
    less: bool,
}

/// Writes the table of what was reached.
///
/// # Errors
/// When stdout is closed.
pub fn write(limits: &Limits, records: &[Record]) -> Result<()> {
    let measured = Measured { records, limits };
    let rows: Vec<Vec<String>> =
        measured.targets().iter().filter(|target| target.reached.is_some()).map(row).collect();
    let head = ["target", "measured", "floor", "goal", "stretch", "reached"];
    Ok(table::write(&head, &rows, &["Ratios are of medians within this run.".to_owned()])?)
}

fn row(target: &Target) -> Vec<String> {
    let step = |step: Option<f64>| step.map_or("-".to_owned(), |value| format!("{value}"));
    let value = target.reached.unwrap_or(f64::NAN);
    vec![
        format!("{} {}", target.name, target.what),
        format!("{value:.2}"),
        step(target.steps[0]),
        step(target.steps[1]),
        step(target.steps[2]),
        target.grade(value).to_owned(),
    ]
}

impl Target {
    /// The highest step reached.
    fn grade(&self, value: f64) -> &'static str {
        let holds = |step: Option<f64>| {
            step.is_some_and(|step| if self.less { value <= step } else { value >= step })
        };
        match self.steps.map(holds) {
            [_, _, true] => "stretch",
            [_, true, _] => "goal",
            [true, ..] => "floor",
            _ => "MISSED",
        }
    }
}

struct Measured<'a> {
    records: &'a [Record],
    limits: &'a Limits,
}

impl Measured<'_> {
    fn ours(&self, workload: &str, value: impl Fn(&Record) -> f64) -> Option<f64> {
        median(self.records, workload, Peer::Chinwag, value)
    }

    fn node(&self, workload: &str, value: impl Fn(&Record) -> f64) -> Option<f64> {
        median(self.records, workload, Peer::Node, value)
    }

    /// Ours over the reference's.
    fn ratio(&self, workload: &str, value: impl Fn(&Record) -> f64 + Copy) -> Option<f64> {
        Some(self.ours(workload, value)? / self.node(workload, value)?)
    }

    fn also(&self, workload: &str, name: &'static str) -> Option<f64> {
        self.ours(workload, |record| record.also.get(name).copied().unwrap_or(f64::NAN))
    }

    fn targets(&self) -> Vec<Target> {
        let more = |name, what, reached, steps| Target { name, what, reached, steps, less: false };
        let less = |name, what, reached, steps| Target { name, what, reached, steps, less: true };
        let rate = |record: &Record| record.rate;
        let cpu = |record: &Record| record.total_us();
        let bytes = |record: &Record| record.also.get("bytes_each").copied().unwrap_or(f64::NAN);
        let seconds = |record: &Record| record.also.get("seconds").copied().unwrap_or(f64::NAN);
        let hashes = |record: &Record| {
            record.rate / record.also.get("hash_limit").copied().unwrap_or(f64::NAN)
        };
        let chat = self
            .also("W6 sign-ins", "chat_p50_ms")
            .zip(self.also("W6 sign-ins", "chat_p50_alone_ms"));
        vec![
            more(
                "G1",
                "W1, 4 in flight, rate / Node",
                self.ratio("W1 4 in flight", rate),
                [Some(8.0), Some(14.0), Some(18.0)],
            ),
            more(
                "G1",
                "W1, 4 in flight, Node's CPU / ours",
                self.ratio("W1 4 in flight", cpu).map(f64::recip),
                [None, Some(20.0), None],
            ),
            less(
                "G1",
                "W1, 4 in flight, server us a message",
                self.ours("W1 4 in flight", cpu),
                [None, Some(20.0), Some(14.0)],
            ),
            more(
                "G1b",
                "W1, 1 in flight, rate / Node",
                self.ratio("W1 1 in flight", rate),
                [Some(4.0), Some(8.0), Some(10.0)],
            ),
            less(
                "G2",
                "W1 on schedule, p50 / Node's",
                self.ratio("W1 on schedule", |r| r.latency.p50),
                [Some(1.0), Some(0.5), None],
            ),
            less(
                "G2",
                "W1 on schedule, p99 / Node's",
                self.ratio("W1 on schedule", |r| r.latency.p99),
                [Some(1.0), Some(0.6), None],
            ),
            more(
                "G3",
                "W2, 1 in flight, rate / Node",
                self.ratio("W2 1 in flight", rate),
                [Some(1.8), Some(2.5), Some(3.0)],
            ),
            more(
                "G3",
                "W2, 1 in flight, rate / bare fan-out",
                self.ours("W2 1 in flight", rate).map(|r| r / self.limits.fan_out),
                [None, Some(0.7), None],
            ),
            more(
                "G3b",
                "W2, 8 in flight, rate / Node",
                self.ratio("W2 8 in flight", rate),
                [Some(6.0), Some(9.0), Some(12.0)],
            ),
            less(
                "G4",
                "W3, KiB a connection",
                self.ours("W3 idle", bytes).map(|b| b / 1024.0),
                [Some(8.0), Some(4.0), Some(2.0)],
            ),
            less(
                "G4",
                "W3, memory / Node's",
                self.ratio("W3 idle", bytes),
                [None, Some(0.33), None],
            ),
            more(
                "G5",
                "W4, pages / Node",
                self.ratio("W4 newest page", rate),
                [Some(10.0), Some(20.0), Some(30.0)],
            ),
            more(
                "G6",
                "W5, people back a second / Node",
                self.ratio("W5 storm", rate),
                [Some(4.0), Some(8.0), None],
            ),
            less(
                "G6",
                "W5, seconds in all",
                self.ours("W5 storm", seconds),
                [None, Some(1.5), Some(1.0)],
            ),
            more(
                "G7",
                "W6, sign-ins / hash limit of one thread",
                self.ours("W6 sign-ins", hashes),
                [Some(0.8), Some(0.9), None],
            ),
            less(
                "G7",
                "W6, chat p50 / without sign-ins",
                chat.map(|(with, without)| with / without),
                [None, Some(2.0), Some(1.3)],
            ),
            less(
                "G10",
                "empty server, MiB",
                self.also("empty server", "memory_mib"),
                [Some(25.0), Some(12.0), None],
            ),
            less(
                "G10",
                "empty server, ms to ready",
                self.also("empty server", "start_ms"),
                [Some(200.0), Some(50.0), None],
            ),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_step_counts() {
        let target = |less| Target {
            name: "",
            what: "",
            reached: None,
            steps: [Some(2.0), Some(4.0), None],
            less,
        };
        assert_eq!(target(false).grade(1.0), "MISSED");
        assert_eq!(target(false).grade(3.0), "floor");
        assert_eq!(target(false).grade(9.0), "goal");
        assert_eq!(target(true).grade(1.0), "goal");
    }
}
