//! `/healthz`, `/livez`, `/readyz`: whether the process runs, and whether it can do its work.

use crate::{
    answer::{Answer, ok},
    app::Api,
};
use axum::extract::State;
use chinwag_chat::Chat;
use chinwag_wire::{Code, Problem};
use serde::Serialize;
use std::time::Duration;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long an answer about readiness holds.
const FRESH: Duration = Duration::from_secs(2);

/// A good answer.
#[derive(Serialize, utoipa::ToSchema)]
pub(crate) struct Health {
    /// `ok`.
    status: &'static str,
}

const WELL: Health = Health { status: "ok" };

/// The process runs
#[utoipa::path(get, path = "/healthz", tag = "operation", security(()), responses((status = 200, description = "It runs", body = Health)))]
pub(crate) async fn health() -> Answer {
    ok(&WELL)
}

/// The process runs
#[utoipa::path(get, path = "/livez", tag = "operation", security(()), responses((status = 200, description = "It runs", body = Health)))]
pub(crate) async fn live() -> Answer {
    ok(&WELL)
}

/// Messages can be stored now, and the server is not stopping
#[utoipa::path(get, path = "/readyz", tag = "operation", security(()), responses((status = 200, description = "Ready", body = Health)))]
pub(crate) async fn ready(State(api): State<Api>) -> Answer {
    if api.draining.is_cancelled() {
        return Err(Problem::from(Code::ShuttingDown).retry_after(5).into());
    }
    api.readiness.ask(&api.chat).await?;
    ok(&WELL)
}

/// The last answer about readiness. The database is asked once at a time and every two seconds at most.
#[derive(Default)]
pub(crate) struct Readiness(Mutex<Option<(Instant, Result<(), Problem>)>>);

impl Readiness {
    async fn ask(&self, chat: &Chat) -> Result<(), Problem> {
        let mut last = self.0.lock().await;
        match &*last {
            Some((at, answer)) if at.elapsed() < FRESH => answer.clone(),
            _ => {
                let late = |_| {
                    Problem::from(Code::Unavailable)
                        .with_detail("The database did not answer within 2 seconds.")
                        .retry_after(2)
                };
                let answer = timeout(FRESH, chat.ready()).await.map_err(late).flatten();
                *last = Some((Instant::now(), answer.clone()));
                answer
            }
        }
    }
}
