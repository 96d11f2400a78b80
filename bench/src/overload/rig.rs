//! One run: again and again what the server can do, several times that with a login storm, and how soon it is well.

use super::Options;
use super::outcome::{Outcome, Round};
use super::talker::{Counts, Talker};
use crate::engine::{Engine, Home};
use crate::http::Http;
use crate::load::{dialect::Dialect, logins, tally::Tally};
use crate::{native, progress, server::Server, socket::Target};
use anyhow::{Result, ensure};
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Clients that sign in as fast as they are let.
const STORM: usize = 16;
/// Within this a message is on time again.
const WELL: f64 = 100.0;
/// How long it may take to be well again before the run gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// The stretch over which it is judged whether it is well.
const WINDOW: Duration = Duration::from_millis(250);
/// Bytes that wait in a sender's kernel: what fell due long ago would only hide how the server is now.
const SEND_BUFFER: u32 = 16 * 1024;
/// So many times the best that was seen is asked for to find what it can do.
const A_LITTLE_MORE: f64 = 1.25;

struct Rig {
    counts: Arc<Counts>,
    gap: watch::Sender<Option<Duration>>,
    talkers: Vec<JoinHandle<()>>,
    names: Vec<String>,
}

/// Runs it on fresh data.
///
/// # Errors
/// When the server cannot be reached.
pub async fn run(engine: Engine, home: &Home, options: &Options) -> Result<Outcome> {
    let server = home.launch()?.start().await?;
    let note = progress::note(format!("{}: gathering", engine.name()));
    let rig = Rig::gather(server.address, options.connections).await?;
    let stretch = Duration::from_secs(options.seconds);

    note.set_message(format!("{}: what it can do", engine.name()));
    let best = rig.climb(stretch).await?;
    let mut rounds = Vec::new();
    for number in 1..=options.rounds {
        note.set_message(format!("{}: round {number} of {}", engine.name(), options.rounds));
        rounds.push(rig.round(&server, best, options.times, stretch).await);
    }
    tokio::time::sleep(stretch).await;
    let Rig { counts, gap, talkers, .. } = rig;
    let _ = gap.send(None);
    for talker in talkers {
        tokio::time::timeout(PATIENCE, talker).await??;
    }
    note.finish_and_clear();
    server.stop().await?;
    let stored = home.number("SELECT count(*) FROM messages").await?;
    Ok(Outcome {
        engine,
        rounds,
        acked: counts.acked.load(Relaxed),
        stored: stored as u64,
        wrong: counts.wrong.load(Relaxed),
        complaint: counts.complaint.lock().clone(),
    })
}

impl Rig {
    /// Pairs, each with a conversation of its own; one of each sends.
    async fn gather(address: SocketAddr, connections: usize) -> Result<Self> {
        let mut http = Http::new(address);
        let counts = Arc::new(Counts::default());
        let (gap, _) = watch::channel(None);
        let (mut talkers, mut names) = (Vec::new(), Vec::new());
        let listener = native::register(&mut http, "listener", "Listener").await?;
        for number in 0..connections {
            let name = format!("talker{number}");
            let account = native::register(&mut http, &name, &name).await?;
            let conversation =
                native::open_direct(&mut http, &account, listener.id).await?.to_string();
            let target = Target { send_buffer: Some(SEND_BUFFER), ..native::target(address) };
            let socket = Dialect::Native.connect(&target, &account.token).await?;
            talkers.push((socket, conversation));
            names.push(name);
        }
        // Nobody leaves before the first gap is known.
        let _ = gap.send(Some(Duration::from_secs(3600)));
        let talkers = talkers.into_iter().map(|(socket, conversation)| {
            let talker = Talker { socket, conversation, counts: counts.clone() };
            tokio::spawn(talker.run(gap.subscribe()))
        });
        let talkers = talkers.collect();
        Ok(Self { counts, gap, talkers, names })
    }

    /// Asks for so many messages a second, over all connections.
    fn ask(&self, rate: f64) {
        let gap = Duration::from_secs_f64(self.talkers.len() as f64 / rate);
        let _ = self.gap.send(Some(gap));
    }

    /// Acknowledged, refused, held back so far.
    fn read(&self) -> (u64, u64, u64) {
        let Counts { acked, refused, held, .. } = &*self.counts;
        (acked.load(Relaxed), refused.load(Relaxed), held.load(Relaxed))
    }

    /// A stretch at its best, a stretch of overload with people signing in, and how soon it is well again.
    async fn round(&self, server: &Server, best: f64, times: f64, stretch: Duration) -> Round {
        self.ask(best * A_LITTLE_MORE);
        let began = self.read();
        tokio::time::sleep(stretch).await;
        let at_best = self.read();
        // What piled up is worked off before anything else is measured.
        self.ask(best / 4.0);
        self.recover().await;

        let storm = self.storm(server.address);
        self.ask(best * times);
        let before = self.read();
        tokio::time::sleep(stretch).await;
        let memory = server.memory();
        let during = self.read();
        let signed_in = storm.end().await;
        self.ask(best / 2.0);
        let recovered = self.recover().await;

        let per_second = |count: u64| count as f64 / stretch.as_secs_f64();
        Round {
            capacity: per_second(at_best.0 - began.0),
            goodput: per_second(during.0 - before.0),
            refused: during.1 - before.1,
            held: during.2 - before.2,
            signed_in: per_second(signed_in),
            recovered,
            memory,
        }
    }

    /// The most it acknowledges in a second: asked for ever more until it acknowledges no more.
    async fn climb(&self, stretch: Duration) -> Result<f64> {
        let (mut best, mut rate, mut misses) = (0.0, 1_000.0, 0);
        let step = stretch / 5;
        loop {
            self.ask(rate);
            tokio::time::sleep(step / 4).await;
            let before = self.read().0;
            tokio::time::sleep(step).await;
            let reached = (self.read().0 - before) as f64 / step.as_secs_f64();
            ensure!(reached > 0.0, "nothing is acknowledged: {:?}", self.counts.complaint.lock());
            misses = if reached < best * 1.1 { misses + 1 } else { 0 };
            // One stretch may be noisy; two say that there is no more.
            if misses == 2 {
                return Ok(f64::max(best, reached));
            }
            (best, rate) = (f64::max(best, reached), rate * 2.0);
        }
    }

    /// How long until messages are on time again; nothing when they never are.
    async fn recover(&self) -> Option<Duration> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            let so_far = began.elapsed();
            self.counts.took.lock().clear();
            tokio::time::sleep(WINDOW).await;
            let mut took = std::mem::take(&mut *self.counts.took.lock());
            took.sort_unstable_by(f64::total_cmp);
            let late = took.get(took.len().saturating_sub(1 + took.len() / 100));
            if late.is_some_and(|late| *late < WELL) {
                return Some(so_far);
            }
        }
        None
    }

    fn storm(&self, address: SocketAddr) -> Storm {
        let tally = Arc::new(Tally::default());
        let client = |client: usize| {
            let names: Vec<_> = self.names.iter().skip(client).step_by(STORM).cloned().collect();
            tokio::spawn(logins::sign_in(Dialect::Native, address, names, tally.clone()))
        };
        let clients = (0..STORM.min(self.names.len())).map(client).collect();
        Storm { clients, tally }
    }
}

/// People who sign in as fast as they are let.
struct Storm {
    clients: Vec<JoinHandle<()>>,
    tally: Arc<Tally>,
}

impl Storm {
    /// Ends it; how many signed in.
    async fn end(self) -> u64 {
        self.tally.stop();
        join_all(self.clients).await;
        self.tally.acked.load(Relaxed)
    }
}
