//! One measured figure with everything one needs to judge it: a line of JSON.

use super::meter::Spent;
use super::subject::Peer;
use crate::load::tally::{Latency, Tally};
use serde::Serialize;
use std::sync::atomic::Ordering::Relaxed;

/// A figure.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Which workload.
    pub workload: &'static str,
    /// Whose.
    pub peer: Peer,
    /// In which round, from 1.
    pub round: usize,
    /// Units of work a second; what a unit is, the workload says.
    pub rate: f64,
    /// Processor time of the server for a unit, in microseconds.
    pub server_us: f64,
    /// The same of PostgreSQL and Redis.
    pub store_us: f64,
    /// The same of the generator.
    pub client_us: f64,
    /// Cores that everything else kept busy.
    pub others: f64,
    /// How long units took.
    pub latency: Latency,
    /// Anything else the workload measures, by name.
    pub also: std::collections::BTreeMap<&'static str, f64>,
    /// Why the figure does not count.
    pub void: Option<String>,
}

impl Record {
    /// `units` of work that took so much.
    pub fn new(
        workload: &'static str,
        peer: Peer,
        units: f64,
        spent: Spent,
        latency: Latency,
    ) -> Self {
        let each = |seconds: f64| if units > 0.0 { seconds * 1e6 / units } else { 0.0 };
        Self {
            workload,
            peer,
            round: 0,
            rate: units / spent.seconds.max(1e-9),
            server_us: each(spent.server),
            store_us: each(spent.store),
            client_us: each(spent.client),
            others: spent.others,
            latency,
            also: Default::default(),
            void: None,
        }
    }

    /// A figure of another kind beside it.
    pub fn with(mut self, name: &'static str, value: f64) -> Self {
        self.also.insert(name, value);
        self
    }

    /// One of the other figures; NaN where it was not measured.
    pub fn figure(&self, name: &str) -> f64 {
        self.also.get(name).copied().unwrap_or(f64::NAN)
    }

    /// Voids it where the run had errors.
    pub fn checked(mut self, tally: &Tally) -> Self {
        let errors = tally.errors.load(Relaxed);
        if errors > 0 {
            self.void = Some(format!("{errors} errors: {}", tally.complaint().unwrap_or_default()));
        }
        self
    }

    /// Voids it for this reason, unless it is void already.
    pub fn void_if(&mut self, wrong: bool, reason: impl FnOnce() -> String) {
        if wrong && self.void.is_none() {
            self.void = Some(reason());
        }
    }

    /// Processor time of the server and its stores for a unit, in microseconds.
    pub fn total_us(&self) -> f64 {
        self.server_us + self.store_us
    }
}
