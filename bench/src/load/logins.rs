//! W6: people signing in with their passwords, one after the other at each of a few clients.

use super::dialect::Dialect;
use super::tally::Tally;
use crate::http::{Http, Request};
use crate::native;
use anyhow::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;

/// One client: signs in as each of these in turn until the run stops.
pub async fn sign_in(dialect: Dialect, address: SocketAddr, names: Vec<String>, tally: Arc<Tally>) {
    let mut http = Http::new(address);
    for name in names.iter().cycle() {
        if tally.is_stopping() {
            return;
        }
        let began = tally.now();
        match once(dialect, &mut http, name).await {
            Ok(200 | 201) => {
                tally.acked.fetch_add(1, Relaxed);
                tally.complete(began);
            }
            // Refused for want of capacity: allowed, and tried again.
            Ok(429 | 503) => tokio::time::sleep(std::time::Duration::from_millis(20)).await,
            Ok(status) => return tally.error(|| format!("sign in: {status}")),
            Err(error) => return tally.error(|| format!("sign in: {error:#}")),
        }
    }
}

async fn once(dialect: Dialect, http: &mut Http, name: &str) -> Result<u16> {
    let (path, body) = match dialect {
        Dialect::Native | Dialect::SocketIo | Dialect::MessagingApp => {
            ("/v1/sessions", serde_json::to_vec(&native::sign_in_body(name))?)
        }
        Dialect::Node => {
            let body = serde_json::json!({ "username": name, "password": native::PASSWORD });
            ("/login", serde_json::to_vec(&body)?)
        }
    };
    let request = Request { method: "POST", path, token: None, body: Some(&body) };
    Ok(http.request(request).await?.status)
}
