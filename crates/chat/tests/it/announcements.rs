//! What other systems are told: written with what happened or not at all, told in order by any number of
//! relays, and not lost with one of them.

use crate::{
    enrolling::{addressed, claiming},
    rig::{PASSWORD, Rig, code, here, options},
};
use chinwag_chat::{Actor, Announced, Chat, ChatOptions, Happening};
use chinwag_jobs::{Job, Listed, Reception, Retries};
use chinwag_sql::{Error, Operation, Sql, Tx};
use chinwag_wire::{AccountId, Code, RequestContact};
use parking_lot::Mutex;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

crate::on_both_engines! {
    nothing_is_written_for_nobody
    is_written_with_what_happened_or_not_at_all
    beyond_the_bound_life_goes_on
    is_told_once_and_in_order_by_many_relays
    a_lost_relay_loses_nothing
    absence_counts_as_no_try
    what_panics_is_refused_and_kept
    nobody_is_told_of_who_is_gone
    holds_no_secret
}

static ROWS: Sql = chinwag_sql::sql("SELECT input FROM outbox ORDER BY seq");

struct Rows;

impl Operation for Rows {
    type Out = Vec<String>;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<String>, Error> {
        tx.rows(&ROWS, &[]).await?.iter().map(|row| row.get(0)).collect()
    }
}

struct Dead;

impl Operation for Dead {
    type Out = Vec<Job>;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<Job>, Error> {
        chinwag_jobs::list(tx, Listed::Dead, Some("announce"), Uuid::nil(), 200).await
    }
}

async fn rows(rig: &Rig) -> Vec<String> {
    rig.db.read(Rows).await.unwrap()
}

/// The same rig with somebody to tell, and room for so many announcements.
async fn announcing(mut rig: Rig, most: i64) -> Rig {
    let chosen = ChatOptions { announcements: Some(most), ..options() };
    rig.chat = rig.again(chosen).await;
    rig
}

async fn ask(rig: &Rig, from: &Actor, to: &Actor) -> chinwag_wire::RequestId {
    let body = RequestContact { account_id: Some(to.account), ..RequestContact::default() };
    rig.chat.request_contact(from, body).await.unwrap().0.id
}

/// A relay, and what it told.
struct Telling {
    told: Arc<Mutex<Vec<Announced>>>,
    stopping: CancellationToken,
    task: JoinHandle<()>,
}

impl Telling {
    /// Answers this to whatever is told; hangs where there is no answer.
    fn with(
        chat: &Chat,
        told: &Arc<Mutex<Vec<Announced>>>,
        answer: impl Fn(&Announced) -> Option<Reception> + Send + Sync + 'static,
    ) -> Self {
        let (told, stopping) = (told.clone(), CancellationToken::new());
        let noted = told.clone();
        let pass_on = move |announced: Announced| {
            let answer = answer(&announced);
            noted.lock().push(announced);
            async move {
                match answer {
                    Some(answer) => answer,
                    None => std::future::pending().await,
                }
            }
        };
        let task =
            tokio::spawn(chat.clone().announce(pass_on, Retries::default(), stopping.clone()));
        Self { told, stopping, task }
    }

    /// Takes whatever is told.
    fn on(chat: &Chat) -> Self {
        Self::with(chat, &Arc::default(), |_| Some(Reception::Taken))
    }

    async fn until(&self, many: usize) -> Vec<Announced> {
        until("announcements", async || self.told.lock().len() >= many).await;
        self.told.lock().clone()
    }

    async fn stop(self) {
        self.stopping.cancel();
        self.task.await.unwrap();
    }
}

async fn until(what: &str, mut holds: impl AsyncFnMut() -> bool) {
    for _ in 0..4_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    panic!("waited in vain: {what}");
}

async fn nothing_is_written_for_nobody(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let request = ask(&rig, &ann, &bob).await;
    rig.chat.accept_contact(&bob, request).await.unwrap();
    let enrolment = addressed("ines@example.org", "Ines Abel", PASSWORD);
    rig.chat.enrol_with_code(&here(), enrolment).await.unwrap();
    assert!(rows(&rig).await.is_empty());
}

async fn is_written_with_what_happened_or_not_at_all(rig: Rig) {
    let rig = announcing(rig, 100).await;
    let ann = rig.addressed("ann", "ann@example.org").await;
    let taken = rig.chat.enrol(&here(), claiming("other", "ann@example.org")).await;
    assert_eq!(code(taken), Some(Code::EmailTaken));
    let bob = rig.person("bob").await;
    let request = ask(&rig, &ann, &bob).await;
    rig.chat.reject_contact(&bob, request).await.unwrap();
    rig.chat.reject_contact(&bob, request).await.unwrap();
    let whats: Vec<_> = rows(&rig).await.iter().map(|row| what(row)).collect();
    assert_eq!(whats, ["account_created", "account_created", "request_rejected"]);
}

fn what(row: &str) -> String {
    let row: serde_json::Value = serde_json::from_str(row).unwrap();
    row["what"].as_str().unwrap().to_owned()
}

async fn beyond_the_bound_life_goes_on(rig: Rig) {
    let rig = announcing(rig, 2).await;
    for name in ["ann", "bob", "cleo", "dan"] {
        rig.person(name).await;
    }
    assert_eq!(rows(&rig).await.len(), 2);
    let telling = Telling::on(&rig.chat);
    until("an empty outbox", async || rows(&rig).await.is_empty()).await;
    rig.person("eve").await;
    assert_eq!(telling.until(3).await.len(), 3);
    telling.stop().await;
}

