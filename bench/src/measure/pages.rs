//! W4 on a running server: newest pages of long histories over HTTP.

use super::{
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::history;
use crate::load::tally::Tally;
use crate::progress;
use anyhow::Result;
use std::sync::Arc;

const READERS: usize = 16;

/// Reads as fast as it goes.
///
/// # Errors
/// Never; failures void the record.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let note = progress::note(format!("{peer:?}: W4"));
    let (tally, pages) = (Arc::new(Tally::default()), Arc::new(subject.pages()));
    let readers: Vec<_> = (0..READERS)
        .map(|_| tokio::spawn(history::read(subject.address(), pages.clone(), tally.clone())))
        .collect();
    tokio::time::sleep(plan.warm_up).await;
    let meter = Meter::start(&subject.watched());
    tally.begin();
    tokio::time::sleep(plan.length).await;
    let ((read, latency), spent) = (tally.end(), meter.stop());
    tally.stop();
    futures_util::future::join_all(readers).await;
    note.finish_and_clear();
    let record = Record::new("W4 newest page", peer, read as f64, spent, latency).checked(&tally);
    Ok(vec![record.with("messages_stored", plan.history as f64)])
}
