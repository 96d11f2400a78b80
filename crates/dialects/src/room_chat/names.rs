//! What people are called now, remembered for a few seconds: whoever hears a message needs the name of who
//! wrote it, and many hear the same.

use chinwag_chat::{AccountName, Actor, Chat};
use chinwag_wire::{AccountId, Code, Problem, Time};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::OnceCell;

/// How long a name is remembered.
const FRESH: Duration = Duration::from_secs(5);
/// Most names; beyond it, all are looked up again.
const MOST: usize = 10_000;

/// The names that were asked for lately.
pub(super) struct Names {
    chat: Chat,
    known: Mutex<HashMap<AccountId, Known>>,
}

#[derive(Clone)]
struct Known {
    name: Arc<OnceCell<String>>,
    since: Time,
}

impl Names {
    pub(super) fn new(chat: Chat) -> Self {
        Self { chat, known: Mutex::default() }
    }

    /// The name that people read; of who is gone, what is left of it. Who asks at once is answered by one look.
    ///
    /// # Errors
    /// Only those of storage.
    pub(super) async fn of(&self, actor: &Actor, account: AccountId) -> Result<String, Problem> {
        let name = self.known(account);
        let found = name.get_or_try_init(|| async {
            match self.chat.account(actor, AccountName::Id(account)).await {
                Ok(found) => Ok(found.display_name),
                Err(problem) if problem.code == Code::AccountNotFound => Ok(String::new()),
                Err(problem) => Err(problem),
            }
        });
        found.await.cloned()
    }

    fn known(&self, account: AccountId) -> Arc<OnceCell<String>> {
        let now = self.chat.clock().now();
        let mut known = self.known.lock();
        if let Some(one) = known.get(&account)
            && now.since(one.since) < FRESH
        {
            return one.name.clone();
        }
        if known.len() >= MOST {
            known.clear();
        }
        let one = Known { name: Arc::default(), since: now };
        known.insert(account, one.clone());
        one.name
    }
}
