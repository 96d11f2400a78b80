//! From the moment a block is answered nothing more is written, whatever runs beside it.

use super::direct_with;
use chinwag_testkit::{TestServer, both_engines, text_message, wire::*};
use futures_util::future::join_all;

both_engines! {
    async fn nothing_is_written_after_a_block(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        for round in 0..10 {
            let blocking = async {
                ada.http.block(bob.id()).await.unwrap();
                ada.history(id).await.len()
            };
            let sends = (0..10).map(async |n| bob.http.send(id, &text_message(None, &format!("{round}-{n}"))).await);
            let (stood, sent) = tokio::join!(blocking, join_all(sends));
            let stored = ada.history(id).await.len();
            assert_eq!(stored, stood, "round {round}: written after the block was answered");
            let refused = sent.into_iter().filter_map(Result::err);
            assert!(refused.into_iter().all(|refused| refused.code() == Some(Code::SendingNotAllowed)));
            ada.http.unblock(bob.id()).await.unwrap();
        }
    }

    /// Whichever of the two is first, what was opened is closed to writing once the block stands.
    async fn a_race_to_open_leaves_no_way_around_a_block(server: TestServer) {
        for round in 0..15 {
            let [ada, bob] = server.users([&*format!("ada{round}"), &*format!("bob{round}")]).await;
            let (body, back) = (direct_with(&ada), direct_with(&bob));
            let (blocked, opened, other) = tokio::join!(
                ada.http.block(bob.id()),
                bob.http.create_conversation(&body),
                ada.http.create_conversation(&back),
            );
            blocked.unwrap();
            for opened in [opened, other] {
                match opened {
                    Err(refused) => assert_eq!(refused.code(), Some(Code::OpeningNotAllowed)),
                    Ok(opened) => {
                        for user in [&ada, &bob] {
                            let refused = user.http.send(opened.id, &text_message(None, "hello")).await;
                            assert_eq!(refused.unwrap_err().code(), Some(Code::SendingNotAllowed), "round {round}");
                        }
                    }
                }
            }
        }
    }

    async fn a_race_of_both_blocking_and_lifting_ends_as_the_last_said(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        for round in 0..10 {
            let (one, other) = tokio::join!(ada.http.block(bob.id()), bob.http.block(ada.id()));
            one.and(other).unwrap();
            let (one, other) = tokio::join!(ada.http.unblock(bob.id()), bob.http.unblock(ada.id()));
            one.and(other).unwrap();
            ada.say(id, "nothing stands between us").await;
            bob.say(id, "so it is").await;
            let (one, other) = tokio::join!(ada.http.block(bob.id()), bob.http.unblock(ada.id()));
            one.and(other).unwrap();
            let refused = bob.http.send(id, &text_message(None, "hello")).await.unwrap_err();
            assert_eq!(refused.code(), Some(Code::SendingNotAllowed), "round {round}");
            ada.http.unblock(bob.id()).await.unwrap();
        }
    }
}
