//! W5 on a running server: everyone was connected, everyone comes back at once.

use super::{
    fixture::PAGE,
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::storm::{self, Away};
use crate::load::tally::Latency;
use crate::progress;
use anyhow::Result;

/// One storm; the rate is people a second.
///
/// # Errors
/// When somebody is refused or misses something.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let note = progress::note(format!("{peer:?}: W5"));
    let all = subject.tokens.iter().zip(subject.pairs.iter().flat_map(|pair| [pair, pair]));
    let away: Vec<Away> = all
        .take(plan.size.accounts)
        .map(|(token, pair)| Away { token: token.clone(), conversation: pair.clone() })
        .collect();
    // The first warms up: a server that people come back to has been running.
    storm::run(subject.dialect, subject.address(), &away[..away.len() / 4], PAGE).await?;
    tokio::time::sleep(plan.warm_up).await;
    let meter = Meter::start(&subject.watched());
    let took = storm::run(subject.dialect, subject.address(), &away, PAGE).await?;
    let spent = meter.stop();
    note.finish_and_clear();
    let record = Record::new("W5 storm", peer, away.len() as f64, spent, Latency::default());
    Ok(vec![record.with("seconds", took.as_secs_f64())])
}
