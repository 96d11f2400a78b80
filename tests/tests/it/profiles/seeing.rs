//! Who sees what of whom: every state between two people, on every way to ask, from one table. Whom one may not
//! see looks like somebody who has filled in nothing.

use super::{bare, full, suspend};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use serde_json::json;

/// What is between the one who looks and the one who is looked at, and what of the latter is there: f the full
/// profile, n the names alone; then whether a search finds them.
const TABLE: [(&str, &str); 9] = [
    ("oneself", "fn"),
    ("nothing", "fy"),
    ("a direct conversation", "fy"),
    ("contacts", "fy"),
    ("the one looked at does not want to be found", "fn"),
    ("the one who looks blocks", "nn"),
    ("the one looked at blocks", "nn"),
    ("the one looked at is suspended", "nn"),
    ("the one looked at is deleted", "nn"),
];

async fn bring_about(server: &TestServer, state: &str, ada: &User, bob: &User) {
    match state {
        "oneself" | "nothing" => {}
        "a direct conversation" => drop(ada.direct(bob).await),
        "contacts" => {
            let body = RequestContact { account_id: Some(ada.id()), ..RequestContact::default() };
            let request = bob.http.request_contact(&body).await.unwrap();
            ada.http.accept_contact(request.id).await.unwrap();
        }
        "the one looked at does not want to be found" => {
            let body =
                UpdateSettings { found_by_name: Patch::Set(false), ..UpdateSettings::default() };
            ada.http.update_settings(&body).await.unwrap();
        }
        "the one who looks blocks" => bob.http.block(ada.id()).await.unwrap(),
        "the one looked at blocks" => ada.http.block(bob.id()).await.unwrap(),
        "the one looked at is suspended" => suspend(server, ada).await,
        "the one looked at is deleted" => {
            ada.http.delete_own_account(ada.password()).await.unwrap();
        }
        other => panic!("no state {other}"),
    }
}

both_engines! {
    async fn a_profile_is_seen_by_those_who_may(server: TestServer) {
        for (n, (state, row)) in TABLE.into_iter().enumerate() {
            let names = [format!("looked-at-{n}"), format!("looking-{n}")];
            let [ada, other] = server.users([names[0].as_str(), names[1].as_str()]).await;
            ada.http.update_profile(&full()).await.unwrap();
            let bob = if state == "oneself" { ada.clone() } else { other };
            bring_about(&server, state, &ada, &bob).await;
            let (socket, _) = bob.socket().await;
            let asked = bob.http.profile(ada.id()).await.unwrap();
            let live: Profile = socket.command("profile", &json!({"account_id": ada.id()})).await.unwrap();
            assert_eq!(asked, live, "{state}");
            assert_eq!(bare(&asked), row.starts_with('n'), "{state}: {asked:?}");
            if bare(&asked) && state != "the one looked at is deleted" {
                let created = ada.credentials.account.created_at;
                assert_eq!((asked.display_name.as_str(), asked.updated_at), ("Ada Lovelace", created), "{state}");
            }
            let named = bob.http.search_accounts(&names[0], None, None).await.unwrap();
            let live: Page<Account> = socket.command("search_accounts", &json!({"prefix": names[0]})).await.unwrap();
            assert_eq!(named, live, "{state}");
            assert_eq!(named.items.iter().any(|found| found.id == ada.id()), row.ends_with('y'), "{state}");
            if state.ends_with("blocks") {
                let back = ada.http.profile(bob.id()).await.unwrap();
                let found = ada.http.search_accounts(&names[1], None, None).await.unwrap();
                assert!(bare(&back) && found.items.is_empty(), "{state}, the other way");
            }
        }
    }

    async fn a_block_that_is_lifted_shows_again(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let full = ada.http.update_profile(&full()).await.unwrap();
        ada.http.block(bob.id()).await.unwrap();
        assert!(bare(&bob.http.profile(ada.id()).await.unwrap()));
        ada.http.unblock(bob.id()).await.unwrap();
        assert_eq!(bob.http.profile(ada.id()).await.unwrap(), full);
    }
}
