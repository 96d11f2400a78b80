//! Staying signed in: the next access token before the old one ends, over HTTP, and the newest
//! credentials where the program can find them.

use crate::{Error, Http};
use chinwag_wire::{Code, Credentials};
use parking_lot::Mutex;
use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

/// Renewed this long before it ends.
const AHEAD: Duration = Duration::from_secs(60);
/// Never renewed more often than this, whatever this machine's clock says.
const SELDOM: Duration = Duration::from_secs(20);
/// Renewed at least this often, whatever this machine's clock says.
const OFTEN: Duration = Duration::from_secs(60 * 60);

/// How often an exchange whose answer was lost is tried again, and how soon.
const ATTEMPTS: u32 = 4;
const BETWEEN_ATTEMPTS: Duration = Duration::from_secs(1);

#[derive(Clone)]
pub(super) struct Tokens {
    http: Http,
    credentials: Arc<Mutex<Option<Credentials>>>,
}

impl Tokens {
    pub(super) fn new(http: Http, credentials: Arc<Mutex<Option<Credentials>>>) -> Self {
        Self { http, credentials }
    }

    /// The access token; none for a guest.
    pub(super) fn access(&self) -> Option<String> {
        self.credentials.lock().as_ref().map(|credentials| credentials.access_token.clone())
    }

    /// Exchanges the refresh token, in a task of its own: an answer must not be lost because the caller
    /// was dropped, or the session ends at the next attempt.
    pub(super) async fn refresh(&self) -> Result<String, Error> {
        let exchange = tokio::spawn(self.clone().exchange());
        exchange.await.unwrap_or_else(|_| Err(Error::lost("the exchange was cut off")))
    }

    /// Tries again at once after a lost answer: the server repeats it for some seconds only.
    async fn exchange(self) -> Result<String, Error> {
        let token =
            self.credentials.lock().as_ref().map(|credentials| credentials.refresh_token.clone());
        let Some(token) = token else { return Err(Error::Refused(Code::Unauthenticated.into())) };
        let mut answer = self.http.refresh(&token).await;
        for _ in 0..ATTEMPTS {
            if !matches!(answer, Err(Error::Unreachable(_))) {
                break;
            }
            tokio::time::sleep(BETWEEN_ATTEMPTS).await;
            answer = self.http.refresh(&token).await;
        }
        answer.map(|renewed| self.keep(renewed))
    }

    fn keep(&self, mut renewed: Credentials) -> String {
        let mut credentials = self.credentials.lock();
        // What a refresh does not repeat stays as it was.
        renewed.known_device =
            renewed.known_device.or(credentials.as_mut().and_then(|old| old.known_device.take()));
        credentials.insert(renewed).access_token.clone()
    }

    /// How long the access token may still be used before it should be renewed.
    pub(super) fn renew_in(&self) -> Duration {
        #[expect(
            clippy::disallowed_methods,
            reason = "a client has no clock but its machine's; the bounds make up for a wrong one"
        )]
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let ends = self
            .credentials
            .lock()
            .as_ref()
            .map_or(0, |credentials| credentials.access_expires_at.seconds());
        let ends = Duration::from_secs(u64::try_from(ends).unwrap_or_default());
        ends.saturating_sub(now + AHEAD).clamp(SELDOM, OFTEN)
    }
}
