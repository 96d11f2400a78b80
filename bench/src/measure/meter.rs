//! Who spent how much processor time between two moments.

use crate::machine;
use crate::postgres::Family;
use serde::Serialize;
use std::time::{Duration, Instant};

/// Whose time is read.
#[derive(Clone, Debug, Default)]
pub struct Watched {
    /// The server under test.
    pub server: u32,
    /// Processes it stores and publishes through.
    pub helpers: Vec<u32>,
    /// PostgreSQL, where it is used.
    pub postgres: Option<Family>,
}

/// A running measurement.
#[derive(Debug)]
pub struct Meter {
    watched: Watched,
    began: Instant,
    at_first: Reading,
}

#[derive(Clone, Copy, Debug)]
struct Reading {
    server: Duration,
    store: Duration,
    client: Duration,
    busy: Duration,
}

/// What was spent.
#[derive(Clone, Copy, Debug, Default, Serialize)]
pub struct Spent {
    /// Seconds that went by.
    pub seconds: f64,
    /// Processor seconds of the server.
    pub server: f64,
    /// Processor seconds of PostgreSQL and Redis on its behalf.
    pub store: f64,
    /// Processor seconds of this generator.
    pub client: f64,
    /// Cores that everything else kept busy.
    pub others: f64,
}

impl Meter {
    /// Begins.
    pub fn start(watched: &Watched) -> Self {
        Self { watched: watched.clone(), began: Instant::now(), at_first: read(watched) }
    }

    /// What was spent since the start.
    pub fn stop(self) -> Spent {
        let (first, last) = (self.at_first, read(&self.watched));
        let seconds = self.began.elapsed().as_secs_f64();
        let since =
            |at: fn(&Reading) -> Duration| (at(&last).saturating_sub(at(&first))).as_secs_f64();
        let (server, store, client) =
            (since(|r| r.server), since(|r| r.store), since(|r| r.client));
        let others = (since(|r| r.busy) - server - store - client) / seconds;
        Spent { seconds, server, store, client, others: others.max(0.0) }
    }
}

fn read(watched: &Watched) -> Reading {
    let helpers: Duration = watched.helpers.iter().map(|pid| machine::cpu_of(*pid)).sum();
    Reading {
        server: machine::cpu_of(watched.server),
        store: helpers + watched.postgres.map_or(Duration::ZERO, Family::cpu),
        client: machine::own_cpu(),
        busy: machine::busy(),
    }
}
