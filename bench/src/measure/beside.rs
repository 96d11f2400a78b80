//! W6 on a running server: people chat while others sign in with real passwords, or search for people.

use super::{
    durable::Crowd,
    fixture,
    meter::Meter,
    plan::Plan,
    record::Record,
    subject::{Peer, Subject},
};
use crate::load::tally::{Latency, Tally};
use crate::load::{limits, logins, searches};
use crate::progress;
use anyhow::Result;
use std::sync::Arc;
use tokio::task::JoinHandle;

/// Messages a second meanwhile.
const SCHEDULED: u32 = 500;
/// Clients that sign in, or search.
const CLIENTS: usize = 8;
/// Pairs that chat, and everyone who signs in is one of them.
pub const PAIRS: usize = 20;

/// What others do while people chat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Storm {
    /// They sign in.
    SignIns,
    /// They search for people, which the reference cannot.
    Searches,
}

/// Chat alone, then chat beside sign-ins, then beside searches; the rate is that of what is beside it.
///
/// # Errors
/// When connections are refused.
pub async fn run(peer: Peer, subject: &Subject, plan: &Plan) -> Result<Vec<Record>> {
    let hash_limit = tokio::task::spawn_blocking(limits::bcrypt_rate).await??;
    let storms: &[Storm] = match peer {
        Peer::Chinwag | Peer::SocketIo | Peer::MessagingApp => &[Storm::SignIns, Storm::Searches],
        Peer::Node => &[Storm::SignIns],
    };
    let note = progress::note(format!("{peer:?}: W6"));
    let crowd = Crowd::gather(subject, 2 * PAIRS, PAIRS).await?;
    let stretches = 1 + u32::try_from(storms.len())?;
    let pacer = crowd.pace(SCHEDULED, plan.warm_up + stretches * plan.length);
    tokio::time::sleep(plan.warm_up).await;
    crowd.tally.begin();
    tokio::time::sleep(plan.length).await;
    let (_, alone) = crowd.tally.end();
    let mut records = Vec::new();
    for storm in storms {
        records.push(storm.blow(peer, subject, plan, &crowd, &alone).await);
    }
    let _ = tokio::task::spawn_blocking(move || pacer.join()).await;
    let drained = crowd.drain().await;
    note.finish_and_clear();
    for record in &mut records {
        record.also.insert("limit", hash_limit);
        record.void_if(!drained, || crowd.losses());
    }
    Ok(records)
}

impl Storm {
    async fn blow(
        self,
        peer: Peer,
        subject: &Subject,
        plan: &Plan,
        crowd: &Crowd,
        alone: &Latency,
    ) -> Record {
        let tally = Arc::new(Tally::default());
        let clients: Vec<_> =
            (0..CLIENTS).map(|client| self.spawn(subject, client, &tally)).collect();
        let meter = Meter::start(&subject.watched());
        tally.begin();
        crowd.tally.begin();
        tokio::time::sleep(plan.length).await;
        let ((done, latency), spent) = (tally.end(), meter.stop());
        let (_, beside): (u64, Latency) = crowd.tally.end();
        tally.stop();
        futures_util::future::join_all(clients).await;
        let workload = match self {
            Self::SignIns => "W6 sign-ins",
            Self::Searches => "W6 searches",
        };
        Record::new(workload, peer, done as f64, spent, latency)
            .with("chat_p50_alone_ms", alone.p50)
            .with("chat_p50_ms", beside.p50)
            .with("chat_p99_ms", beside.p99)
            .checked(&tally)
            .checked(&crowd.tally)
    }

    /// Each client is somebody else, or signs in as people of its own.
    fn spawn(self, subject: &Subject, client: usize, tally: &Arc<Tally>) -> JoinHandle<()> {
        let (address, tally) = (subject.address(), tally.clone());
        match self {
            Self::SignIns => {
                let mine = (0..2 * PAIRS).filter(|number| number % CLIENTS == client);
                let names = mine.map(fixture::username).collect();
                tokio::spawn(logins::sign_in(subject.dialect, address, names, tally))
            }
            Self::Searches => {
                tokio::spawn(searches::search(address, subject.tokens[client].clone(), tally))
            }
        }
    }
}
