//! Whether the server is well, as deployed monitors ask: every part of it by the name of the role it plays,
//! whatever plays it here. The parts are asked side by side, each in a bounded time.

use crate::desk::Desk;
use axum::{
    extract::State,
    http::{StatusCode, header},
    response::{IntoResponse as _, Response},
};
use chinwag_broker::Error;
use chinwag_chat::MailQueue;
use serde_json::{Map, Value, json};
use std::time::Duration;
use tokio::{
    sync::Mutex,
    time::{Instant, timeout},
};

/// How long a part may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long the broker may take.
const BROKER_PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer holds.
const FRESH: Duration = Duration::from_secs(1);

/// What a part has to say of itself: more about it, or that it is down.
type Check = Result<Value, Down>;

/// A part is down. Whatever it is down for, monitors know one text for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Down;

/// Every part, by name.
type Report = [(&'static str, Check); 7];

/// The last report.
#[derive(Default)]
pub(crate) struct Health(Mutex<Option<(Instant, Report)>>);

impl Health {
    /// How the parts are now. They are asked once at a time, and once a second at most.
    pub(crate) async fn report(&self, desk: &Desk) -> Report {
        let mut last = self.0.lock().await;
        match &*last {
            Some((at, report)) if at.elapsed() < FRESH => report.clone(),
            _ => {
                let report = ask(desk).await;
                *last = Some((Instant::now(), report.clone()));
                report
            }
        }
    }
}

async fn ask(desk: &Desk) -> Report {
    let (store, queue, broker) = tokio::join!(
        in_time(PATIENCE, desk.chat.ready()),
        in_time(PATIENCE, desk.chat.mail_queue()),
        in_time(BROKER_PATIENCE, broker(desk))
    );
    let memory = Memory::read();
    let well = || Ok(json!({}));
    [
        ("memory_heap", within(memory.heap, desk.options.heap_bytes)),
        ("mermory_rss", within(memory.resident, desk.options.resident_bytes)),
        ("MongoDB", store.map(|()| json!({}))),
        ("kafka", broker.map(|()| json!({}))),
        // Hints between the parts of one process have no way to be down.
        ("REDIS", well()),
        ("Queue", queue.map(|queue| json!({ "MAIL_QUEUE": counts(queue) }))),
        ("SocketIO", well()),
    ]
}

/// Where nobody is to be told of events, nothing can be down.
async fn broker(desk: &Desk) -> Result<(), Error> {
    match &desk.broker {
        Some(broker) => broker.ready().await,
        None => Ok(()),
    }
}

fn counts(queue: MailQueue) -> Value {
    let MailQueue { waiting, active, delayed, failed } = queue;
    json!({ "waiting": waiting, "active": active, "completed": 0, "failed": failed, "delayed": delayed })
}

async fn in_time<T, E>(
    patience: Duration,
    part: impl Future<Output = Result<T, E>>,
) -> Result<T, Down> {
    match timeout(patience, part).await {
        Ok(Ok(well)) => Ok(well),
        Ok(Err(_)) | Err(_) => Err(Down),
    }
}

fn within(bytes: u64, most: u64) -> Check {
    if bytes <= most { Ok(json!({})) } else { Err(Down) }
}

/// What monitors read of a part that is down.
fn message(name: &str) -> String {
    let patience = if name == "kafka" { BROKER_PATIENCE } else { PATIENCE };
    format!("timeout of {}ms exceeded", patience.as_millis())
}

/// What the process takes, in bytes; nothing where the system does not tell.
#[derive(Default)]
struct Memory {
    /// What it allocated.
    heap: u64,
    /// All of it.
    resident: u64,
}

impl Memory {
    fn read() -> Self {
        let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
        let bytes = |name: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(name));
            let kib = line.and_then(|rest| rest.split_whitespace().next()?.parse::<u64>().ok());
            kib.unwrap_or(0) * 1024
        };
        Self { heap: bytes("RssAnon:"), resident: bytes("VmRSS:") }
    }
}

/// `GET /health` and `GET /api/health`.
pub(crate) async fn health(State(desk): State<Desk>) -> Response {
    let report = desk.health.report(&desk).await;
    let (mut info, mut error) = (Map::new(), Map::new());
    for (name, check) in report {
        match check {
            Ok(Value::Object(mut more)) => {
                more.insert("status".to_owned(), "up".into());
                info.insert(name.to_owned(), more.into());
            }
            Ok(_) => {}
            Err(Down) => {
                let down = json!({ "status": "down", "message": message(name) });
                error.insert(name.to_owned(), down);
            }
        }
    }
    let mut details = info.clone();
    details.extend(error.clone());
    let (status, word) = match error.is_empty() {
        true => (StatusCode::OK, "ok"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "error"),
    };
    let body = json!({ "status": word, "info": info, "error": error, "details": details });
    (status, [(header::CONTENT_TYPE, "application/json; charset=utf-8")], body.to_string())
        .into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_part_that_does_not_answer_is_down() {
        let (short, long) = (Duration::from_millis(5), Duration::from_secs(60));
        let never = std::future::pending::<Result<(), String>>();
        assert_eq!(in_time(short, never).await, Err(Down));
        let refused = async { Err::<(), _>(1) };
        assert_eq!(in_time(long, refused).await, Err(Down));
        assert_eq!(in_time(long, async { Ok::<_, ()>(7) }).await, Ok(7));
    }

    #[test]
    fn what_is_down_has_one_text() {
        assert_eq!(message("MongoDB"), "timeout of 5000ms exceeded");
        assert_eq!(message("kafka"), "timeout of 10000ms exceeded");
        assert_eq!((within(2, 1), within(1, 1)), (Err(Down), Ok(json!({}))));
    }
}
