//! Who listens through a surface: its signed-in accounts, each once however many connections it has,
//! and its guests' connections.

use crate::Gateway;
use chinwag_wire::{AccountId, Audience};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc};
use tokio::sync::watch;

/// Every surface's.
#[derive(Clone, Debug, Default)]
pub(crate) struct Attendances(Arc<Mutex<HashMap<&'static str, Present>>>);

#[derive(Debug)]
struct Present {
    accounts: HashMap<AccountId, usize>,
    guests: usize,
    told: watch::Sender<Audience>,
}

impl Default for Present {
    fn default() -> Self {
        let told = watch::Sender::new(Audience { accounts: 0, guests: 0 });
        Self { accounts: HashMap::new(), guests: 0, told }
    }
}

impl Present {
    fn tell(&self) {
        let accounts = self.accounts.len() as u64;
        self.told.send_replace(Audience { accounts, guests: self.guests as u64 });
    }
}

/// A place among those who listen, until dropped.
#[derive(Debug)]
pub(crate) struct Attending {
    all: Attendances,
    surface: &'static str,
    account: Option<AccountId>,
}

impl Attendances {
    /// Counts a connection in.
    pub(crate) fn enter(&self, surface: &'static str, account: Option<AccountId>) -> Attending {
        let mut all = self.0.lock();
        let present = all.entry(surface).or_default();
        match account {
            Some(account) => *present.accounts.entry(account).or_default() += 1,
            None => present.guests += 1,
        }
        present.tell();
        Attending { all: self.clone(), surface, account }
    }

    fn leave(&self, surface: &'static str, account: Option<AccountId>) {
        let mut all = self.0.lock();
        let Some(present) = all.get_mut(surface) else { return };
        match account {
            None => present.guests -= 1,
            Some(account) => {
                if let Some(connections) = present.accounts.get_mut(&account) {
                    *connections -= 1;
                }
                present.accounts.retain(|other, connections| *other != account || *connections > 0);
            }
        }
        present.tell();
    }
}

impl Drop for Attending {
    fn drop(&mut self) {
        self.all.leave(self.surface, self.account);
    }
}

/// How many listen through one surface.
#[derive(Clone, Debug)]
pub struct Attendance(watch::Receiver<Audience>);

impl Attendance {
    /// How many there are now.
    pub fn count(&self) -> Audience {
        *self.0.borrow()
    }

    /// Waits until that has changed since this was last called.
    pub async fn changed(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

impl Gateway {
    /// How many listen through a surface.
    pub fn attendance(&self, surface: &'static str) -> Attendance {
        let mut all = self.hub().attendances().0.lock();
        Attendance(all.entry(surface).or_default().told.subscribe())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    #[test]
    fn accounts_count_once_and_guests_each() {
        let all = Attendances::default();
        let count = || {
            let now = *all.0.lock().entry("one").or_default().told.borrow();
            (now.accounts, now.guests)
        };
        let ann = Some(AccountId(Uuid::from_u128(1)));
        let places = [ann, ann, None, None].map(|account| all.enter("one", account));
        let other = all.enter("other", ann);
        assert_eq!(count(), (1, 2));
        let [first, second, third, fourth] = places;
        drop((first, third));
        assert_eq!(count(), (1, 1));
        drop((second, fourth, other));
        assert_eq!(count(), (0, 0));
        assert!(all.0.lock()["one"].accounts.is_empty(), "nobody is remembered");
    }
}
