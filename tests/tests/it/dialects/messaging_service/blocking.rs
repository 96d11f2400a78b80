//! Blocking.

use super::{assert_errored, assert_failed, chats, contents, enter, names, read, send, sign_up};
use crate::dialects::{Caller, Said};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;

async fn block(caller: &Caller, name: &str) -> Said {
    caller.post("/users/block", json!({ "toBlockUsername": name })).await
}

async fn unblock(caller: &Caller, name: &str) -> Said {
    caller.post("/users/unblock", json!({ "toUnblockUsername": name })).await
}

both_engines! {
    async fn a_block_holds_for_both_and_can_be_undone(server: TestServer) {
        let (nora, piet) = (enter(&server, "nora").await, enter(&server, "piet").await);
        send(&nora, "piet", "one").await;
        assert_eq!(block(&nora, "PIET").await.at("status"), (200, json!("succeeded")));
        assert_eq!(chats(&nora).await, json!([]));
        assert_failed(&read(&nora, "piet", 1).await);
        assert_failed(&send(&nora, "piet", "two").await);
        assert_failed(&send(&piet, "nora", "three").await);
        assert_eq!(chats(&piet).await, names(&["nora"]));
        assert_eq!(contents(&piet, "nora").await, ["one"], "the old chat is still there for the other");
        assert_eq!(block(&nora, "piet").await.status, 200, "again is nothing");
        assert_eq!(unblock(&nora, "piet").await.at("status"), (200, json!("succeeded")));
        assert_eq!(unblock(&nora, "piet").await.at("status"), (200, json!("succeeded")));
        assert_eq!(chats(&nora).await, names(&["piet"]));
        send(&piet, "nora", "four").await;
        assert_eq!(contents(&nora, "piet").await, ["four", "one"]);
    }

    async fn before_anything_was_said(server: TestServer) {
        let nora = enter(&server, "nora").await;
        let piet = enter(&server, "piet").await;
        assert_eq!(block(&nora, "piet").await.status, 200);
        assert_eq!(chats(&nora).await, json!([]));
        assert_failed(&send(&piet, "nora", "hello").await);
        assert_failed(&read(&nora, "piet", 1).await);
        assert_eq!(read(&piet, "nora", 1).await.at("data"), (200, json!([])));
        assert_eq!(chats(&piet).await, json!([]), "and no chat came of it");
        assert_failed(&block(&nora, "nora").await);
        for wrong in [json!({}), json!({ "toBlockUsername": 7 }), json!({ "toBlockUsername": "" })] {
            assert_errored(&nora.post("/users/block", wrong).await);
        }
    }

    async fn whoever_takes_a_blocked_name(server: TestServer) {
        let nora = enter(&server, "nora").await;
        assert_eq!(block(&nora, "later").await.status, 200);
        sign_up(&server, "later").await;
        assert_failed(&send(&nora, "later", "x").await);
        assert_eq!(unblock(&nora, "nobody").await.status, 200);
    }

    async fn those_blocked_are_left_out_before_counting(server: TestServer) {
        let nora = enter(&server, "nora").await;
        for name in ["anna", "bert", "carl"] {
            send(&nora, name, "hello").await;
        }
        block(&nora, "carl").await;
        let two = nora.post("/chats/get", json!({ "noChats": 2 })).await.json();
        assert_eq!(two["data"], names(&["bert", "anna"]));
    }
}
