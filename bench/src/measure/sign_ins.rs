//! W6 on a running server: people sign in with real passwords while others chat.

use super::{
    durable::Crowd,
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::tally::{Latency, Tally};
use crate::load::{limits, logins};
use crate::progress;
use anyhow::Result;
use std::sync::Arc;

/// Messages a second meanwhile.
const SCHEDULED: u32 = 500;
/// Clients that sign in.
const CLIENTS: usize = 8;
/// Pairs that chat, and everyone who signs in is one of them.
pub const PAIRS: usize = 20;

/// Chat alone, then chat and sign-ins; the rate is sign-ins a second.
///
/// # Errors
/// When connections are refused.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let hash_limit = tokio::task::spawn_blocking(limits::bcrypt_rate).await??;
    let note = progress::note(format!("{peer:?}: W6"));
    let crowd = Crowd::gather(subject, 2 * PAIRS, PAIRS).await?;
    let pacer = crowd.pace(SCHEDULED, plan.warm_up + 2 * plan.length);
    tokio::time::sleep(plan.warm_up).await;
    crowd.tally.begin();
    tokio::time::sleep(plan.length).await;
    let (_, alone) = crowd.tally.end();

    let tally = Arc::new(Tally::default());
    let clients: Vec<_> = (0..CLIENTS).map(|client| spawn(subject, client, &tally)).collect();
    let meter = Meter::start(&subject.watched());
    tally.begin();
    crowd.tally.begin();
    tokio::time::sleep(plan.length).await;
    let ((signed_in, latency), spent) = (tally.end(), meter.stop());
    let (_, beside): (u64, Latency) = crowd.tally.end();
    tally.stop();
    futures_util::future::join_all(clients).await;
    let _ = tokio::task::spawn_blocking(move || pacer.join()).await;
    let drained = crowd.drain().await;
    note.finish_and_clear();
    let mut record = Record::new("W6 sign-ins", peer, signed_in as f64, spent, latency)
        .with("limit", hash_limit)
        .with("chat_p50_alone_ms", alone.p50)
        .with("chat_p50_ms", beside.p50)
        .with("chat_p99_ms", beside.p99)
        .checked(&tally)
        .checked(&crowd.tally);
    record.void_if(!drained, || crowd.losses());
    Ok(vec![record])
}

/// Each client signs in as people of its own.
fn spawn(subject: &Subject, client: usize, tally: &Arc<Tally>) -> tokio::task::JoinHandle<()> {
    let mine = (0..2 * PAIRS).filter(|number| number % CLIENTS == client);
    let names = mine.map(|number| format!("user{number}")).collect();
    tokio::spawn(logins::sign_in(subject.dialect, subject.address(), names, tally.clone()))
}
