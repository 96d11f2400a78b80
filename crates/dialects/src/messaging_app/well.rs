//! Health, as the monitors of the original's services ask for it.

use super::outcome::answer;
use crate::desk::Desk;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use serde_json::{Value, json};

/// `GET /health/auth`.
pub(super) async fn auth(State(desk): State<Desk>) -> Response {
    let up = desk.chat.clock().now().since(desk.born).as_secs_f64();
    let more = json!({ "uptime": up, "version": env!("CARGO_PKG_VERSION") });
    report(&desk, "auth-service", &["database", "redis"], more).await
}

/// `GET /health/users`.
pub(super) async fn users(State(desk): State<Desk>) -> Response {
    report(&desk, "user-service", &["database", "redis"], json!({})).await
}

/// `GET /health/messaging`.
pub(super) async fn messaging(State(desk): State<Desk>) -> Response {
    report(&desk, "messaging-service", &["database", "redis"], json!({})).await
}

/// `GET /health/realtime`.
pub(super) async fn realtime(State(desk): State<Desk>) -> Response {
    report(&desk, "real-time-service", &["redis"], json!({})).await
}

/// `GET /nginx-health`.
pub(super) async fn gateway() -> Response {
    ([(header::CONTENT_TYPE, "text/plain; charset=utf-8")], "healthy\n").into_response()
}

async fn report(desk: &Desk, name: &str, needs: &[&str], more: Value) -> Response {
    let parts = desk.health.report(desk).await;
    let is_up = |dependency: &str| {
        let role = if dependency == "database" { "MongoDB" } else { "REDIS" };
        parts.iter().any(|(part, check)| *part == role && check.is_ok())
    };
    let word = |up: bool| if up { "connected" } else { "disconnected" };
    let dependencies: Value =
        needs.iter().map(|need| ((*need).to_owned(), Value::from(word(is_up(need))))).collect();
    let healthy = needs.iter().all(|need| is_up(need));
    let mut body = json!({
        "status": if healthy { "healthy" } else { "unhealthy" },
        "service": name,
        "timestamp": desk.chat.clock().now(),
        "dependencies": dependencies,
    });
    for (key, value) in more.as_object().into_iter().flatten() {
        body[key] = value.clone();
    }
    let status = if healthy { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    answer(status, &body)
}
