//! `chinwag tail`: follows a conversation, or all of one's own, live in a terminal or a script.

mod lines;
mod names;

use super::{
    Outcome,
    access::{Access, SignedIn},
    target::Target,
};
use chinwag_client::{Client, ClientOptions, Events, Item};
use chinwag_wire::{Conversation, ConversationId, Event, EventBody, Message, frame::History};
use lines::Lines;
use names::Names;
use std::io::{self, Write};

const EXAMPLES: &str = "\
A lost connection is taken up again where it broke: nothing is missed, nothing is shown twice. Ctrl-C ends it.

Examples:
  chinwag tail --user ada                    everything that reaches ada
  chinwag tail --user ada bob --last 20      the conversation with bob, and the 20 messages before
  chinwag tail --user ada '#lobby' --json    one event a line, for programs";

/// Follow a conversation live
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Tail {
    #[command(flatten)]
    access: Access,
    /// A username, `#room`, or the id of a conversation; everything where it is absent
    of: Option<Target>,
    /// Show so many earlier messages first
    #[arg(long, value_name = "COUNT", default_value_t = 10, value_parser = clap::value_parser!(u32).range(0..=200))]
    last: u32,
    /// Each event as one line of JSON
    #[arg(long)]
    json: bool,
}

impl Tail {
    pub(super) async fn run(self) -> Outcome {
        let SignedIn { http, credentials } = self.access.sign_in().await?;
        let conversation = match &self.of {
            Some(target) => Some(target.find(&http).await?),
            None => None,
        };
        let (client, events) =
            Client::start(ClientOptions::new(&self.access.server, credentials.clone()))?;
        let names = Names::new(http.clone(), client.clone(), &credentials.account);
        let lines = Lines::new(names, self.json, conversation.is_none());
        let mut follower = Follower {
            lines,
            http: http.clone(),
            client,
            followed: conversation.as_ref().map(|followed| followed.id),
            shown: 0,
        };
        let outcome = tokio::select! {
            outcome = follower.follow(events, conversation, self.last) => outcome,
            _ = tokio::signal::ctrl_c() => Ok(()),
        };
        // A session that could not be ended ends by itself.
        drop(follower.http().sign_out().await);
        outcome
    }
}

/// Shows what happens.
struct Follower {
    lines: Lines,
    http: chinwag_client::Http,
    client: Client,
    /// The one conversation to show; all where it is absent.
    followed: Option<ConversationId>,
    /// Highest message shown of the one conversation.
    shown: i64,
}

impl Follower {
    async fn follow(
        &mut self,
        mut events: Events,
        conversation: Option<Conversation>,
        last: u32,
    ) -> Outcome {
        if let Some(conversation) = conversation {
            self.show_last(&conversation, last).await?;
        }
        while let Some(item) = events.next().await {
            match item {
                Item::Event(event) | Item::Unnumbered(event) => self.show_event(&event).await?,
                Item::Opened(head) if Some(head.conversation_id) == self.followed => {
                    self.show_until(head.seq).await?
                }
                Item::Disconnected(error) => self.note(&format!("{error}; coming back"))?,
                Item::Restarted => {
                    self.note("the server was restored from a backup: numbers may repeat")?
                }
                Item::Left(id) if Some(id) == self.followed => {
                    return Err(anyhow::anyhow!("you are no longer in this conversation").into());
                }
                Item::Ended(error) => return Err(error.into()),
                Item::Opened(_) | Item::Left(_) | Item::Connected => {}
            }
        }
        Ok(())
    }

    async fn show_event(&mut self, event: &Event) -> Outcome {
        if self.followed.is_some() && event.conversation_id != self.followed {
            return Ok(());
        }
        if let (EventBody::MessageCreated(message), Some(_)) = (&event.body, self.followed) {
            if message.seq <= self.shown {
                return Ok(());
            }
            self.show_until(message.seq - 1).await?;
            self.shown = message.seq;
        }
        self.lines.show(event).await
    }

    async fn show_last(&mut self, conversation: &Conversation, last: u32) -> Outcome {
        self.shown = conversation.last_seq;
        if last == 0 || conversation.last_seq == 0 {
            return Ok(());
        }
        let query = History {
            before: Some(conversation.last_seq + 1),
            limit: Some(last),
            ..place(conversation.id)
        };
        for message in self.http.history(&query).await?.messages {
            self.show_message(message).await?;
        }
        Ok(())
    }

    /// Shows what was sent between the last message shown and this one.
    async fn show_until(&mut self, seq: i64) -> Outcome {
        while let Some(id) = self.followed.filter(|_| self.shown < seq) {
            let query = History { after: Some(self.shown), limit: Some(200), ..place(id) };
            let page = self.http().history(&query).await?;
            self.shown = page.messages.last().map_or(seq, |message| message.seq);
            for message in page.messages {
                self.show_message(message).await?;
            }
        }
        Ok(())
    }

    /// A message of the history, as the event that it was.
    async fn show_message(&mut self, message: Message) -> Outcome {
        let (conversation_id, rev) = (Some(message.conversation_id), Some(message.rev));
        let body = if message.deleted_at.is_some() {
            EventBody::MessageDeleted(message)
        } else {
            EventBody::MessageCreated(message)
        };
        self.lines.show(&Event { conversation_id, rev, body }).await
    }

    fn note(&self, text: &str) -> io::Result<()> {
        writeln!(io::stderr(), "-- {text}")
    }

    /// Requests with the newest access token.
    fn http(&self) -> chinwag_client::Http {
        match self.client.credentials() {
            Some(credentials) => self.http.with_token(credentials.access_token),
            None => self.http.clone(),
        }
    }
}

fn place(conversation_id: ConversationId) -> History {
    History { conversation_id, before: None, after: None, around: None, at: None, limit: None }
}
