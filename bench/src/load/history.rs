//! W4: the newest page of 50 over HTTP, from a conversation chosen at random each time.

use super::tally::Tally;
use crate::http::{Http, Request};
use anyhow::{Result, ensure};
use rand::RngExt as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// A page that somebody may read.
#[derive(Clone, Debug)]
pub struct Readable {
    /// Path and query.
    pub path: String,
    /// Token of a member.
    pub token: String,
}

/// One reader: page after page until the run stops.
pub async fn read(address: SocketAddr, pages: Arc<Vec<Readable>>, tally: Arc<Tally>) {
    let mut http = Http::new(address);
    while !tally.is_stopping() {
        let page = &pages[rand::rng().random_range(0..pages.len())];
        let began = tally.now();
        tally.sent.fetch_add(1, Relaxed);
        match read_one(&mut http, page).await {
            Ok(()) => {
                tally.acked.fetch_add(1, Relaxed);
                tally.complete(began);
            }
            Err(error) => return tally.error(|| format!("{error:#}")),
        }
    }
}

async fn read_one(http: &mut Http, page: &Readable) -> Result<()> {
    let request = Request { method: "GET", path: &page.path, token: Some(&page.token), body: None };
    let answer = http.request(request).await?;
    ensure!(answer.status == 200, "{}: {}", answer.status, String::from_utf8_lossy(&answer.body));
    // A page of 50 messages of 200 bytes cannot be shorter.
    ensure!(answer.body.len() > 50 * 200, "a short page: {} bytes", answer.body.len());
    Ok(())
}
