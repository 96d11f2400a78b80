//! Plays one log into its room: line after line, in the order of the file. Lines of one author that
//! follow each other travel together; between authors the receipt of the line before is awaited.

use super::input::{Act, Log, What};
use super::voice::{Voice, Voices};
use crate::{http::Http, native};
use anyhow::{Context as _, Result};
use chinwag_wire::{Content, ConversationId, Sent, frame};
use indicatif::ProgressBar;
use std::collections::{HashMap, HashSet};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// Lines of one author sent without waiting, at most.
const RUN: usize = 16;

/// What a log's play came to.
#[derive(Clone, Debug, Default)]
pub struct Played {
    /// The number each message was given, in order of the file; nothing where it was refused.
    pub receipts: Vec<Option<i64>>,
    /// The first complaint.
    pub complaint: Option<String>,
}

/// What a play needs.
#[derive(Debug)]
pub struct Player<'a> {
    /// The server.
    pub address: SocketAddr,
    /// Where to.
    pub room: ConversationId,
    /// Who speaks.
    pub voices: &'a Voices,
    /// How many times faster than it was; nothing for as fast as it goes.
    pub factor: Option<f64>,
    /// Moves with each message.
    pub bar: &'a ProgressBar,
}

impl Player<'_> {
    /// Plays it to the end; what is refused is noted and the play goes on.
    pub async fn play(&self, log: &Log) -> Played {
        let mut state = State::new(self, log);
        let mut at = 0;
        while at < log.acts.len() {
            self.wait_for(&log.acts[at], &state).await;
            let run = run_length(&log.acts[at..], state.played.receipts.len());
            let acts = &log.acts[at..at + run.max(1)];
            if let Err(error) = state.act(acts).await {
                state.played.complaint.get_or_insert(format!("{}: {error:#}", log.name));
            }
            at += acts.len();
        }
        state.played
    }

    async fn wait_for(&self, act: &Act, state: &State<'_>) {
        let (Some(factor), Some(minute)) = (self.factor, act.minute) else { return };
        // A log may run past midnight.
        let minutes = (minute + 1440 - state.first_minute) % 1440;
        let offset = Duration::from_secs_f64(f64::from(minutes) * 60.0 / factor);
        tokio::time::sleep_until(state.began + offset).await;
    }
}

/// How many acts from here are messages of one author, none of which answers another of them.
fn run_length(acts: &[Act], said_before: usize) -> usize {
    let fits = |act: &&Act| {
        let earlier = |answers: &Option<usize>| answers.is_none_or(|to| to <= said_before);
        let said = matches!(&act.what, What::Said { answers, .. } if earlier(answers));
        said && act.who == acts[0].who && act.minute == acts[0].minute
    };
    acts.iter().take(RUN).take_while(fits).count()
}

struct State<'a> {
    player: &'a Player<'a>,
    http: Http,
    members: HashSet<usize>,
    open: HashMap<usize, Arc<Voice>>,
    /// How many messages each author has still to say.
    left: HashMap<usize, usize>,
    played: Played,
    began: Instant,
    first_minute: u32,
}

impl<'a> State<'a> {
    fn new(player: &'a Player<'a>, log: &Log) -> Self {
        let mut left = HashMap::new();
        log.said().for_each(|(who, ..)| *left.entry(who).or_default() += 1);
        Self {
            player,
            http: Http::new(player.address),
            members: HashSet::new(),
            open: HashMap::new(),
            left,
            played: Played::default(),
            began: Instant::now(),
            first_minute: log.acts.iter().find_map(|act| act.minute).unwrap_or(0),
        }
    }

    async fn act(&mut self, acts: &[Act]) -> Result<()> {
        match &acts[0].what {
            What::Joined => self.join(acts[0].who).await,
            What::Left => self.leave(acts[0].who).await,
            What::Said { .. } => self.say(acts).await,
        }
    }

    async fn join(&mut self, who: usize) -> Result<()> {
        if self.members.insert(who) {
            let account = self.player.voices.account(who);
            native::join(&mut self.http, account, self.player.room).await?;
        }
        Ok(())
    }

    async fn leave(&mut self, who: usize) -> Result<()> {
        if self.members.remove(&who) {
            let account = self.player.voices.account(who);
            native::leave(&mut self.http, account, self.player.room).await?;
        }
        Ok(())
    }

    async fn say(&mut self, acts: &[Act]) -> Result<()> {
        let who = acts[0].who;
        let said = self.try_say(who, acts).await;
        let receipts = said.as_ref().map_or(&[][..], |sent| sent);
        let numbers = receipts.iter().map(|sent| Some(sent.seq));
        self.played.receipts.extend(numbers.chain(std::iter::repeat(None)).take(acts.len()));
        self.player.bar.inc(acts.len() as u64);
        let left = self.left.get_mut(&who).context("an author is counted")?;
        *left -= acts.len();
        if *left == 0 {
            self.open.remove(&who);
        }
        said.map(drop)
    }

    async fn try_say(&mut self, who: usize, acts: &[Act]) -> Result<Vec<Sent>> {
        // Whoever speaks was there: the file begins in the middle of a day.
        self.join(who).await?;
        if !self.open.contains_key(&who) {
            self.open.insert(who, self.player.voices.of(who).await?);
        }
        let messages: Vec<_> =
            acts.iter().enumerate().filter_map(|(at, act)| self.message(at, act)).collect();
        self.open[&who].send(&messages).await
    }

    fn message(&self, at: usize, act: &Act) -> Option<frame::Send> {
        let What::Said { text, answers } = &act.what else { return None };
        let number = self.played.receipts.len() + at + 1;
        let reply_to = answers.and_then(|to| self.played.receipts.get(to - 1).copied().flatten());
        Some(frame::Send {
            conversation_id: self.player.room,
            client_id: format!("line-{number}"),
            content: Content::Text(text.clone()),
            subject: None,
            reply_to,
            attachments: Vec::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_ends_with_its_author_and_before_an_answer_to_itself() {
        let said = |who, answers| Act {
            who,
            minute: None,
            what: What::Said { text: "x".into(), answers },
        };
        assert_eq!(run_length(&[said(1, None), said(1, Some(5)), said(2, None)], 5), 2);
        assert_eq!(run_length(&[said(1, None), said(1, Some(6))], 5), 1);
        assert_eq!(run_length(&[Act { what: What::Joined, ..said(1, None) }], 5), 0);
    }
}
