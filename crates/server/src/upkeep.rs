//! What is tidied while the server runs, so that memory follows those who are active.

use chinwag_chat::Chat;
use metrics_exporter_prometheus::PrometheusHandle;
use std::time::Duration;
use tokio::time::{MissedTickBehavior, interval};

/// Measurements are drained this often.
const DRAIN: Duration = Duration::from_secs(5);
/// Rate limits forget who was quiet every so many drains.
const FORGET: u32 = 12;

/// Tidies until it is dropped.
pub async fn run(chat: Chat, metrics: PrometheusHandle) {
    let mut ticks = interval(DRAIN);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    for tick in 1u32.. {
        ticks.tick().await;
        metrics.run_upkeep();
        if tick.is_multiple_of(FORGET) {
            chat.limits().forget_idle();
        }
    }
}
