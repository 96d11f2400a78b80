//! The figures of a run as a table: medians over its rounds, with the spread.

use super::table;
use crate::load::limits::Limits;
use crate::machine::Facts;
use crate::measure::record::Record;
use crate::measure::subject::Peer;
use anyhow::Result;
use std::io::Write as _;

/// Tells of one figure on stderr, while the run goes on.
///
/// # Errors
/// When stderr is closed.
pub fn progress(record: &Record) -> Result<()> {
    let also: Vec<String> =
        record.also.iter().map(|(name, value)| format!("{name} {value:.1}")).collect();
    let void = record.void.as_ref().map(|reason| format!("  VOID: {reason}")).unwrap_or_default();
    writeln!(
        std::io::stderr(),
        "{} {:<7} {:<14} {:>9.0}/s  server {:>6.1} + {:>5.1} us, client {:>5.1} us, p50 {:.2} p99 {:.2} ms, others {:.1}  {}{void}",
        record.round,
        format!("{:?}", record.peer),
        record.workload,
        record.rate,
        record.server_us,
        record.store_us,
        record.client_us,
        record.latency.p50,
        record.latency.p99,
        record.others,
        also.join(", "),
    )?;
    Ok(())
}

/// Writes the table.
///
/// # Errors
/// When stdout is closed.
pub fn write(facts: &Facts, limits: &Limits, records: &[Record]) -> Result<()> {
    let head = [
        "workload",
        "peer",
        "rate/s",
        "min..max",
        "server us",
        "store us",
        "client us",
        "p50 ms",
        "p99 ms",
        "others",
        "rounds",
    ];
    let mut keys: Vec<(&str, Peer)> = Vec::new();
    for record in records {
        if !keys.contains(&(record.workload, record.peer)) {
            keys.push((record.workload, record.peer));
        }
    }
    let rows: Vec<Vec<String>> = keys.iter().map(|key| row(records, *key)).collect();
    let machine = format!(
        "{}, {} cores, {} GiB, Linux {}, {} open files a process.",
        facts.processor, facts.cores, facts.memory_gib, facts.kernel, facts.open_files
    );
    let limits = format!(
        "Limits of these minutes: fsync p50 {:.2} ms, p99 {:.2} ms; {:.0} rows/s in durable groups; bare fan-out \
         {:.0}/s; bcrypt-10 {:.1}/s a thread.",
        limits.fsync.p50, limits.fsync.p99, limits.group_commit_rows, limits.fan_out, limits.bcrypt
    );
    let noisy = records.iter().filter(|record| record.others > 1.0).count();
    let noise = format!(
        "{noisy} of {} figures were taken while others kept more than one core busy.",
        records.len()
    );
    Ok(table::write(&head, &rows, &[machine, limits, noise])?)
}

fn row(records: &[Record], (workload, peer): (&str, Peer)) -> Vec<String> {
    let of = |value: fn(&Record) -> f64| median(records, workload, peer, value).unwrap_or(0.0);
    let valid: Vec<&Record> = valid(records, workload, peer).collect();
    let all =
        records.iter().filter(|record| record.workload == workload && record.peer == peer).count();
    let rates = valid.iter().map(|record| record.rate);
    let (least, most) =
        rates.fold((f64::MAX, 0.0_f64), |(least, most), rate| (least.min(rate), most.max(rate)));
    let spread =
        if valid.is_empty() { "void".to_owned() } else { format!("{least:.0}..{most:.0}") };
    vec![
        workload.to_owned(),
        format!("{peer:?}"),
        format!("{:.0}", of(|record| record.rate)),
        spread,
        format!("{:.1}", of(|record| record.server_us)),
        format!("{:.1}", of(|record| record.store_us)),
        format!("{:.1}", of(|record| record.client_us)),
        format!("{:.2}", of(|record| record.latency.p50)),
        format!("{:.2}", of(|record| record.latency.p99)),
        format!("{:.1}", of(|record| record.others)),
        format!("{}/{all}", valid.len()),
    ]
}

fn valid<'a>(
    records: &'a [Record],
    workload: &'a str,
    peer: Peer,
) -> impl Iterator<Item = &'a Record> {
    let same = move |record: &&Record| record.workload == workload && record.peer == peer;
    records.iter().filter(same).filter(|record| record.void.is_none())
}

/// The median over the rounds that count; nothing where none does.
pub fn median(
    records: &[Record],
    workload: &str,
    peer: Peer,
    value: impl Fn(&Record) -> f64,
) -> Option<f64> {
    let mut values: Vec<f64> = valid(records, workload, peer).map(value).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
