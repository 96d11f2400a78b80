//! The log of an account: what was told live is there again for a device that was away, once and in its newest
//! state.

use super::{choose, refusal};
use crate::listening::hear;
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use serde_json::json;

async fn changes(user: &User, rev: i64) -> AccountChanges {
    user.http.account_changes(rev).await.unwrap()
}

fn bodies(changes: AccountChanges) -> Vec<EventBody> {
    changes.events.into_iter().map(|event| event.body).collect()
}

both_engines! {
    async fn sync_brings_what_was_told(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let (mut phone, _) = ada.socket().await;
        ada.http.block(bob.id()).await.unwrap();
        choose(&ada, DirectFrom::Shared).await;
        ada.http.block(cleo.id()).await.unwrap();
        ada.http.unblock(bob.id()).await.unwrap();
        let mut told = Vec::new();
        while told.len() < 4 {
            told.push(hear(&mut phone, "a change of the account", |event| Some(event.body.clone())).await);
        }
        let since = changes(&ada, 0).await;
        assert_eq!((since.rev, since.more), (4, false));
        assert_eq!(bodies(since), told[1..], "the block that was lifted stands there once, as lifted");
        assert_eq!(bodies(changes(&ada, 3).await), told[3..]);
        let live: AccountChanges = phone.command("sync_account", &json!({"rev": 2})).await.unwrap();
        assert_eq!(live, changes(&ada, 2).await);
        assert_eq!(bodies(changes(&ada, 4).await), []);
        assert_eq!(bodies(changes(&bob, 0).await), [], "whoever is blocked finds nothing");
        for wrong in [-1, 5, i64::MAX] {
            assert_eq!(refusal(ada.http.account_changes(wrong).await), Code::Invalid);
        }
    }

    async fn it_comes_in_pages(server: TestServer) {
        let ada = server.user("ada").await;
        let mut blocked = Vec::new();
        for n in 0..105 {
            let other = server.user(&format!("other {n}")).await;
            ada.http.block(other.id()).await.unwrap();
            blocked.push(other.id());
        }
        let (mut rev, mut heard, mut pages) = (0, Vec::new(), 0);
        loop {
            let page = changes(&ada, rev).await;
            (rev, pages) = (page.rev, pages + 1);
            heard.extend(page.events.into_iter().filter_map(|event| match event.body {
                EventBody::BlockAdded(change) => Some(change.account.id),
                _ => None,
            }));
            if !page.more {
                break;
            }
        }
        assert_eq!((heard, pages, rev), (blocked, 2, 105));
    }
}
