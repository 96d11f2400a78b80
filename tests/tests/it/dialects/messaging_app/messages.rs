//! Sending once and only once, and following a message.

use super::{Person, assert_error, chat_id, faults, history, register, send, sent};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};

fn keys(value: &Value) -> Vec<String> {
    let mut keys: Vec<_> = value.as_object().unwrap().keys().cloned().collect();
    keys.sort();
    keys
}

both_engines! {
    async fn a_first_send_and_a_repeat(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let first = send(&vera, &otto, "q83vEg==", "draft-7").await;
        assert_eq!(first.status, 201, "{first:?}");
        let message = first.json()["data"].clone();
        assert_eq!(keys(&message), ["clientMessageId", "createdAt", "encryptedText", "id", "receiverId", "senderId", "status", "timestamp", "updatedAt"]);
        assert_eq!(
            (&message["senderId"], &message["receiverId"], &message["encryptedText"], &message["status"], &message["clientMessageId"]),
            (&json!(vera.id), &json!(otto.id), &json!("q83vEg=="), &json!("sent"), &json!("draft-7"))
        );
        assert_eq!(message["timestamp"], message["createdAt"]);
        let again = send(&vera, &otto, "something else", "draft-7").await;
        assert_eq!(again.status, 200);
        assert_eq!(again.json(), json!({ "success": true, "data": message, "message": "Message already sent (idempotent response)" }));
        assert_eq!(history(&otto, &vera).await, [message]);
    }

    async fn a_key_is_ones_own(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let third = register(&server, "third").await;
        let ids = ["client-msg-123", "0b9b3c5e-4f2a-4c61-9d5e-0a6c8f1b2d3e", "é", &"x".repeat(128), " spaced "];
        for id in ids {
            assert_eq!(send(&vera, &otto, "by vera", id).await.status, 201, "{id}");
            assert_eq!(send(&otto, &vera, "by otto", id).await.status, 201, "{id}");
            assert_eq!(send(&vera, &third, "elsewhere", id).await.status, 201, "{id}");
            assert_eq!(send(&vera, &otto, "by vera", id).await.json()["data"]["clientMessageId"], *id);
        }
        assert_eq!(history(&vera, &otto).await.len(), 2 * ids.len());
        let race: Vec<_> = (0..8).map(|_| {
            let (vera, otto) = (vera.clone(), otto.clone());
            tokio::spawn(async move { send(&vera, &otto, "raced", "raced").await })
        }).collect();
        let mut answers = Vec::new();
        for one in race {
            let said = one.await.unwrap();
            answers.push((said.status, said.json()["data"]["id"].clone()));
        }
        assert_eq!(answers.iter().filter(|(status, _)| *status == 201).count(), 1, "{answers:?}");
        assert!(answers.iter().all(|(status, id)| [200, 201].contains(status) && *id == answers[0].1), "{answers:?}");
    }

    async fn what_a_message_may_be(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let post = async |body: Value| vera.caller.post("/messages", body).await;
        assert_eq!(faults(&post(json!({})).await), ["Required"; 3]);
        let good = json!({ "receiverUsername": "otto", "encryptedText": "x", "clientMessageId": "a" });
        let with = |key: &str, value: Value| {
            let mut body = good.clone();
            body[key] = value;
            body
        };
        assert_eq!(faults(&post(with("encryptedText", json!(""))).await), ["Message cannot be empty"]);
        assert_eq!(faults(&post(with("encryptedText", json!("x".repeat(65_537)))).await), ["Message is too long"]);
        assert_eq!(faults(&post(with("encryptedText", json!(7))).await), ["Expected string, received number"]);
        for id in [json!(""), json!("x".repeat(129))] {
            assert_eq!(faults(&post(with("clientMessageId", id)).await), ["Invalid client message ID"]);
        }
        assert_eq!(faults(&post(with("receiverUsername", json!("no"))).await), ["Username must be at least 3 characters"]);
        assert_error(&post(with("receiverUsername", json!("nobody"))).await, 404, "Receiver not found");
        let oneself = post(with("receiverUsername", json!("VERA"))).await;
        assert_error(&oneself, 400, "Cannot send a message to yourself");
        assert!(oneself.json().get("details").is_none());
        server.user("x!").await;
        assert_eq!(post(with("receiverUsername", json!("x!"))).await.status, 201, "an existing name, whatever its form");
        assert_eq!(post(with("encryptedText", json!("x".repeat(65_536)))).await.status, 201);
        assert_eq!(history(&otto, &vera).await.len(), 1);
    }

    async fn a_sender_may_keep_a_copy(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let body = json!({ "receiverUsername": "otto", "encryptedText": "for otto", "clientMessageId": "a", "senderCopy": "for vera" });
        let said = vera.caller.post("/messages", body.clone()).await;
        assert_eq!((said.status, &said.json()["data"]["senderCopy"]), (201, &json!("for vera")));
        assert_eq!(vera.caller.post("/messages", body).await.json()["data"]["senderCopy"], "for vera");
        assert_eq!(history(&vera, &otto).await[0]["senderCopy"], "for vera");
        let theirs = history(&otto, &vera).await;
        assert!(theirs[0].get("senderCopy").is_none(), "{theirs:?}");
    }

    async fn it_says_when_its_status_changed(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let id = sent(&vera, &otto, "x").await;
        let set = async |status: &str| {
            server.clock.advance(std::time::Duration::from_secs(10));
            let said = otto.caller.patch(&format!("/messages/{id}/status"), json!({ "status": status })).await;
            said.json()["data"]["updatedAt"].as_str().unwrap().to_owned()
        };
        let mut before = history(&vera, &otto).await[0]["createdAt"].as_str().unwrap().to_owned();
        for status in ["delivered", "read"] {
            let at = set(status).await;
            assert!(at > before, "{at} after {before}");
            for (reader, other) in [(&vera, &otto), (&otto, &vera)] {
                let message = history(reader, other).await[0].clone();
                assert_eq!((&message["status"], &message["updatedAt"]), (&json!(status), &json!(at)));
                assert!(message["createdAt"].as_str().unwrap() < at.as_str());
            }
            assert_eq!(set("delivered").await, at, "nothing changed");
            let repeated = send(&vera, &otto, "x", "x").await.json()["data"].clone();
            assert_eq!((repeated["id"].as_str(), &repeated["updatedAt"]), (Some(id.as_str()), &json!(at)));
            before = at;
        }
        let second = sent(&vera, &otto, "y").await;
        server.clock.advance(std::time::Duration::from_secs(10));
        let answer = send(&otto, &vera, "an answer", "z").await.json()["data"]["createdAt"].clone();
        let message = history(&vera, &otto).await[1].clone();
        assert_eq!((message["id"].as_str(), &message["updatedAt"]), (Some(second.as_str()), &answer), "who answers has read");
    }

    async fn a_block_keeps_messages_out(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let native = server.http().with_token(&otto.token);
        native.block(vera.id.parse().unwrap()).await.unwrap();
        assert_error(&send(&vera, &otto, "x", "a").await, 403, "Message not allowed");
        assert_error(&send(&otto, &vera, "x", "a").await, 403, "Message not allowed");
    }

    async fn a_status_only_moves_forward(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let third = register(&server, "third").await;
        let id = sent(&vera, &otto, "x").await;
        let set = async |who: &Person, status: Value| {
            who.caller.patch(&format!("/messages/{id}/status"), json!({ "status": status })).await
        };
        for (status, now) in [("sent", "sent"), ("delivered", "delivered"), ("sent", "delivered"), ("read", "read"), ("delivered", "read")] {
            let said = set(&otto, json!(status)).await;
            assert_eq!((said.status, &said.json()["data"]["status"]), (200, &json!(now)), "{status}: {said:?}");
        }
        assert_eq!(set(&vera, json!("sent")).await.json()["data"]["status"], "read");
        for status in ["delivered", "read"] {
            assert_error(&set(&vera, json!(status)).await, 403, "Unauthorized to update message status");
        }
        for status in ["sent", "read"] {
            assert_error(&set(&third, json!(status)).await, 403, "Unauthorized to update message status");
        }
        assert_eq!(faults(&set(&otto, json!("gone")).await), ["Invalid enum value. Expected 'sent' | 'delivered' | 'read', received 'gone'"]);
        assert_eq!(faults(&set(&otto, json!(7)).await), ["Expected string, received number"]);
        for unknown in ["x", "0b9b3c5e-4f2a-4c61-9d5e-0a6c8f1b2d3e", "00000000-0000-0000-0000-000000000000"] {
            let said = otto.caller.patch(&format!("/messages/{unknown}/status"), json!({ "status": "read" })).await;
            assert_error(&said, 404, "Message not found");
        }
        assert_eq!(history(&vera, &otto).await[0]["status"], "read", "in the very next answer");
        let native = server.http().with_token(&otto.token);
        let conversation = native.conversations(None, None).await.unwrap().items[0].id;
        let members = native.members(conversation, None, None).await.unwrap().items;
        assert!(members.iter().all(|member| member.read == 1), "the same receipts for everybody: {members:?}");
        assert!(chat_id(&vera, &otto).len() == 73);
    }

    async fn only_objects_are_taken(server: TestServer) {
        use reqwest::Method;
        let vera = register(&server, "vera").await;
        for body in ["{", "[]", "7", "null", "\"x\""] {
            for (method, path) in [(Method::POST, "/messages"), (Method::PATCH, "/messages/x/status"), (Method::POST, "/auth/logout")] {
                let said = vera.caller.ask(method, path, "application/json", Some(body.to_owned())).await;
                assert_error(&said, 400, "Invalid request format");
                assert!(said.json().get("details").is_none(), "{path} {body}");
            }
        }
        assert_eq!(vera.caller.get("/users").await.status, 200, "and nobody was signed out");
    }

    async fn a_key_is_kept_for_the_life_of_the_message(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let first = send(&vera, &otto, "x", "draft-7").await.json()["data"].clone();
        server.restart().await;
        server.clock.advance(std::time::Duration::from_secs(6 * 24 * 60 * 60));
        let again = send(&vera, &otto, "y", "draft-7").await;
        assert_eq!((again.status, &again.json()["data"]), (200, &first));
        assert_eq!(history(&otto, &vera).await, [first]);
    }
}
