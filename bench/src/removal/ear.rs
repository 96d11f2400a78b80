//! What somebody hears live: every event of one connection, kept in order, and a way to wait for one.

use super::cast::Person;
use crate::native;
use anyhow::{Context as _, Result};
use chinwag_client::EventSource;
use chinwag_wire::Event;
use parking_lot::Mutex;
use std::{net::SocketAddr, sync::Arc, time::Duration};
use tokio::{sync::Notify, task::JoinHandle, time::timeout};

/// How long something that must be heard may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One live connection, listening until it is dropped.
pub struct Ear {
    /// What it is called in a finding.
    pub surface: &'static str,
    heard: Arc<Heard>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Heard {
    events: Mutex<Vec<Event>>,
    /// Where a listener over server-sent events would go on.
    last_id: Mutex<Option<String>>,
    news: Notify,
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Ear {
    /// Listens over the WebSocket.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn socket(
        address: SocketAddr,
        person: &Person,
        surface: &'static str,
    ) -> Result<Self> {
        let target = native::target(address);
        let (mut socket, _) = native::connect(&target, &person.token, None).await?;
        let heard = Arc::new(Heard::default());
        let listening = heard.clone();
        let task = tokio::spawn(async move {
            while let Ok(Some(text)) = socket.next().await {
                // What is no event is a heartbeat, or the server closing.
                if let Ok(event) = serde_json::from_slice(&text) {
                    listening.add(event);
                }
            }
        });
        Ok(Self { surface, heard, task })
    }

    /// Listens over server-sent events, behind an id where one is given.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn events(
        person: &Person,
        from: Option<String>,
        surface: &'static str,
    ) -> Result<Self> {
        let mut source = EventSource::new(person.http.clone(), None).from(from);
        source.connect().await?;
        let heard = Arc::new(Heard::default());
        let listening = heard.clone();
        let task = tokio::spawn(async move {
            while let Ok(next) = source.next().await {
                if next.id.is_some() {
                    *listening.last_id.lock() = next.id;
                }
                listening.add(next.event);
            }
        });
        Ok(Self { surface, heard, task })
    }

    /// Waits until so many events fit.
    ///
    /// # Errors
    /// When they do not come.
    pub async fn wait(
        &self,
        what: &str,
        count: usize,
        fits: impl Fn(&Event) -> bool,
    ) -> Result<()> {
        let came = async {
            loop {
                let news = self.heard.news.notified();
                if self.heard.events.lock().iter().filter(|event| fits(event)).count() >= count {
                    return;
                }
                news.await;
            }
        };
        let waited = timeout(PATIENCE, came).await;
        waited.with_context(|| format!("{}: not heard: {what}", self.surface))
    }

    /// The id to go on from.
    pub fn last_id(&self) -> Option<String> {
        self.heard.last_id.lock().clone()
    }

    /// Everything heard so far.
    pub fn events_so_far(&self) -> Vec<Event> {
        self.heard.events.lock().clone()
    }
}

impl Heard {
    fn add(&self, event: Event) {
        self.events.lock().push(event);
        self.news.notify_waiters();
    }
}
