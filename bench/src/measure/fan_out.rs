//! W2 on a running server: a hall of a thousand, one who speaks.

use super::{
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::room::Room;
use crate::load::{idle::connect_all, limits};
use crate::progress;
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// All of W2: one broadcast at a time, then eight.
///
/// # Errors
/// When connections are refused.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let before = subject.stored().await?;
    let members = plan.size.hall;
    let bar = progress::bar(members, "connections");
    let sockets =
        connect_all(subject.dialect, subject.address(), &subject.tokens[..members], &bar).await?;
    bar.finish_and_clear();
    let limit = tokio::task::spawn_blocking(move || limits::fan_out(members)).await??;
    let body = Arc::from("x".repeat(super::fixture::BODY));
    let room = Room::new(subject.dialect, &subject.hall, &body, members - 1);
    let mut sockets = sockets.into_iter();
    let mut tasks = Vec::new();
    tasks.extend(sockets.next().map(|socket| tokio::spawn(room.clone().send(socket))));
    tasks.extend(sockets.map(|socket| tokio::spawn(room.clone().listen(socket))));

    let mut records = Vec::new();
    for (workload, window) in [("W2 1 in flight", 1), ("W2 8 in flight", 8)] {
        records.push(broadcast(peer, subject, plan, &room, workload, window).await);
    }
    let stored = subject.stored().await? - before;
    let acked = room.tally.acked.load(Relaxed) as i64;
    for record in &mut records {
        record.also.insert("limit", limit);
        record.void_if(stored != acked, || format!("{stored} stored, {acked} acknowledged"));
    }
    tasks.iter().for_each(tokio::task::JoinHandle::abort);
    Ok(records)
}

async fn broadcast(
    peer: Peer,
    subject: &Subject,
    plan: &Plan,
    room: &Room,
    workload: &'static str,
    window: usize,
) -> Record {
    let note = progress::note(format!("{peer:?}: {workload}"));
    room.keep(window);
    tokio::time::sleep(plan.warm_up).await;
    let meter = Meter::start(&subject.watched());
    let first = room.tally.delivered.load(Relaxed);
    room.tally.begin();
    tokio::time::sleep(plan.length).await;
    let delivered = room.tally.delivered.load(Relaxed) - first;
    let ((broadcasts, latency), spent) = (room.tally.end(), meter.stop());
    room.keep(0);
    let sent = || room.tally.sent.load(Relaxed);
    let drained = room
        .tally
        .settle(|| room.complete() == sent() && room.tally.acked.load(Relaxed) == sent())
        .await;
    note.finish_and_clear();
    let mut record = Record::new(workload, peer, delivered as f64, spent, latency)
        .with("broadcasts", broadcasts as f64)
        .checked(&room.tally);
    record.void_if(!drained, || format!("{} of {} broadcasts complete", room.complete(), sent()));
    record
}