async fn is_told_once_and_in_order_by_many_relays(rig: Rig) {
    let rig = announcing(rig, 1_000).await;
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(rig.person(&format!("person{number}")).await);
    }
    let told = Arc::default();
    let taking = |_: &Announced| Some(Reception::Taken);
    let relays: Vec<_> = (0..3).map(|_| Telling::with(&rig.chat, &told, taking)).collect();
    // Each with each, so that whoever comes first in one is second in another.
    let mut expected = Vec::new();
    for (index, one) in people.iter().enumerate() {
        for other in &people[index + 1..] {
            let request = ask(&rig, one, other).await;
            rig.chat.accept_contact(other, request).await.unwrap();
            expected.push(request);
        }
    }
    relays[0].until(people.len() + expected.len()).await;
    for relay in relays {
        relay.stop().await;
    }
    assert!(rows(&rig).await.is_empty());
    let mut of_each: BTreeMap<AccountId, Vec<usize>> = BTreeMap::new();
    for announced in told.lock().iter() {
        if let Happening::RequestAccepted(answered) = &announced.what {
            let number = expected.iter().position(|request| *request == answered.request).unwrap();
            for account in [answered.from, answered.to] {
                of_each.entry(account).or_default().push(number);
            }
        }
    }
    for (account, numbers) in of_each {
        assert_eq!(numbers.len(), people.len() - 1, "each once");
        assert!(numbers.is_sorted(), "{account}: {numbers:?}");
    }
}

async fn a_lost_relay_loses_nothing(rig: Rig) {
    let rig = announcing(rig, 100).await;
    rig.person("ann").await;
    let lost = Telling::with(&rig.chat, &Arc::default(), |_| None);
    let first = lost.until(1).await;
    lost.task.abort();
    let telling = Telling::on(&rig.chat);
    rig.person("bob").await;
    telling.until(1).await;
    rig.wait(31);
    let told = telling.until(2).await;
    assert_eq!(told[1], first[0]);
    telling.stop().await;
    assert!(rows(&rig).await.is_empty());
}

async fn absence_counts_as_no_try(rig: Rig) {
    let rig = announcing(rig, 100).await;
    rig.person("ann").await;
    let told: Arc<Mutex<Vec<Announced>>> = Arc::default();
    let tries = told.clone();
    let answer = move |_: &Announced| {
        let absent = Reception::Absent("nobody is there".to_owned());
        Some(if tries.lock().len() < 3 { absent } else { Reception::Taken })
    };
    let telling = Telling::with(&rig.chat, &told, answer);
    until("an empty outbox", async || rows(&rig).await.is_empty()).await;
    assert!(rig.db.read(Dead).await.unwrap().is_empty());
    telling.stop().await;
}

async fn what_panics_is_refused_and_kept(rig: Rig) {
    let rig = announcing(rig, 100).await;
    let ann = rig.person("ann").await;
    let answer = |announced: &Announced| match &announced.what {
        Happening::AccountCreated(person) if person.account.username == "ann" => {
            panic!("a test panics")
        }
        _ => Some(Reception::Taken),
    };
    let telling = Telling::with(&rig.chat, &Arc::default(), answer);
    let bob = rig.person("bob").await;
    let request = ask(&rig, &ann, &bob).await;
    rig.chat.accept_contact(&bob, request).await.unwrap();
    telling.until(1).await;
    assert_eq!(telling.told.lock().len(), 1, "what is about ann waits");
    until("three tries", async || {
        rig.wait(20);
        !rig.db.read(Dead).await.unwrap().is_empty()
    })
    .await;
    let told = telling.until(2).await;
    assert!(matches!(told[1].what, Happening::RequestAccepted(_)));
    let dead = rig.db.read(Dead).await.unwrap();
    assert_eq!((dead.len(), dead[0].attempts), (1, 3));
    assert!(dead[0].error.as_ref().unwrap().contains("panicked"));
    telling.stop().await;
}

async fn nobody_is_told_of_who_is_gone(rig: Rig) {
    let rig = announcing(rig, 100).await;
    let ann = rig.person("ann").await;
    let body = chinwag_wire::DeleteOwnAccount { password: PASSWORD.to_owned() };
    rig.chat.delete_own_account(&ann, &here(), body).await.unwrap();
    let telling = Telling::on(&rig.chat);
    until("an empty outbox", async || rows(&rig).await.is_empty()).await;
    assert!(telling.told.lock().is_empty());
    telling.stop().await;
}

async fn holds_no_secret(rig: Rig) {
    let rig = announcing(rig, 100).await;
    let enrolment = addressed("ines@example.org", "Ines Abel", PASSWORD);
    rig.chat.enrol_with_code(&here(), enrolment).await.unwrap();
    let stored = rows(&rig).await.concat();
    assert!(!stored.contains("ines") && !stored.contains("Abel"), "{stored}");
    let telling = Telling::on(&rig.chat);
    let told = telling.until(2).await;
    let Happening::CodeCreated { person, code } = &told[1].what else { panic!("{told:?}") };
    assert_eq!(person.email.as_deref(), Some("ines@example.org"));
    assert!(!stored.contains(code.as_str()), "{stored}");
    telling.stop().await;
}
