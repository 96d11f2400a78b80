//! One replay against one server: accounts, rooms, listeners, all logs at once, then the verdict.

use super::input::{Input, Log};
use super::listener::{Habit, Heard, Listener};
use super::people;
use super::player::{Played, Player};
use super::stream_listener::StreamListener;
use super::verdict::Verdict;
use super::voice::Voices;
use crate::native::{self, Account};
use crate::{crowd, http::Http, progress};
use anyhow::{Context as _, Result};
use chinwag_wire::{AccountId, ConversationId, Message, MessagePage};
use futures_util::future::join_all;
use std::net::SocketAddr;
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use tokio::sync::watch;
use tokio::task::JoinHandle;

/// Listeners in each room: three over WebSocket, two over SSE.
const LISTENERS: usize = 5;
/// Open files kept free for everything but the authors.
const SPARE_FILES: usize = 2_000;

struct Stage {
    address: SocketAddr,
    rooms: Vec<ConversationId>,
    listeners: Vec<Account>,
}

/// Replays everything; `shared` when the server holds other things too.
///
/// # Errors
/// When accounts or rooms cannot be made.
pub async fn replay(
    address: SocketAddr,
    input: &Input,
    factor: Option<f64>,
    shared: bool,
) -> Result<Verdict> {
    let bar = progress::bar(input.people.len(), "accounts");
    let accounts = people::register(address, &input.people, &bar).await?;
    bar.finish_and_clear();
    let authors: Vec<AccountId> = accounts.iter().map(|account| account.id).collect();
    let stage = prepare(address, &input.logs, shared).await?;
    let voices = Voices::new(native::target(address), accounts);
    let (played, heard) = perform(&stage, input, &voices, factor).await?;

    let mut verdict = Verdict::default();
    let bar = progress::bar(input.logs.len(), "histories read back");
    for (number, log) in input.logs.iter().enumerate() {
        let history = history(&stage, number).await?;
        verdict.judge_log(log, &played[number], &history, &authors);
        bar.inc(1);
    }
    bar.finish_and_clear();
    for heard in &heard {
        verdict.judge_listener(&input.logs[heard.log], &played[heard.log], heard);
    }
    Ok(verdict)
}

/// Makes the rooms and those who listen there.
async fn prepare(address: SocketAddr, logs: &[Log], shared: bool) -> Result<Stage> {
    let tag = if shared { format!(" {:08x}", rand::random::<u32>()) } else { String::new() };
    let listeners = crowd::each(address, logs.len() * LISTENERS, 16, async |http, number| {
        let name = format!("listener-{number}{tag}");
        native::register(http, &name, &name).await
    })
    .await?;
    let rooms = crowd::each(address, logs.len(), 16, async |http, number| {
        let mine = &listeners[number * LISTENERS..][..LISTENERS];
        let room =
            native::make_room(http, &mine[0], &format!("{}{tag}", logs[number].name)).await?;
        for listener in &mine[1..] {
            native::join(http, listener, room).await?;
        }
        Ok(room)
    })
    .await?;
    Ok(Stage { address, rooms, listeners })
}

type Ears = Vec<JoinHandle<Heard>>;

/// All logs at once, as far as open files allow; results in order of the logs.
async fn perform(
    stage: &Stage,
    input: &Input,
    voices: &Voices,
    factor: Option<f64>,
) -> Result<(Vec<Played>, Vec<Heard>)> {
    let (last, ears) = listen(stage).await;
    let bar = progress::bar(input.logs.iter().map(|log| log.said().count()).sum(), "messages");
    let room = tokio::sync::Semaphore::new(places(&input.logs));
    let plays = input.logs.iter().enumerate().map(|(number, log)| {
        let (bar, last, room) = (&bar, &last[number], &room);
        let player =
            Player { address: stage.address, room: stage.rooms[number], voices, factor, bar };
        async move {
            let _place = room.acquire().await;
            let played = player.play(log).await;
            let _ = last.send(Some(played.receipts.iter().flatten().copied().max().unwrap_or(0)));
            played
        }
    });
    let played = join_all(plays).await;
    bar.set_message("messages; waiting for the listeners");
    let mut heard = Vec::new();
    for ear in ears {
        heard.push(ear.await.context("a listener failed")?);
    }
    bar.finish_and_clear();
    Ok((played, heard))
}

