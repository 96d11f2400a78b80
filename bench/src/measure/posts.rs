//! W7 on a running server: the pairs of W1, whose senders post over HTTP and whose receivers hear over sockets.

use super::{
    durable::{Crowd, closed},
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use anyhow::Result;
use std::sync::atomic::Ordering::Relaxed;

/// Posts as fast as it goes, one request at a time for each sender.
///
/// # Errors
/// When connections are refused.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let before = subject.stored().await?;
    let crowd = Crowd::posting(subject, plan.talking).await?;
    let mut record = closed(peer, subject, plan, &crowd, "W7 over HTTP", 1).await;
    let stored = subject.stored().await? - before;
    let acked = crowd.tally.acked.load(Relaxed) as i64;
    record.void_if(stored != acked, || format!("{stored} stored, {acked} acknowledged"));
    Ok(vec![record])
}
