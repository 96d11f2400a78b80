//! Someone in a room who only listens, over server-sent events. The server keeps the positions, so
//! whatever arrives is written down as it comes: nothing may be missing, nothing may come twice.

use super::hearing::Hearing;
use super::listener::{Heard, PATIENCE};
use super::stream::{EventStream, StreamEvent};
use crate::native::Account;
use anyhow::{Context as _, Result, bail};
use chinwag_wire::{ConversationId, Event};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use std::{net::SocketAddr, time::Duration};
use tokio::sync::watch;

/// One listener.
#[derive(Debug)]
pub struct StreamListener {
    /// The server.
    pub address: SocketAddr,
    /// As whom.
    pub account: Account,
    /// What to listen to.
    pub room: ConversationId,
    /// Whether to drop the connection now and then.
    pub wandering: bool,
    /// Becomes the number of the last message, once all have been sent.
    pub last: watch::Receiver<Option<i64>>,
}

impl StreamListener {
    /// Listens until the last message of the room was heard; `connected` is told of the first time.
    pub async fn listen(mut self, log: usize, connected: impl FnOnce()) -> Heard {
        let how = if self.wandering { "SSE, reconnecting" } else { "SSE" };
        let mut heard =
            Heard { log, how, hearing: Hearing::default(), reconnects: 0, complaint: None };
        let mut connected = Some(connected);
        let mut random = StdRng::seed_from_u64(log as u64);
        let (mut resume, mut failures) = (None, 0);
        while !self.is_done(&heard) && failures < 20 {
            let before = heard.hearing.said.len();
            let events = if self.wandering { random.random_range(50..400) } else { usize::MAX };
            match self.once(&mut heard, &mut resume, events, &mut connected).await {
                Ok(()) => heard.reconnects += 1,
                Err(error) => {
                    heard.complaint.get_or_insert(format!("{error:#}"));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            failures = if heard.hearing.said.len() > before { 0 } else { failures + 1 };
        }
        heard
    }

    fn is_done(&self, heard: &Heard) -> bool {
        self.last.borrow().is_some_and(|last| heard.hearing.seq() >= last)
    }

    async fn once(
        &mut self,
        heard: &mut Heard,
        resume: &mut Option<String>,
        events: usize,
        connected: &mut Option<impl FnOnce()>,
    ) -> Result<()> {
        let mut stream =
            EventStream::open(self.address, &self.account.token, resume.as_deref()).await?;
        if let Some(connected) = connected.take() {
            connected();
        }
        for _ in 0..events {
            if self.is_done(heard) {
                break;
            }
            let Some(event) = self.next(&mut stream).await? else { break };
            if event.data.is_empty() {
                continue;
            }
            let told: Event = serde_json::from_str(&event.data).context("not an event")?;
            if told.conversation_id == Some(self.room) {
                heard.hearing.note(&told);
            }
            *resume = event.id.or(resume.take());
        }
        Ok(())
    }

    async fn next(&mut self, stream: &mut EventStream) -> Result<Option<StreamEvent>> {
        let sent = self.last.borrow_and_update().is_some();
        tokio::select! {
            event = stream.next() => event,
            changed = self.last.changed(), if !sent => {
                changed.context("the replay ended")?;
                Ok(Some(StreamEvent::default()))
            }
            () = tokio::time::sleep(PATIENCE), if sent => bail!("silence"),
        }
    }
}
