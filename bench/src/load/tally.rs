//! What the connections of a run count together. Counting happens only while the run measures;
//! what must balance at the end is counted always.

use hdrhistogram::Histogram;
use parking_lot::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// Counters of one run.
#[derive(Debug)]
pub struct Tally {
    /// Acknowledged in all.
    pub acked: AtomicU64,
    /// Delivered in all.
    pub delivered: AtomicU64,
    /// Sent in all.
    pub sent: AtomicU64,
    /// Acknowledged with an error, connections lost, deliveries out of order or doubled.
    pub errors: AtomicU64,
    measuring: AtomicBool,
    stopping: AtomicBool,
    measured: AtomicU64,
    latency: Mutex<Histogram<u64>>,
    complaint: Mutex<Option<String>>,
    origin: Instant,
}

/// Latencies of one measured stretch.
#[derive(Clone, Copy, Debug, Default, serde::Serialize)]
pub struct Latency {
    /// Median, in milliseconds.
    pub p50: f64,
    /// 99th percentile, in milliseconds.
    pub p99: f64,
    /// The longest, in milliseconds.
    pub max: f64,
}

impl Default for Tally {
    fn default() -> Self {
        let histogram = Histogram::new_with_bounds(1, 120_000_000, 3).expect("bounds are in order");
        Self {
            acked: AtomicU64::new(0),
            delivered: AtomicU64::new(0),
            sent: AtomicU64::new(0),
            errors: AtomicU64::new(0),
            measuring: AtomicBool::new(false),
            stopping: AtomicBool::new(false),
            measured: AtomicU64::new(0),
            latency: Mutex::new(histogram),
            complaint: Mutex::new(None),
            origin: Instant::now(),
        }
    }
}

impl Tally {
    /// Nanoseconds since the tally was made: what travels through atomics as an instant.
    pub fn now(&self) -> u64 {
        self.origin.elapsed().as_nanos() as u64
    }

    /// The same for another instant.
    pub fn at(&self, instant: Instant) -> u64 {
        instant.saturating_duration_since(self.origin).as_nanos() as u64
    }

    /// A unit of work is complete that began `since` nanoseconds after the tally was made.
    pub fn complete(&self, since: u64) {
        if self.measuring.load(Relaxed) {
            self.measured.fetch_add(1, Relaxed);
            let micros = self.now().saturating_sub(since) / 1000;
            self.latency.lock().saturating_record(micros.max(1));
        }
    }

    /// Something went wrong.
    pub fn error(&self, complaint: impl FnOnce() -> String) {
        self.errors.fetch_add(1, Relaxed);
        self.complaint.lock().get_or_insert_with(complaint);
    }

    /// The first complaint.
    pub fn complaint(&self) -> Option<String> {
        self.complaint.lock().clone()
    }

    /// Whether to send no more.
    pub fn is_stopping(&self) -> bool {
        self.stopping.load(Relaxed)
    }

    /// Asks everyone to send no more.
    pub fn stop(&self) {
        self.stopping.store(true, Relaxed);
    }

    /// Begins to measure.
    pub fn begin(&self) {
        self.measured.store(0, Relaxed);
        self.latency.lock().reset();
        self.measuring.store(true, Relaxed);
    }

    /// Ends measuring; units of work completed meanwhile, and how long they took.
    pub fn end(&self) -> (u64, Latency) {
        self.measuring.store(false, Relaxed);
        let latency = self.latency.lock();
        let quantile = |q| latency.value_at_quantile(q) as f64 / 1000.0;
        let max = latency.max() as f64 / 1000.0;
        (self.measured.load(Relaxed), Latency { p50: quantile(0.5), p99: quantile(0.99), max })
    }

    /// Waits until `done` says so; false when it never does.
    pub async fn settle(&self, done: impl Fn() -> bool) -> bool {
        for _ in 0..1000 {
            if done() {
                return true;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        false
    }
}
