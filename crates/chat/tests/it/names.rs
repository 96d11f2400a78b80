//! What people are found by: kept with every change of a name, and made up for accounts from before there was a
//! search.

use crate::rig::{Rig, options};
use chinwag_chat::{Actor, Chat};
use chinwag_sql::{Operation, Sql, Tx};
use chinwag_wire::{Patch, UpdateProfile, frame::SearchAccounts};

crate::on_both_engines! {
    accounts_from_before_are_found_after_the_next_start
}

/// As in a database from before there was a search.
struct Before;

static FORGET: [Sql; 2] = [
    chinwag_sql::sql("DELETE FROM name_words"),
    chinwag_sql::sql("DELETE FROM meta WHERE key = 'name_words'"),
];

impl Operation for Before {
    type Out = ();
    type Error = chinwag_sql::Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Self::Error> {
        for statement in &FORGET {
            tx.exec(statement, &[]).await?;
        }
        Ok(())
    }
}

async fn found(chat: &Chat, who: &Actor, prefix: &str) -> Vec<String> {
    let asked = SearchAccounts { prefix: prefix.to_owned(), cursor: None, limit: None };
    let page = chat.search_accounts(who, asked).await.unwrap();
    page.items.into_iter().map(|account| account.username).collect()
}

async fn accounts_from_before_are_found_after_the_next_start(rig: Rig) {
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let display_name = Patch::Set("Zoë Anna".to_owned());
    let body = UpdateProfile { display_name, ..UpdateProfile::default() };
    rig.chat.update_profile(&ann, body).await.unwrap();
    for n in 0..205 {
        rig.person(&format!("person {n}")).await;
    }
    rig.db.write(Before, |done| done).await.unwrap();
    assert!(found(&rig.chat, &bob, "anna").await.is_empty());
    let chat = rig.again(options()).await;
    assert_eq!(found(&chat, &ann, "person 204").await, ["person 204"], "beyond the first page");
    for prefix in ["ann", "anna", "zoë"] {
        assert_eq!(found(&chat, &bob, prefix).await, ["ann"], "{prefix}");
    }
    chat.close().await;
}
