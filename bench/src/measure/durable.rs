//! W1 on a running server: many connections, of which some pairs talk. First as fast as it goes with
//! four and with one message in flight a pair, then on schedule.

use super::{
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::idle::connect_all;
use crate::load::open_loop;
use crate::load::pairs::{Pair, sit};
use crate::load::tally::Tally;
use crate::progress;
use crate::socket::Writer;
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// Messages a second of the open loop.
pub const SCHEDULED: u32 = 2_000;

/// The talking pairs of a server and everything else that is connected.
#[derive(Debug)]
pub struct Crowd {
    /// The pairs.
    pub pairs: Vec<Arc<Pair>>,
    /// The writing ends of their senders.
    writers: Vec<Writer>,
    /// What they count.
    pub tally: Arc<Tally>,
    tasks: Vec<tokio::task::JoinHandle<()>>,
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

impl Crowd {
    /// Connects the first `connections` accounts; the pairs among the first `talking` pairs talk.
    ///
    /// # Errors
    /// When a connection is refused.
    pub async fn gather(subject: &Subject, connections: usize, talking: usize) -> Result<Self> {
        let bar = progress::bar(connections, "connections");
        let tokens = &subject.tokens[..connections];
        let sockets = connect_all(subject.dialect, subject.address(), tokens, &bar).await?;
        bar.finish_and_clear();
        let (tally, body) =
            (Arc::new(Tally::default()), Arc::from("x".repeat(super::fixture::BODY)));
        let mut crowd = Self { pairs: Vec::new(), writers: Vec::new(), tally, tasks: Vec::new() };
        let mut sockets = sockets.into_iter();
        for conversation in &subject.pairs[..talking] {
            let pair = Pair::new(subject.dialect, conversation, &body, &crowd.tally);
            let sender = sockets.next().expect("two connections a pair");
            let receiver = sockets.next().expect("two connections a pair");
            crowd.writers.push(sender.writer());
            crowd.tasks.push(tokio::spawn(pair.clone().send(sender)));
            crowd.tasks.push(tokio::spawn(pair.clone().receive(receiver)));
            crowd.pairs.push(pair);
        }
        let rest =
            sockets.map(|socket| tokio::spawn(sit(subject.dialect, socket, crowd.tally.clone())));
        crowd.tasks.extend(rest);
        Ok(crowd)
    }

    /// Connects the receivers of the first pairs; their senders post over HTTP.
    ///
    /// # Errors
    /// When a connection is refused.
    pub async fn posting(subject: &Subject, talking: usize) -> Result<Self> {
        let bar = progress::bar(talking, "connections");
        let (dialect, address) = (subject.dialect, subject.address());
        let ends = subject.tokens[..2 * talking].chunks_exact(2);
        let (senders, receivers): (Vec<String>, Vec<String>) =
            ends.map(|ends| (ends[0].clone(), ends[1].clone())).unzip();
        let sockets = connect_all(dialect, address, &receivers, &bar).await?;
        bar.finish_and_clear();
        let (tally, body) =
            (Arc::new(Tally::default()), Arc::from("x".repeat(super::fixture::BODY)));
        let mut crowd = Self { pairs: Vec::new(), writers: Vec::new(), tally, tasks: Vec::new() };
        for ((conversation, token), socket) in subject.pairs.iter().zip(senders).zip(sockets) {
            let pair = Pair::new(dialect, conversation, &body, &crowd.tally);
            crowd.tasks.push(tokio::spawn(pair.clone().post(address, token)));
            crowd.tasks.push(tokio::spawn(pair.clone().receive(socket)));
            crowd.pairs.push(pair);
        }
        Ok(crowd)
    }

    fn keep(&self, depth: usize) {
        self.pairs.iter().for_each(|pair| pair.keep(depth));
    }

    /// Waits until everything sent is acknowledged and delivered.
    pub async fn drain(&self) -> bool {
        let balanced = || {
            let sent = self.tally.sent.load(Relaxed);
            self.tally.acked.load(Relaxed) == sent && self.tally.delivered.load(Relaxed) == sent
        };
        self.tally.settle(balanced).await
    }

    /// What was lost on the way, for a record.
    pub fn losses(&self) -> String {
        let [sent, acked, delivered] = [&self.tally.sent, &self.tally.acked, &self.tally.delivered]
            .map(|count| count.load(Relaxed));
        format!("{sent} sent, {acked} acknowledged, {delivered} delivered")
    }

    /// Sends on schedule for `length` through all pairs; what is begun meanwhile is measured by whoever calls.
    pub fn pace(&self, rate: u32, length: std::time::Duration) -> std::thread::JoinHandle<()> {
        let ends = self.pairs.iter().cloned().zip(self.writers.iter().cloned()).collect();
        open_loop::pace(ends, rate, length, self.tally.clone())
    }
}

/// All of W1.
///
/// # Errors
/// When connections are refused.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let before = subject.stored().await?;
    let crowd = Crowd::gather(subject, plan.size.accounts, plan.talking).await?;
    let mut records = vec![
        closed(peer, subject, plan, &crowd, "W1 4 in flight", 4).await,
        closed(peer, subject, plan, &crowd, "W1 1 in flight", 1).await,
        open(peer, subject, plan, &crowd).await,
    ];
    let stored = subject.stored().await? - before;
    let acked = crowd.tally.acked.load(Relaxed) as i64;
    for record in &mut records {
        record.void_if(stored != acked, || format!("{stored} stored, {acked} acknowledged"));
    }
    Ok(records)
}

/// As fast as it goes with so many in flight for each pair.
pub async fn closed(
    peer: Peer,
    subject: &Subject,
    plan: &Plan,
    crowd: &Crowd,
    workload: &'static str,
    depth: usize,
) -> Record {
    let note = progress::note(format!("{peer:?}: {workload}"));
    crowd.keep(depth);
    tokio::time::sleep(plan.warm_up).await;
    let meter = Meter::start(&subject.watched());
    crowd.tally.begin();
    tokio::time::sleep(plan.length).await;
    let ((complete, latency), spent) = (crowd.tally.end(), meter.stop());
    crowd.keep(0);
    let drained = crowd.drain().await;
    note.finish_and_clear();
    let mut record =
        Record::new(workload, peer, complete as f64, spent, latency).checked(&crowd.tally);
    record.void_if(!drained, || crowd.losses());
    record
}

async fn open(peer: Peer, subject: &Subject, plan: &Plan, crowd: &Crowd) -> Record {
    let note = progress::note(format!("{peer:?}: W1 on schedule, {SCHEDULED}/s"));
    let pacer = crowd.pace(SCHEDULED, plan.warm_up + plan.length);
    tokio::time::sleep(plan.warm_up).await;
    let meter = Meter::start(&subject.watched());
    crowd.tally.begin();
    tokio::time::sleep(plan.length).await;
    let ((complete, latency), spent) = (crowd.tally.end(), meter.stop());
    let _ = tokio::task::spawn_blocking(move || pacer.join()).await;
    let drained = crowd.drain().await;
    note.finish_and_clear();
    let mut record =
        Record::new("W1 on schedule", peer, complete as f64, spent, latency).checked(&crowd.tally);
    record.void_if(!drained, || crowd.losses());
    record
}
