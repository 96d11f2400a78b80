//! Someone in a room who only listens, over a WebSocket: steadily, reconnecting at random, or slowly.

use super::hearing::{Hearing, Then};
use super::voice::reply_id;
use crate::native::{self, Account};
use crate::socket::{Socket, Target};
use anyhow::{Context as _, Result};
use chinwag_wire::{Changes, ConversationId, Event, Positions, frame};
use rand::{RngExt as _, SeedableRng as _, rngs::StdRng};
use std::time::Duration;
use tokio::sync::watch;

/// A room that stays silent for this long before its last message has been heard has lost it.
pub const PATIENCE: Duration = Duration::from_secs(30);
/// A slow listener's kernel buffer; the kernel doubles it.
const SMALL: u32 = 4096;

/// How someone listens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Habit {
    /// Stays and reads.
    Steady,
    /// Drops the connection now and then, and resumes.
    Wandering,
    /// Reads through a small window and pauses, so that the server has to hold or close.
    Slow,
}

/// What came of it.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Which log.
    pub log: usize,
    /// Over what, and how.
    pub how: &'static str,
    /// What was heard.
    pub hearing: Hearing,
    /// How often it connected again.
    pub reconnects: u32,
    /// The first complaint.
    pub complaint: Option<String>,
}

/// One listener.
#[derive(Debug)]
pub struct Listener {
    /// Where to connect.
    pub target: Target,
    /// As whom.
    pub account: Account,
    /// What to listen to.
    pub room: ConversationId,
    /// How.
    pub habit: Habit,
    /// Becomes the number of the last message, once all have been sent.
    pub last: watch::Receiver<Option<i64>>,
}

impl Listener {
    /// Listens until the last message of the room was heard; `connected` is told of the first time.
    pub async fn listen(mut self, log: usize, connected: impl FnOnce()) -> Heard {
        if self.habit == Habit::Slow {
            self.target.receive_buffer = Some(SMALL);
        }
        let mut connected = Some(connected);
        let seed = log as u64 * 3 + self.habit as u64;
        let mut ear = Ear {
            hearing: Hearing::default(),
            epoch: None,
            syncing: 0,
            random: StdRng::seed_from_u64(seed),
        };
        let mut heard = Heard {
            log,
            how: self.how(),
            hearing: Hearing::default(),
            reconnects: 0,
            complaint: None,
        };
        let mut failures = 0;
        while !self.is_done(&ear) && failures < 20 {
            let before = ear.hearing.rev;
            match self.once(&mut ear, &mut connected).await {
                Ok(()) => heard.reconnects += 1,
                Err(error) => {
                    heard.complaint.get_or_insert(format!("{error:#}"));
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
            failures = if ear.hearing.rev > before { 0 } else { failures + 1 };
        }
        heard.hearing = ear.hearing;
        heard
    }

    fn how(&self) -> &'static str {
        match self.habit {
            Habit::Steady => "WebSocket",
            Habit::Wandering => "WebSocket, reconnecting",
            Habit::Slow => "WebSocket, slow",
        }
    }

    fn is_done(&self, ear: &Ear) -> bool {
        self.last.borrow().is_some_and(|last| ear.hearing.seq() >= last)
    }

    /// One connection, from its hello to its end.
    async fn once(&mut self, ear: &mut Ear, connected: &mut Option<impl FnOnce()>) -> Result<()> {
        let (mut socket, ready) =
            native::connect(&self.target, &self.account.token, ear.positions(self.room)).await?;
        ear.ready(&socket, ready, self.room).await?;
        if let Some(connected) = connected.take() {
            connected();
        }
        let patience = match self.habit {
            Habit::Wandering => ear.random.random_range(50..400),
            _ => usize::MAX,
        };
        for count in 0..patience {
            if self.is_done(ear) {
                break;
            }
            let Some(text) = self.next(&mut socket).await? else { break };
            ear.hear(&socket, &text, self.room).await?;
            if self.habit == Habit::Slow && count % 100 == 99 {
                tokio::time::sleep(Duration::from_millis(300)).await;
            }
        }
        Ok(())
    }

    /// The next frame; nothing when the server closed, or when all has been sent and heard.
    async fn next(&mut self, socket: &mut Socket) -> Result<Option<bytes::Bytes>> {
        let sent = self.last.borrow_and_update().is_some();
        tokio::select! {
            text = socket.next() => text,
            changed = self.last.changed(), if !sent => {
                changed.context("the replay ended")?;
                Ok(Some(bytes::Bytes::new()))
            }
            () = tokio::time::sleep(PATIENCE), if sent => anyhow::bail!("silence"),
        }
    }
}

struct Ear {
    hearing: Hearing,
    epoch: Option<String>,
    /// Id of the `sync` under way, 0 for none.
    syncing: u64,
    random: StdRng,
}

impl Ear {
    fn positions(&self, room: ConversationId) -> Option<Positions> {
        let epoch = Some(self.epoch.clone()?);
        Some(Positions { epoch, conversations: [(room, self.hearing.rev)].into() })
    }

    async fn ready(
        &mut self,
        socket: &Socket,
        ready: frame::Ready,
        room: ConversationId,
    ) -> Result<()> {
        self.syncing = 0;
        // The first time, what came before the replay is not to be heard.
        let head = ready.conversations.iter().find(|head| head.conversation_id == room);
        let head = head.context("the room is not listed")?.rev;
        self.hearing.begin(if self.epoch.is_none() { head } else { 0 });
        self.epoch = Some(ready.epoch);
        for page in ready.changes.iter().filter(|page| page.conversation_id == room) {
            self.catch_up(socket, page, room).await?;
        }
        Ok(())
    }

    async fn hear(&mut self, socket: &Socket, text: &[u8], room: ConversationId) -> Result<()> {
        if text.is_empty() {
            return Ok(());
        }
        if let Some(id) = reply_id(text) {
            let reply: frame::ReplyFrame<Changes> = serde_json::from_slice(text)?;
            let page = reply.ok.with_context(|| format!("sync refused: {:?}", reply.error))?;
            anyhow::ensure!(id == self.syncing, "a reply to nothing");
            self.syncing = 0;
            return self.catch_up(socket, &page, room).await;
        }
        if !text.starts_with(b"{\"heartbeat\"") && !text.starts_with(b"{\"closing\"") {
            let event: Event = serde_json::from_slice(text)?;
            if event.conversation_id == Some(room) {
                return self.event(socket, &event, room).await;
            }
        }
        Ok(())
    }

    async fn event(&mut self, socket: &Socket, event: &Event, room: ConversationId) -> Result<()> {
        if self.syncing > 0 {
            self.hearing.pass(event);
            return Ok(());
        }
        let then = self.hearing.live(event);
        self.then(socket, then, room).await
    }

    async fn catch_up(
        &mut self,
        socket: &Socket,
        page: &Changes,
        room: ConversationId,
    ) -> Result<()> {
        let then = self.hearing.catch_up(&page.events, page.rev, page.more);
        self.then(socket, then, room).await
    }

    async fn then(&mut self, socket: &Socket, then: Then, room: ConversationId) -> Result<()> {
        let Then::Sync(rev) = then else { return Ok(()) };
        self.syncing = 2 + rev as u64;
        let sync = frame::Sync { conversation_id: room, rev };
        socket.send(&native::command(self.syncing, "sync", &sync)?).await
    }
}
