//! The targets, and how far a run came: floor, goal and stretch of each.

use super::summary::median;
use super::table;
use crate::measure::record::Record;
use crate::measure::subject::Peer;
use anyhow::Result;

/// One target: a figure of a workload and the steps it should reach.
struct Target {
    name: &'static str,
    workload: &'static str,
    what: &'static str,
    figure: Figure,
    /// Floor, goal, stretch; NaN where none is set.
    steps: [f64; 3],
    /// Whether less is better.
    less: bool,
}

/// What is compared.
#[derive(Clone, Copy)]
enum Figure {
    /// Our rate over the reference's.
    Rate,
    /// The reference's processor time a unit over ours, its stores included.
    Cpu,
    /// Our processor time a unit, in microseconds.
    OwnCpu,
    /// Our median latency over the reference's.
    Median,
    /// Our 99th percentile over the reference's.
    Tail,
    /// Something else the workload measures, divided by a unit.
    Also(&'static str, f64),
    /// The same of ours over the reference's.
    AlsoRatio(&'static str),
    /// Our rate over a limit that was measured just before.
    RateOver(&'static str),
    /// One of our other figures over another.
    Share(&'static str, &'static str),
    /// Our rate over Socket.IO, over that of our own socket.
    SocketIo,
}

const NONE: f64 = f64::NAN;

const fn more(
    name: &'static str,
    workload: &'static str,
    what: &'static str,
    figure: Figure,
    steps: [f64; 3],
) -> Target {
    Target { name, workload, what, figure, steps, less: false }
}

const fn less(
    name: &'static str,
    workload: &'static str,
    what: &'static str,
    figure: Figure,
    steps: [f64; 3],
) -> Target {
    Target { name, workload, what, figure, steps, less: true }
}

const TARGETS: &[Target] = &[
    more("G1", "W1 4 in flight", "rate / Node", Figure::Rate, [8.0, 14.0, 18.0]),
    more("G1", "W1 4 in flight", "Node's CPU / ours", Figure::Cpu, [NONE, 20.0, NONE]),
    less("G1", "W1 4 in flight", "server us a message", Figure::OwnCpu, [NONE, 20.0, 14.0]),
    more("G1b", "W1 1 in flight", "rate / Node", Figure::Rate, [4.0, 8.0, 10.0]),
    less("G2", "W1 on schedule", "p50 / Node's", Figure::Median, [1.0, 0.5, NONE]),
    less("G2", "W1 on schedule", "p99 / Node's", Figure::Tail, [1.0, 0.6, NONE]),
    more("G3", "W2 1 in flight", "rate / Node", Figure::Rate, [1.8, 2.5, 3.0]),
    more(
        "G3",
        "W2 1 in flight",
        "rate / bare fan-out",
        Figure::RateOver("limit"),
        [NONE, 0.7, NONE],
    ),
    more("G3b", "W2 8 in flight", "rate / Node", Figure::Rate, [6.0, 9.0, 12.0]),
    less("G4", "W3 idle", "KiB a connection", Figure::Also("bytes_each", 1024.0), [8.0, 4.0, 2.0]),
    less("G4", "W3 idle", "memory / Node's", Figure::AlsoRatio("bytes_each"), [NONE, 0.33, NONE]),
    more("G5", "W4 newest page", "pages / Node", Figure::Rate, [10.0, 20.0, 30.0]),
    more("G6", "W5 storm", "people a second / Node", Figure::Rate, [4.0, 8.0, NONE]),
    less("G6", "W5 storm", "seconds in all", Figure::Also("seconds", 1.0), [NONE, 1.5, 1.0]),
    more(
        "G7",
        "W6 sign-ins",
        "rate / one thread's hashes",
        Figure::RateOver("limit"),
        [0.8, 0.9, NONE],
    ),
    less(
        "G7",
        "W6 sign-ins",
        "chat p50 / alone",
        Figure::Share("chat_p50_ms", "chat_p50_alone_ms"),
        [NONE, 2.0, 1.3],
    ),
    less(
        "G7",
        "W6 searches",
        "chat p50 / alone",
        Figure::Share("chat_p50_ms", "chat_p50_alone_ms"),
        [NONE, 2.0, 1.3],
    ),
    more("G11", "W1 4 in flight", "Socket.IO / WebSocket", Figure::SocketIo, [0.6, 0.85, NONE]),
    more("G11", "W2 1 in flight", "Socket.IO / WebSocket", Figure::SocketIo, [0.6, 0.85, NONE]),
    more("G11", "W2 8 in flight", "Socket.IO / WebSocket", Figure::SocketIo, [0.6, 0.85, NONE]),
    less("G10", "empty server", "MiB", Figure::Also("memory_mib", 1.0), [25.0, 12.0, NONE]),
    less("G10", "empty server", "ms to ready", Figure::Also("start_ms", 1.0), [200.0, 50.0, NONE]),
];

/// Writes the table of what was reached, of those targets that were measured.
///
/// # Errors
/// When stdout is closed.
pub fn write(records: &[Record]) -> Result<()> {
    let measured = TARGETS.iter().filter_map(|target| Some((target, target.figure(records)?)));
    let rows: Vec<Vec<String>> = measured
        .map(|(target, value)| target.row(value, is_noisy(records, target.workload)))
        .collect();
    let head = ["target", "measured", "floor", "goal", "stretch", "reached"];
    let note = "Ratios are of medians within this run. Noisy: others kept more than a core busy most of the time.";
    Ok(table::write(&head, &rows, &[note.to_owned()])?)
}

/// Whether most rounds of a workload were disturbed.
fn is_noisy(records: &[Record], workload: &str) -> bool {
    let all = records.iter().filter(|record| record.workload == workload);
    let disturbed = all.clone().filter(|record| record.others > 1.0).count();
    2 * disturbed > all.count()
}

impl Target {
    /// What was measured; nothing where it was not, or where the runs were void.
    fn figure(&self, records: &[Record]) -> Option<f64> {
        let of = |peer, value: &dyn Fn(&Record) -> f64| median(records, self.workload, peer, value);
        let ours = |value: &dyn Fn(&Record) -> f64| of(Peer::Chinwag, value);
        let ratio = |value: &dyn Fn(&Record) -> f64| Some(ours(value)? / of(Peer::Node, value)?);
        match self.figure {
            Figure::Rate => ratio(&|record| record.rate),
            Figure::Cpu => ratio(&Record::total_us).map(f64::recip),
            Figure::OwnCpu => ours(&Record::total_us),
            Figure::Median => ratio(&|record| record.latency.p50),
            Figure::Tail => ratio(&|record| record.latency.p99),
            Figure::Also(name, unit) => ours(&|record| record.figure(name) / unit),
            Figure::AlsoRatio(name) => ratio(&|record| record.figure(name)),
            Figure::RateOver(name) => ours(&|record| record.rate / record.figure(name)),
            Figure::SocketIo => {
                let rate = |record: &Record| record.rate;
                Some(of(Peer::SocketIo, &rate)? / ours(&rate)?)
            }
            Figure::Share(part, whole) => {
                ours(&|record| record.figure(part) / record.figure(whole))
            }
        }
    }

    fn row(&self, value: f64, noisy: bool) -> Vec<String> {
        let step = |step: f64| if step.is_nan() { "-".to_owned() } else { step.to_string() };
        let grade = self.grade(value);
        let disturbed = if noisy { " (noisy)" } else { "" };
        let [floor, goal, stretch] = self.steps.map(step);
        let name = format!("{} {}: {}", self.name, self.workload, self.what);
        vec![name, format!("{value:.2}"), floor, goal, stretch, format!("{grade}{disturbed}")]
    }

    /// The highest step reached.
    fn grade(&self, value: f64) -> &'static str {
        // A comparison with NaN is false: a step that is not set is never reached.
        let holds = |step| if self.less { value <= step } else { value >= step };
        match self.steps.map(holds) {
            [_, _, true] => "stretch",
            [_, true, _] => "goal",
            [true, ..] => "floor",
            _ if self.steps[0].is_nan() => "below the goal",
            _ => "MISSED",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_highest_step_counts() {
        let target = |less, floor| Target {
            name: "",
            workload: "",
            what: "",
            figure: Figure::Rate,
            steps: [floor, 4.0, NONE],
            less,
        };
        assert_eq!(target(false, 2.0).grade(1.0), "MISSED");
        assert_eq!(target(false, NONE).grade(1.0), "below the goal");
        assert_eq!(target(false, 2.0).grade(3.0), "floor");
        assert_eq!(target(false, 2.0).grade(9.0), "goal");
        assert_eq!(target(true, 2.0).grade(1.0), "goal");
    }
}