/// How many logs may be played at once so that their authors' connections fit into the open files.
fn places(logs: &[Log]) -> usize {
    let listeners = logs.len() * LISTENERS;
    let files = (crate::machine::open_files() as usize).saturating_sub(SPARE_FILES + listeners);
    let mut crowds: Vec<usize> = logs.iter().map(most_voices).collect();
    crowds.sort_unstable_by(|a, b| b.cmp(a));
    let mut total = 0;
    let fitting = crowds.iter().take_while(|crowd| {
        total += **crowd;
        total <= files
    });
    fitting.count().max(1)
}

/// How many authors of a log are between their first and their last line at once, at most.
fn most_voices(log: &Log) -> usize {
    let mut left = std::collections::HashMap::<usize, usize>::new();
    log.said().for_each(|(who, ..)| *left.entry(who).or_default() += 1);
    let mut open = std::collections::HashSet::new();
    let mut most = 0;
    for (who, ..) in log.said() {
        open.insert(who);
        most = most.max(open.len());
        let left = left.get_mut(&who).expect("counted above");
        *left -= 1;
        if *left == 0 {
            open.remove(&who);
        }
    }
    most
}

/// Starts all listeners and waits until each is connected.
async fn listen(stage: &Stage) -> (Vec<watch::Sender<Option<i64>>>, Ears) {
    let count = stage.rooms.len();
    let connected = Arc::new((AtomicUsize::new(0), tokio::sync::Notify::new()));
    let last: Vec<_> = (0..count).map(|_| watch::Sender::new(None)).collect();
    let mut ears = Ears::new();
    for number in 0..count * LISTENERS {
        let connected = connected.clone();
        let tell = move || {
            connected.0.fetch_add(1, Ordering::Release);
            connected.1.notify_one();
        };
        ears.push(stage.listener(number, last[number / LISTENERS].subscribe(), tell));
    }
    // One that cannot connect gives up by itself and is found in the verdict.
    while connected.0.load(Ordering::Acquire) + ears.iter().filter(|ear| ear.is_finished()).count()
        < ears.len()
    {
        let _ = tokio::time::timeout(std::time::Duration::from_millis(100), connected.1.notified())
            .await;
    }
    (last, ears)
}

impl Stage {
    fn listener(
        &self,
        number: usize,
        last: watch::Receiver<Option<i64>>,
        tell: impl FnOnce() + Send + 'static,
    ) -> JoinHandle<Heard> {
        let (log, account) = (number / LISTENERS, self.listeners[number].clone());
        let room = self.rooms[log];
        let habit = match number % LISTENERS {
            0 => Habit::Steady,
            1 => Habit::Wandering,
            2 => Habit::Slow,
            kind => {
                let wandering = kind == 4;
                let listener =
                    StreamListener { address: self.address, account, room, wandering, last };
                return tokio::spawn(listener.listen(log, tell));
            }
        };
        let target = native::target(self.address);
        tokio::spawn(Listener { target, account, room, habit, last }.listen(log, tell))
    }
}

/// The whole history of a room, oldest first, read over HTTP page by page.
async fn history(stage: &Stage, number: usize) -> Result<Vec<Message>> {
    let mut http = Http::new(stage.address);
    let token = &stage.listeners[number * LISTENERS].token;
    let mut all: Vec<Message> = Vec::new();
    loop {
        let after = all.last().map_or(0, |message| message.seq);
        let path =
            format!("/v1/conversations/{}/messages?after={after}&limit=200", stage.rooms[number]);
        let page: MessagePage = http.json("GET", &path, Some(token), None::<&()>).await?;
        let end = page.messages.is_empty() || !page.more_after;
        all.extend(page.messages);
        if end {
            return Ok(all);
        }
    }
}
