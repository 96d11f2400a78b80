//! A listener over server-sent events (WHATWG HTML, section 9.2): one request that stays open. It comes
//! back by itself with the last id it read, and the server goes on exactly there.

mod parser;

use crate::{Backoff, Error, Http};
use chinwag_wire::{ConversationId, Event, Retry};
use parser::Parser;
use reqwest::{Method, Response, header};
use std::{collections::VecDeque, time::Duration};
use tokio::time::timeout;

/// The server writes at least a comment every 15 seconds; silence for this long means a dead connection.
const SILENCE: Duration = Duration::from_secs(45);

/// An event, and the id from which to go on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Heard {
    /// Give it to [`EventSource::from`] to go on behind this event.
    pub id: Option<String>,
    /// What happened.
    pub event: Event,
}

/// Listens to everything one may hear, or to some conversations.
pub struct EventSource {
    http: Http,
    path: String,
    last_id: Option<String>,
    backoff: Backoff,
    open: Option<Response>,
    parser: Parser,
    heard: VecDeque<Heard>,
}

impl EventSource {
    /// Listens with this access token, or as a guest; to these conversations, or to all of one's own.
    pub fn new(http: Http, conversations: Option<&[ConversationId]>) -> Self {
        let path = conversations.map_or_else(
            || "/v1/events".to_owned(),
            |some| {
                let ids: Vec<_> = some.iter().map(ConversationId::to_string).collect();
                format!("/v1/events?conversations={}", ids.join(","))
            },
        );
        let (backoff, parser) = (Backoff::default(), Parser::default());
        Self { http, path, last_id: None, backoff, open: None, parser, heard: VecDeque::new() }
    }

    /// The same, going on behind the event of this id.
    pub fn from(self, last_id: Option<String>) -> Self {
        Self { last_id, ..self }
    }

    /// The id of the last event that was handed out.
    pub fn last_id(&self) -> Option<&str> {
        self.last_id.as_deref()
    }

    /// Connects now, where `next` would do so when first called: from here on nothing is missed.
    ///
    /// # Errors
    /// Refused, or unreachable.
    pub async fn connect(&mut self) -> Result<(), Error> {
        let request =
            self.http.request(Method::GET, &self.path).header(header::ACCEPT, "text/event-stream");
        let request = match &self.last_id {
            Some(id) => request.header("Last-Event-ID", id),
            None => request,
        };
        self.parser = Parser::default();
        self.open = Some(crate::http::accepted(request).await?);
        Ok(())
    }

    /// The next event. Lost connections are made again, as often as it takes.
    ///
    /// # Errors
    /// Refused where trying again cannot help: sign in anew, and go on from [`EventSource::last_id`].
    pub async fn next(&mut self) -> Result<Heard, Error> {
        loop {
            if let Some(heard) = self.heard.pop_front() {
                self.last_id = heard.id.clone().or(self.last_id.take());
                return Ok(heard);
            }
            match self.read_on().await {
                Ok(()) => self.backoff.reset(),
                Err(Error::Refused(problem)) if problem.code.retry() != Retry::Later => {
                    return Err(problem.into());
                }
                Err(error) => {
                    tracing::debug!(%error, "the stream broke");
                    self.open = None;
                    let asked = error
                        .problem()
                        .and_then(|problem| problem.retry_after)
                        .map(Duration::from_secs);
                    tokio::time::sleep(asked.unwrap_or_else(|| self.backoff.wait())).await;
                }
            }
        }
    }

    /// Reads a chunk of the stream, which may hold any number of events.
    async fn read_on(&mut self) -> Result<(), Error> {
        if self.open.is_none() {
            self.connect().await?;
        }
        let stream = self.open.as_mut().expect("just connected");
        let chunk = timeout(SILENCE, stream.chunk())
            .await
            .map_err(|_| Error::lost("nothing was heard"))??;
        let chunk = chunk.ok_or_else(|| Error::lost("the stream ended"))?;
        for message in self.parser.feed(&chunk) {
            match serde_json::from_str(&message.data) {
                Ok(event) => self.heard.push_back(Heard { id: message.id, event }),
                Err(error) => tracing::debug!(%error, "an event of an unknown kind"),
            }
        }
        Ok(())
    }
}
