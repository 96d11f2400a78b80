//! One device: the client that everyone uses, which reconnects, resumes and sends again by itself. One
//! task speaks, another listens; both write into the journal.

use super::journal::{Shared, stored, text_of};
use anyhow::Result;
use chinwag_client::{Backoff, Client, ClientOptions, Error, Events, Item};
use chinwag_wire::{Content, ConversationId, Credentials, EventBody, frame};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use std::time::Duration;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::{Instant, MissedTickBehavior};

/// What the rig tells its devices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// Connect and listen.
    Gather,
    /// Send and listen.
    Load,
    /// Send nothing new.
    Rest,
}

/// A conversation that a device is in.
#[derive(Clone, Copy, Debug)]
pub struct Place {
    /// Its place in the rig's list.
    pub at: usize,
    /// Its id.
    pub id: ConversationId,
}

/// One device, running until it is dropped.
pub struct Device {
    /// Where it is.
    pub places: Vec<Place>,
    /// What it wrote down.
    pub journal: Shared,
    /// Ends when nothing is left to be acknowledged.
    pub speaking: JoinHandle<()>,
    listening: JoinHandle<()>,
    /// It hears for as long as this is kept.
    _client: Client,
}

impl Drop for Device {
    fn drop(&mut self) {
        self.speaking.abort();
        self.listening.abort();
    }
}

impl Device {
    /// Starts it. It speaks once every `gap`, in each of its places in turn.
    ///
    /// # Errors
    /// Where the URL is none.
    pub fn start(
        url: &str,
        credentials: Credentials,
        number: usize,
        places: Vec<Place>,
        gap: Duration,
        phase: watch::Receiver<Phase>,
    ) -> Result<Self> {
        let backoff = Backoff::new(Duration::from_millis(20), Duration::from_millis(250));
        let options = ClientOptions { backoff, ..ClientOptions::new(url, credentials) };
        let (client, events) = Client::start(options)?;
        let journal = Shared::default();
        let speaker = Speaker {
            client: client.clone(),
            number,
            places: places.clone(),
            journal: journal.clone(),
        };
        Ok(Self {
            speaking: tokio::spawn(speaker.run(gap, phase)),
            listening: tokio::spawn(listen(events, places.clone(), journal.clone())),
            places,
            journal,
            _client: client,
        })
    }

    /// Whether it has heard so many messages in each of its places, by the rig's list.
    pub fn has_heard(&self, lengths: &[usize]) -> bool {
        let journal = self.journal.lock();
        let heard = |place: &Place| journal.heard.get(&place.at).map_or(0, Vec::len);
        self.places.iter().all(|place| heard(place) >= lengths[place.at])
    }
}

struct Speaker {
    client: Client,
    number: usize,
    places: Vec<Place>,
    journal: Shared,
}

impl Speaker {
    async fn run(self, gap: Duration, mut phase: watch::Receiver<Phase>) {
        let _ = phase.wait_for(|phase| *phase != Phase::Gather).await;
        // Not all at once: each begins at a moment of its own.
        let begin = Instant::now() + gap.mul_f64(rand::random());
        let mut ticks = tokio::time::interval_at(begin, gap);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut open, mut sending) = (FuturesUnordered::new(), true);
        loop {
            tokio::select! {
                // Before the next tick, so that messages are given to the client in their order.
                biased;
                Some((number, answer)) = open.next() => self.answered(number, answer),
                _ = phase.wait_for(|phase| *phase == Phase::Rest), if sending => sending = false,
                _ = ticks.tick(), if sending => open.push(self.speak()),
                else => return,
            }
        }
    }

    /// Sends the next message; the client tries until it is acknowledged.
    fn speak(&self) -> impl Future<Output = (u64, Result<chinwag_wire::Sent, Error>)> {
        let mut journal = self.journal.lock();
        let place = self.places[journal.sent.len() % self.places.len()];
        let number = journal.invoke(place.at, self.number);
        let send = frame::Send {
            conversation_id: place.id,
            client_id: format!("{}-{number}", self.number),
            content: Content::Text(text_of(self.number, number)),
            subject: None,
            reply_to: None,
            attachments: Vec::new(),
        };
        async move { (number, self.client.send_message(send).await) }
    }

    fn answered(&self, number: u64, answer: Result<chinwag_wire::Sent, Error>) {
        let mut journal = self.journal.lock();
        match answer {
            Ok(sent) => journal.acknowledge(number, sent.seq),
            Err(error) => journal.complaints.push(format!("message {number}: {error}")),
        }
    }
}

async fn listen(mut events: Events, places: Vec<Place>, journal: Shared) {
    while let Some(item) = events.next().await {
        let mut journal = journal.lock();
        match item {
            Item::Event(event) => {
                let place = places.iter().find(|place| Some(place.id) == event.conversation_id);
                if let (Some(place), EventBody::MessageCreated(message)) = (place, &event.body) {
                    journal.heard.entry(place.at).or_default().push(stored(message));
                }
            }
            Item::Connected => journal.connections += 1,
            Item::Left(id) => journal.complaints.push(format!("was put out of {id}")),
            Item::Restarted => journal.complaints.push("was told to begin anew".to_owned()),
            Item::Ended(error) => journal.complaints.push(format!("gave up: {error}")),
            Item::Opened(_) | Item::Unnumbered(_) | Item::Disconnected(_) => {}
        }
    }
}
