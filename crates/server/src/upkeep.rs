//! What is tidied while the server runs, so that memory and disk follow those who are active.

use crate::sweep::Sweep;
use chinwag_chat::Chat;
use metrics_exporter_prometheus::PrometheusHandle;
use std::time::Duration;
use tokio::time::{Instant, MissedTickBehavior, interval_at};

/// Measurements are drained this often.
const DRAIN: Duration = Duration::from_secs(5);
/// Rate limits forget who was quiet every so many drains.
const FORGET: u32 = 12;
/// What has been kept long enough is looked for every so many drains, and at the first.
const SWEEP: u32 = 720;

/// Tidies, and watches how long work waits, until it is dropped.
pub async fn run(chat: Chat, metrics: PrometheusHandle) {
    tokio::join!(chat.pressure().watch(), tidy(&chat, metrics));
}

async fn tidy(chat: &Chat, metrics: PrometheusHandle) {
    // Not at once: a server that starts has better things to do.
    let mut ticks = interval_at(Instant::now() + DRAIN, DRAIN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut sweep = Sweep::default();
    for tick in 0u32.. {
        ticks.tick().await;
        metrics.run_upkeep();
        sweep.look(chat);
        if tick.is_multiple_of(FORGET) {
            chat.forget_idle_limits();
        }
        if tick.is_multiple_of(SWEEP)
            && let Err(problem) = chat.forget_old_audit().await
        {
            tracing::warn!(%problem, "old entries of the audit log could not be forgotten");
        }
    }
}
