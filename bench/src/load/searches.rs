//! W6: people looking for others by the beginning of a name, one search after the other.

use super::tally::Tally;
use crate::http::{Http, Request};
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// One client: searches until the run stops.
pub async fn search(address: SocketAddr, token: String, tally: Arc<Tally>) {
    let mut http = Http::new(address);
    let prefixes = ["u", "us", "user", "user1", "user2", "user39", "nobody"];
    for prefix in prefixes.iter().cycle() {
        if tally.is_stopping() {
            return;
        }
        let began = tally.now();
        let path = format!("/v1/accounts/search?prefix={prefix}&limit=20");
        let request = Request { method: "GET", path: &path, token: Some(&token), body: None };
        match http.request(request).await {
            Ok(answer) if answer.status == 200 => {
                tally.acked.fetch_add(1, Relaxed);
                tally.complete(began);
            }
            // Refused for want of capacity: allowed, and tried again.
            Ok(answer) if matches!(answer.status, 429 | 503) => {
                tokio::time::sleep(std::time::Duration::from_millis(20)).await
            }
            Ok(answer) => return tally.error(|| format!("search: {}", answer.status)),
            Err(error) => return tally.error(|| format!("search: {error:#}")),
        }
    }
}
