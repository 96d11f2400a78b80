//! W3 and G10: what a connection costs while nothing happens, and what an empty server costs.

use super::{
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::idle::connect_all;
use crate::load::tally::Latency;
use crate::progress;
use anyhow::Result;
use std::time::Duration;

/// How long to let the server come to rest.
const SETTLE: Duration = Duration::from_secs(2);

/// Connects everyone, waits, and weighs.
///
/// # Errors
/// When connections are refused.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let server = subject.server();
    let (count, before) = (plan.size.accounts, server.memory());
    let meter = Meter::start(&subject.watched());
    let bar = progress::bar(count, "connections");
    let sockets =
        connect_all(subject.dialect, subject.address(), &subject.tokens[..count], &bar).await?;
    let spent = meter.stop();
    bar.finish_and_clear();
    tokio::time::sleep(SETTLE).await;
    let after = server.memory();
    drop(sockets);
    let each = after.saturating_sub(before) as f64 / count as f64;
    let record = Record::new("W3 idle", peer, count as f64, spent, Latency::default())
        .with("bytes_each", each)
        .with("memory_mib", after as f64 / f64::from(1 << 20));
    Ok(vec![record])
}

/// An empty server: its memory at rest and the time until it was ready.
///
/// # Errors
/// When it does not start.
pub async fn empty() -> Result<Record> {
    let home = crate::engine::Home::create(crate::engine::Engine::Sqlite, None).await?;
    let server = home.launch()?.start().await?;
    let started = server.started_in.as_secs_f64() * 1000.0;
    tokio::time::sleep(Duration::from_millis(500)).await;
    let memory = server.memory() as f64 / f64::from(1 << 20);
    let watched = super::meter::Watched { server: server.pid(), ..Default::default() };
    let spent = Meter::start(&watched).stop();
    server.stop().await?;
    let record = Record::new("empty server", Peer::Chinwag, 0.0, spent, Latency::default());
    Ok(record.with("start_ms", started).with("memory_mib", memory))
}
