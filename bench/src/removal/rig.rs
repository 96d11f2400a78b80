//! One run: the load, the cycles, and what the live connections heard, judged by the numbers of the log.

use super::cast::{Cast, text};
use super::ear::Ear;
use super::picture::png;
use super::probe::{self, Leak, Leaks, PREVIEW, SECRET};
use crate::{native, progress};
use anyhow::{Context as _, Result};
use chinwag_wire::{
    AccountId, ConversationId, EditMessage, Event, EventBody, Mark, PresenceState, SendMessage,
};
use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};
use tokio::task::JoinHandle;

/// What a run did.
#[derive(Clone, Copy, Debug, Default)]
pub struct Figures {
    /// Removals, and as many blocks.
    pub cycles: u32,
    /// Messages that others wrote meanwhile.
    pub load: usize,
    /// Events that the target heard live.
    pub heard: usize,
    /// How long it took.
    pub took: Duration,
}

/// From one `rev` to another, both its own: what lies between must not be heard.
#[derive(Clone, Copy, Debug)]
struct Absence {
    removed: i64,
    added: i64,
}

/// Runs so many cycles; answers what leaked.
///
/// # Errors
/// When a step fails that must succeed.
pub async fn run(address: SocketAddr, cycles: u32, rate: u32) -> Result<(Vec<Leak>, Figures)> {
    let began = Instant::now();
    let cast = Arc::new(Cast::gather(address).await?);
    let mut rig = Rig::listen(address, cast.clone()).await?;
    let (written, load) = load(cast, rate);
    let bar = progress::bar(cycles as usize, "cycles");
    for number in 1..=cycles {
        rig.remove(number).await.with_context(|| format!("removal {number}"))?;
        rig.block(number).await.with_context(|| format!("block {number}"))?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    load.abort();
    let heard = rig.ears().map(|ear| ear.events_so_far().len()).sum();
    rig.judge_what_was_heard();
    let figures = Figures { cycles, load: written.load(Relaxed), heard, took: began.elapsed() };
    Ok((rig.leaks.0, figures))
}

/// Somebody who writes all the time, into both groups in turn.
fn load(cast: Arc<Cast>, rate: u32) -> (Arc<AtomicUsize>, JoinHandle<()>) {
    let written = Arc::new(AtomicUsize::new(0));
    let count = written.clone();
    let task = tokio::spawn(async move {
        let mut ticks = tokio::time::interval(Duration::from_secs(1) / rate);
        loop {
            ticks.tick().await;
            let place = [cast.group, cast.shared][count.load(Relaxed) % 2];
            if cast.loader.http.send(place, &text("all the time")).await.is_ok() {
                count.fetch_add(1, Relaxed);
            }
        }
    });
    (written, task)
}

struct Rig {
    address: SocketAddr,
    cast: Arc<Cast>,
    /// The target's live connections, and one of the actor's.
    socket: Ear,
    events: Ear,
    actor: Ear,
    /// Streams that came back with a position from before a removal.
    resumed: Vec<Event>,
    /// The bystander is somebody to be seen: it stays connected.
    _bystander: Ear,
    epoch: String,
    absences: Vec<Absence>,
    leaks: Leaks,
}

impl Rig {
    async fn listen(address: SocketAddr, cast: Arc<Cast>) -> Result<Self> {
        let (_, ready) =
            native::connect(&native::target(address), &cast.target.token, None).await?;
        Ok(Self {
            address,
            socket: Ear::socket(address, &cast.target, "WebSocket").await?,
            events: Ear::events(&cast.target, None, "server-sent events").await?,
            actor: Ear::socket(address, &cast.actor, "WebSocket of the other").await?,
            resumed: Vec::new(),
            _bystander: Ear::socket(address, &cast.bystander, "bystander").await?,
            cast,
            epoch: ready.epoch,
            absences: Vec::new(),
            leaks: Leaks::default(),
        })
    }

    fn ears(&self) -> impl Iterator<Item = &Ear> {
        [&self.socket, &self.events].into_iter()
    }

    /// The target is removed, everything happens at once, and it is added again.
    async fn remove(&mut self, number: u32) -> Result<()> {
        let cast = self.cast.clone();
        let (actor, group) = (&cast.actor.http, cast.group);
        let file = actor.upload("picture.png", png(number)?).await?.id;
        let body = SendMessage { attachments: vec![file], ..text(format!("open {number}")) };
        let open = actor.send(group, &body).await?;
        // It hears what it may hear: an ear that is deaf would find nothing.
        for ear in self.ears() {
            let heard = |event: &Event| says(event, &format!("open {number}"));
            ear.wait("a message before the removal", 1, heard).await?;
        }
        let target = &cast.target.http;
        target.download(file).await.context("a file before the removal")?;
        target.download_preview(file, PREVIEW).await.context("a preview before the removal")?;
        let before = actor.conversation(group).await?.last_rev;
        let cursor = self.events.last_id();
        actor.remove_member(group, cast.target.id).await?;
        let (acted, asked) = tokio::join!(self.act(&cast, open.seq), self.ask(open.seq, before));
        acted?;
        self.leaks.0.extend(asked?.0);
        probe::over_files(&cast, file, &mut self.leaks).await?;
        let removed = find(&cast, before, |event| left(event, cast.target.id)).await?;
        self.resume(&cast, number, cursor).await?;
        let again = self.ask(open.seq, before).await?;
        self.leaks.0.extend(again.0);
        probe::over_files(&cast, file, &mut self.leaks).await?;
        cast.bystander.http.set_presence(PresenceState::Online).await?;
        actor.add_member(group, cast.target.id, None).await?;
        let added = find(&cast, removed, |event| came(event, cast.target.id)).await?;
        self.absences.push(Absence { removed, added });
        for ear in self.ears() {
            let joined = |event: &Event| is_joined(event, group);
            ear.wait("that it was added again", number as usize, joined).await?;
        }
        Ok(())
    }

    /// All at once, right after the removal was acknowledged.
    async fn act(&self, cast: &Cast, seq: i64) -> Result<()> {
        let (http, group) = (&cast.actor.http, cast.group);
        let bodies: Vec<_> = (1..=5).map(|number| text(format!("{SECRET} {number}"))).collect();
        let edit = EditMessage { content: text(format!("{SECRET} edit")).content };
        let mark = Mark { delivered: None, read: Some(seq) };
        tokio::try_join!(
            async { http.send(group, &bodies[0]).await.map(drop) },
            async { http.send(group, &bodies[1]).await.map(drop) },
            async { http.send(group, &bodies[2]).await.map(drop) },
            async { http.send(group, &bodies[3]).await.map(drop) },
            async { http.send(group, &bodies[4]).await.map(drop) },
            async { http.edit(group, seq, &edit, None).await.map(drop) },
            http.typing(group, true),
            cast.bystander.http.set_presence(PresenceState::Busy),
            async { cast.bystander.http.mark(group, &mark).await.map(drop) },
        )?;
        Ok(())
    }

    /// Every surface that can be asked.
    async fn ask(&self, seq: i64, rev: i64) -> Result<Leaks> {
        let mut leaks = Leaks::default();
        probe::over_http(&self.cast, seq, rev, &mut leaks).await?;
        probe::over_socket(self.address, &self.cast, rev, &self.epoch, &mut leaks).await?;
        Ok(leaks)
    }

    /// Comes back over server-sent events with the position from before, and hears up to the herald's word;
    /// so do the connections that stayed.
    async fn resume(&mut self, cast: &Cast, number: u32, cursor: Option<String>) -> Result<()> {
        let word = format!("removal {number}");
        let back = Ear::events(&cast.target, cursor, "server-sent events, resumed").await?;
        cast.herald.http.send(cast.heralds, &text(word.as_str())).await?;
        for ear in self.ears().chain([&back]) {
            ear.wait("the herald", 1, |event| says(event, &word)).await?;
        }
        self.resumed.extend(back.events_so_far());
        Ok(())
    }

    /// The actor blocks the target, both do what the other must not see, and the block is lifted.
    async fn block(&mut self, number: u32) -> Result<()> {
        let cast = self.cast.clone();
        let (actor, target) = (&cast.actor, &cast.target);
        actor.http.block(target.id).await?;
        tokio::try_join!(
            actor.http.typing(cast.shared, false),
            target.http.typing(cast.shared, false),
            actor.http.set_presence(PresenceState::Busy),
            target.http.set_presence(PresenceState::Busy),
        )?;
        probe::across_block(&cast, &mut self.leaks).await?;
        let word = format!("block {number}");
        cast.herald.http.send(cast.heralds, &text(word.as_str())).await?;
        cast.herald.http.send(cast.news, &text(word.as_str())).await?;
        for ear in self.ears().chain([&self.actor]) {
            ear.wait("the herald", 1, |event| says(event, &word)).await?;
        }
        tokio::try_join!(
            actor.http.set_presence(PresenceState::Online),
            target.http.set_presence(PresenceState::Online),
        )?;
        actor.http.unblock(target.id).await?;
        actor.http.typing(cast.shared, true).await?;
        for ear in self.ears() {
            let typing = |event: &Event| types(event, actor.id, true);
            ear.wait("typing after the block", number as usize, typing).await?;
        }
        Ok(())
    }

    fn judge_what_was_heard(&mut self) {
        let mut leaks = Leaks::default();
        for ear in self.ears() {
            let heard = ear.events_so_far();
            heard.iter().for_each(|event| self.judge(event, ear.surface, &mut leaks));
        }
        for event in &self.resumed {
            self.judge(event, "server-sent events, resumed", &mut leaks);
        }
        for event in self.actor.events_so_far() {
            let target = self.cast.target.id;
            if types(&event, target, false) || is_busy(&event, target) {
                leaks.add("block", self.actor.surface, format!("{event:?}"));
            }
        }
        self.leaks.0.extend(leaks.0);
    }

    /// What the target heard: nothing of an absence, no secret, no signal of a group it is not in or
    /// across a block.
    fn judge(&self, event: &Event, surface: &str, leaks: &mut Leaks) {
        let cast = &self.cast;
        let of_group = event.conversation_id == Some(cast.group);
        let absent =
            |rev: i64| self.absences.iter().any(|gap| gap.removed < rev && rev < gap.added);
        let text = serde_json::to_string(event).unwrap_or_default();
        if of_group && (event.rev.is_some_and(absent) || matches!(event.body, EventBody::Typing(_)))
            || text.contains(SECRET)
            || is_busy(event, cast.bystander.id)
        {
            leaks.add("removal", surface, text);
        } else if types(event, cast.actor.id, false) || is_busy(event, cast.actor.id) {
            leaks.add("block", surface, text);
        }
    }
}

/// The `rev` of the first change above `rev` that fits.
async fn find(cast: &Cast, rev: i64, fits: impl Fn(&Event) -> bool) -> Result<i64> {
    let mut from = rev;
    loop {
        let page = cast.actor.http.changes(cast.group, from).await?;
        let found = page.events.iter().find(|event| event.rev > Some(rev) && fits(event));
        if let Some(found) = found {
            return found.rev.context("a change without a number");
        }
        anyhow::ensure!(page.more, "the change is not in the log");
        from = page.rev;
    }
}

fn says(event: &Event, words: &str) -> bool {
    matches!(&event.body, EventBody::MessageCreated(message) if message.content == Some(text(words).content))
}

fn left(event: &Event, account: AccountId) -> bool {
    matches!(&event.body, EventBody::MemberLeft(left) if left.account_id == account)
}

fn came(event: &Event, account: AccountId) -> bool {
    matches!(&event.body, EventBody::MemberChanged(member) if member.account.id == account)
}

fn is_joined(event: &Event, group: ConversationId) -> bool {
    matches!(&event.body, EventBody::ConversationJoined(joined) if joined.conversation_id == group)
}

fn types(event: &Event, account: AccountId, typing: bool) -> bool {
    matches!(&event.body, EventBody::Typing(signal) if signal.account_id == account && signal.typing == typing)
}

fn is_busy(event: &Event, account: AccountId) -> bool {
    matches!(&event.body, EventBody::PresenceChanged(presence)
        if presence.account_id == account && presence.state == PresenceState::Busy)
}
