//! A broker: reached when it is first needed, and again after it was lost.

use crate::{
    Exchange, Parcel,
    link::{Link, Place},
};
use lapin::Confirmation;
use std::{path::PathBuf, sync::Arc, time::Duration};
use tokio::{sync::Mutex, time::timeout};

/// How long the broker may take to confirm, connecting included.
const PATIENCE: Duration = Duration::from_secs(8);

/// How long its end may take.
const FAREWELL: Duration = Duration::from_secs(1);

/// What an operator chooses.
#[derive(Clone, Debug)]
pub struct BrokerOptions {
    /// `amqp://user:password@host:port/vhost`, or `amqps://` for TLS.
    pub url: String,
    /// PEM file of certificates that the broker's may be signed by, besides the public ones.
    pub ca_file: Option<PathBuf>,
}

impl BrokerOptions {
    /// Refuses options that cannot work; connects to nobody.
    ///
    /// # Errors
    /// What is wrong with them, without any password.
    pub fn check(&self) -> Result<(), String> {
        Place::new(self, Vec::new()).map(drop)
    }
}

/// Why a parcel was not handed over.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The broker does not want it.
    #[error("the broker refused it, as it does when a queue is full")]
    Refused,
    /// The broker cannot be reached, or does not let us in, or does not answer.
    #[error("the broker cannot be reached: {0}")]
    Unreachable(String),
}

/// A broker. Clones are the same.
#[derive(Clone)]
pub struct Broker(Arc<Inner>);

struct Inner {
    place: Place,
    link: Mutex<Option<Arc<Link>>>,
}

impl Broker {
    /// Prepares to reach it; connects to nobody yet. The exchanges are declared whenever it is reached.
    ///
    /// # Errors
    /// What is wrong with the options, without any password.
    pub fn new(options: &BrokerOptions, exchanges: Vec<Exchange>) -> Result<Self, String> {
        let (place, link) = (Place::new(options, exchanges)?, Mutex::default());
        Ok(Self(Arc::new(Inner { place, link })))
    }

    /// Hands a parcel over: answers once the broker keeps it. After an error it may have it all the same.
    ///
    /// # Errors
    /// `Refused`, or `Unreachable` where trying later may help.
    pub async fn hand_over(&self, parcel: &Parcel) -> Result<(), Error> {
        let confirmed = self.reached(async |link| link.publish(parcel).await).await?;
        match confirmed {
            Confirmation::Nack(_) => Err(Error::Refused),
            Confirmation::Ack(_) | Confirmation::NotRequested => Ok(()),
        }
    }

    /// Whether it can be reached now, and answers.
    ///
    /// # Errors
    /// `Unreachable`.
    pub async fn ready(&self) -> Result<(), Error> {
        self.reached(async |link| link.ask().await).await
    }

    /// Ends the connection, if there is one.
    pub async fn close(&self) {
        if let Some(link) = self.0.link.lock().await.take() {
            // Whoever does not answer needs no farewell either.
            let _ = timeout(FAREWELL, link.close()).await;
        }
    }

    /// Does something with it. A connection that failed, or did not answer in time, is given up: the next one
    /// that asks makes another. Never takes longer than [`PATIENCE`], whoever else is waiting for a connection.
    async fn reached<T>(
        &self,
        work: impl AsyncFnOnce(&Link) -> lapin::Result<T>,
    ) -> Result<T, Error> {
        let mut used = None;
        let done = timeout(PATIENCE, async {
            let link = used.insert(self.link().await?);
            work(link).await
        });
        let failed = match done.await {
            Ok(Ok(done)) => return Ok(done),
            Ok(Err(error)) => error.to_string(),
            Err(_) => format!("no answer in {PATIENCE:?}"),
        };
        used.iter().for_each(|link| link.give_up());
        Err(Error::Unreachable(failed))
    }

    /// The connection there is, or a new one.
    async fn link(&self) -> lapin::Result<Arc<Link>> {
        let mut link = self.0.link.lock().await;
        if let Some(link) = link.as_ref().filter(|link| link.is_open()) {
            return Ok(link.clone());
        }
        let fresh = Arc::new(self.0.place.reach().await?);
        *link = Some(fresh.clone());
        Ok(fresh)
    }
}
