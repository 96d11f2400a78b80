//! Who wrote what is heard: the name and address of an account, remembered for a few seconds, because many hear the
//! same. Each is read by a task of its own, so that nobody waits for another's socket, and read again until storage
//! answers: what was stored is not kept from anybody because a name could not be read.

use chinwag_chat::{Chat, Person};
use chinwag_wire::{AccountId, Time};
use parking_lot::Mutex;
use std::{collections::HashMap, sync::Arc, time::Duration};
use tokio::sync::watch;

/// How long somebody is remembered.
const FRESH: Duration = Duration::from_secs(5);
/// Most who are; beyond it, all are read again.
const MOST: usize = 10_000;
/// How long storage that did not answer is left alone.
const PAUSE: Duration = Duration::from_millis(200);
/// What is read of somebody who is not there any more.
const DELETED: &str = "Deleted account";

/// Somebody who wrote something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Author {
    /// The name that people read.
    pub(crate) display_name: String,
    /// First and last name.
    pub(crate) name: String,
    /// Empty where there is none.
    pub(crate) email: String,
}

impl Author {
    /// As others see them now; nobody is who has deleted their account.
    pub(crate) fn of(person: Option<&Person>) -> Self {
        let Some(person) = person else {
            let deleted = || DELETED.to_owned();
            return Self { display_name: deleted(), name: deleted(), email: String::new() };
        };
        let (first, last) = person.names();
        Self {
            display_name: person.account.display_name.clone(),
            name: format!("{first} {last}").trim().to_owned(),
            email: person.email.clone().unwrap_or_default(),
        }
    }
}

/// Those who were asked for lately.
pub(crate) struct Authors {
    chat: Chat,
    known: Mutex<HashMap<AccountId, Known>>,
}

/// Absent until it was read; never there where that failed.
type Read = Option<Arc<Author>>;

struct Known {
    author: watch::Receiver<Read>,
    since: Time,
}

impl Known {
    fn serves(&self, now: Time) -> bool {
        let failed = self.author.has_changed().is_err() && self.author.borrow().is_none();
        !failed && now.since(self.since) < FRESH
    }
}

impl Authors {
    pub(crate) fn new(chat: Chat) -> Self {
        Self { chat, known: Mutex::default() }
    }

    /// Who it is. Waits as long as storage does not answer.
    pub(crate) async fn of(&self, account: AccountId) -> Arc<Author> {
        loop {
            let mut author = self.known(account);
            if let Ok(Some(author)) = author.wait_for(Option::is_some).await.as_deref() {
                return author.clone();
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    /// What is known, or is being read.
    fn known(&self, account: AccountId) -> watch::Receiver<Read> {
        let now = self.chat.clock().now();
        let mut known = self.known.lock();
        if let Some(one) = known.get(&account)
            && one.serves(now)
        {
            return one.author.clone();
        }
        if known.len() >= MOST {
            known.clear();
        }
        let (tell, author) = watch::channel(None);
        known.insert(account, Known { author: author.clone(), since: now });
        tokio::spawn(read(self.chat.clone(), account, tell));
        author
    }
}

/// Those who wait are told that it failed by the end of the channel.
async fn read(chat: Chat, account: AccountId, tell: watch::Sender<Read>) {
    if let Ok(person) = chat.person(account).await {
        // Nobody hears it where everybody who asked is gone.
        let _ = tell.send(Some(Arc::new(Author::of(person.as_ref()))));
    }
}
