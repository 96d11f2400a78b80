//! The open loop: messages leave on schedule, whether the server keeps up or not, and their latency
//! counts from the scheduled instant. A plain thread paces, since a runtime's timer is too coarse.

use super::pairs::Pair;
use super::tally::Tally;
use crate::socket::Writer;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// Sends `rate` messages a second in turn through these pairs, for this long.
pub fn pace(
    pairs: Vec<(Arc<Pair>, Writer)>,
    rate: u32,
    length: Duration,
    tally: Arc<Tally>,
) -> JoinHandle<()> {
    std::thread::spawn(move || {
        let (began, gap) = (Instant::now(), Duration::from_secs(1) / rate);
        let total = (length.as_secs_f64() * f64::from(rate)) as u32;
        let mut out = Vec::new();
        for number in 0..total {
            let due = began + gap * number;
            wait_until(due);
            if tally.is_stopping() {
                return;
            }
            let (pair, writer) = &pairs[number as usize % pairs.len()];
            out.clear();
            pair.append(&mut out, tally.at(due));
            if let Err(error) = writer.try_write(&out) {
                tally.error(|| format!("paced sender: {error}"));
            }
        }
    })
}

#[expect(clippy::disallowed_methods, reason = "a thread of its own, outside any runtime")]
fn wait_until(due: Instant) {
    let left = due.saturating_duration_since(Instant::now());
    if !left.is_zero() {
        std::thread::sleep(left);
    }
}
