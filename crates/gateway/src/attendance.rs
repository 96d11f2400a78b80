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
    fn add(&mut self, account: Option<AccountId>) {
        match account {
            Some(account) => *self.accounts.entry(account).or_default() += 1,
            None => self.guests += 1,
        }
    }

    fn remove(&mut self, account: Option<AccountId>) {
        let Some(account) = account else {
            self.guests -= 1;
            return;
        };
        if let Some(connections) = self.accounts.get_mut(&account) {
            *connections -= 1;
            if *connections == 0 {
                self.accounts.remove(&account);
            }
        }
    }

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
        present.add(account);
        present.tell();
        Attending { all: self.clone(), surface, account }
    }

    /// Counts a connection that was counted for one as another's: nobody sees it twice, or not at all.
    fn pass(&self, surface: &'static str, from: Option<AccountId>, to: Option<AccountId>) {
        let mut all = self.0.lock();
        let Some(present) = all.get_mut(surface) else { return };
        present.remove(from);
        present.add(to);
        present.tell();
    }

    fn leave(&self, surface: &'static str, account: Option<AccountId>) {
        let mut all = self.0.lock();
        let Some(present) = all.get_mut(surface) else { return };
        present.remove(account);
        present.tell();
    }
}

impl Attending {
    /// The same connection is this account's from now on.
    pub(crate) fn pass_to(&mut self, account: AccountId) {
        self.all.pass(self.surface, self.account, Some(account));
        self.account = Some(account);
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

    /// The same; what changed until now is no news any more.
    pub fn latest(&mut self) -> Audience {
        *self.0.borrow_and_update()
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
        drop(fourth);
        let mut second = second;
        second.pass_to(AccountId(Uuid::from_u128(2)));
        assert_eq!(count(), (1, 0), "the one before has no connection any more");
        drop((second, other));
        assert_eq!(count(), (0, 0));
        assert!(all.0.lock()["one"].accounts.is_empty(), "nobody is remembered");
    }
}
