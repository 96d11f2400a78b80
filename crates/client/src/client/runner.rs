//! The task behind a client: connect, live, come back. What happens on one connection is in `live`.

use super::{
    ClientOptions, Request,
    events::{Delivery, Item, Move},
    ledger::Ledger,
    outbox::Outbox,
    tokens::Tokens,
};
use crate::{Backoff, Error, Http, Socket};
use chinwag_wire::{
    Code, Credentials, PresenceState, Retry,
    frame::{Hello, Ready},
};
use parking_lot::Mutex;
use std::{sync::Arc, time::Duration};
use tokio::sync::mpsc;

pub(super) struct Runner {
    url: String,
    presence: Option<PresenceState>,
    backoff: Backoff,
    pub(super) tokens: Tokens,
    pub(super) ledger: Ledger,
    pub(super) outbox: Outbox,
    pub(super) requests: mpsc::Receiver<Request>,
    deliveries: mpsc::Sender<Delivery>,
}

/// How a connection ended.
pub(super) struct Ending {
    /// Why.
    pub(super) error: Error,
    /// When the server asked to be tried again.
    pub(super) reconnect_after: Option<Duration>,
}

impl From<Error> for Ending {
    fn from(error: Error) -> Self {
        Self { error, reconnect_after: None }
    }
}

/// What to do about it.
enum Next {
    /// Connect again.
    Reconnect,
    /// Obtain a new access token first.
    Refresh,
    /// It cannot help.
    GiveUp,
}

impl Runner {
    pub(super) fn new(
        options: ClientOptions,
        http: Http,
        credentials: Arc<Mutex<Option<Credentials>>>,
        requests: mpsc::Receiver<Request>,
        deliveries: mpsc::Sender<Delivery>,
    ) -> Self {
        let ClientOptions { url, positions, presence, backoff, .. } = options;
        let (ledger, outbox) = (Ledger::new(positions), Outbox::default());
        Self {
            url,
            presence,
            backoff,
            tokens: Tokens::new(http, credentials),
            ledger,
            outbox,
            requests,
            deliveries,
        }
    }

    /// Runs until the client cannot go on. It is stopped from outside by being dropped.
    pub(super) async fn run(mut self) {
        let error = loop {
            let ending = match self.connect().await {
                Ok((socket, ready)) => self.live(socket, ready).await,
                Err(error) => error.into(),
            };
            self.outbox.retry_all();
            if let Err(error) = self.recover(ending).await {
                break error;
            }
        };
        self.outbox.fail_all(&error);
        self.hand_out(Item::Ended(error), None).await;
    }

    async fn connect(&mut self) -> Result<(Socket, Ready), Error> {
        let hello = Hello {
            token: self.tokens.access(),
            positions: self.ledger.positions(),
            presence: self.presence,
        };
        let connected = Socket::connect(&self.url, &hello).await?;
        self.backoff.reset();
        Ok(connected)
    }

    /// Waits, or signs in again, as the ending asks; an error where the client has to give up.
    async fn recover(&mut self, ending: Ending) -> Result<(), Error> {
        tracing::debug!(error = %ending.error, "disconnected");
        let next = what_next(&ending.error);
        if matches!(next, Next::GiveUp) {
            return Err(ending.error);
        }
        let asked = ending.reconnect_after.or_else(|| retry_after(&ending.error));
        self.hand_out(Item::Disconnected(ending.error), None).await;
        if matches!(next, Next::Refresh) {
            return self.refresh().await;
        }
        let wait = asked.unwrap_or_else(|| self.backoff.wait());
        tokio::time::sleep(wait).await;
        Ok(())
    }

    /// Obtains a new access token, for as long as the server cannot be reached.
    async fn refresh(&mut self) -> Result<(), Error> {
        loop {
            match self.tokens.refresh().await {
                Ok(_) => return Ok(()),
                Err(Error::Refused(problem)) if problem.code.retry() != Retry::Later => {
                    return Err(problem.into());
                }
                Err(_) => tokio::time::sleep(self.backoff.wait()).await,
            }
        }
    }

    /// Hands an item out. Nobody may be listening: sending goes on all the same.
    pub(super) async fn hand_out(&mut self, item: impl Into<Option<Item>>, moves: Option<Move>) {
        let _ = self.deliveries.send(Delivery { item: item.into(), moves }).await;
    }
}

fn what_next(error: &Error) -> Next {
    match error {
        Error::Refused(problem) if problem.code == Code::Unauthenticated => Next::Refresh,
        Error::Refused(problem) if problem.code.retry() == Retry::Later => Next::Reconnect,
        Error::Closed { code: Some(code), .. } if *code == Code::Unauthenticated.close() => {
            Next::Refresh
        }
        // From 4500 on, coming back unchanged cannot help: see the list of codes.
        Error::Closed { code: Some(4500..), .. } | Error::Refused(_) | Error::NotUnderstood(_) => {
            Next::GiveUp
        }
        Error::Closed { .. } | Error::Unreachable(_) => Next::Reconnect,
    }
}

fn retry_after(error: &Error) -> Option<Duration> {
    error.problem()?.retry_after.map(Duration::from_secs)
}
