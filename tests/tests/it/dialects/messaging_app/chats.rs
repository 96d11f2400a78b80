//! Chats and their histories.

use super::{assert_error, chat_id, faults, history, register, sent};
use chinwag_testkit::{TestServer, both_engines, text_message};
use serde_json::{Value, json};

both_engines! {
    async fn a_list_of_chats(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let third = register(&server, "third").await;
        assert_eq!(vera.caller.get("/chats").await.json(), json!({ "success": true, "data": [] }));
        let first = sent(&vera, &otto, "one").await;
        sent(&third, &otto, "two").await;
        let last = sent(&vera, &otto, "three").await;
        let list = otto.caller.get("/chats?cursor=x").await.json()["data"].clone();
        assert_eq!(list.as_array().unwrap().len(), 2);
        let chat = &list[0];
        assert_eq!(chat["chatId"], chat_id(&vera, &otto));
        assert_eq!(chat["participants"], json!([otto.id, vera.id]));
        assert_eq!(chat["unreadCount"], 2);
        assert_eq!(vera.caller.get("/chats").await.json()["data"][0]["unreadCount"], 0);
        let message = &chat["lastMessage"];
        assert_eq!(message["id"], last);
        assert_eq!((&message["senderId"], &message["sender_id"]), (&json!(vera.id), &json!(vera.id)));
        assert_eq!((&message["receiverId"], &message["receiver_id"]), (&json!(otto.id), &json!(otto.id)));
        assert_eq!((&message["encryptedText"], &message["encrypted_text"]), (&json!("three"), &json!("three")));
        assert_eq!(message["status"], "sent");
        let shown = history(&otto, &vera).await;
        assert_eq!((&shown[1]["id"], &shown[1]["timestamp"]), (&json!(first), &chat["createdAt"]));
        assert_eq!((&shown[0]["timestamp"], &chat["updatedAt"]), (&message["timestamp"], &message["timestamp"]));
        let page = otto.caller.get("/chats?limit=1&offset=1").await.json()["data"].clone();
        assert_eq!(page, json!([list[1]]));
        assert_eq!(faults(&otto.caller.get("/chats?limit=0").await).len(), 1);
        otto.caller.patch(&format!("/messages/{last}/status"), json!({ "status": "read" })).await;
        assert_eq!(otto.caller.get("/chats").await.json()["data"][0]["unreadCount"], 0);
    }

    async fn a_history_newest_first(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        for number in 0..7 {
            sent(if number % 2 == 0 { &vera } else { &otto }, if number % 2 == 0 { &otto } else { &vera }, &number.to_string()).await;
        }
        let path = format!("/chats/{}/messages", chat_id(&vera, &otto));
        let texts = async |query: &str| -> Vec<Value> {
            let said = vera.caller.get(&format!("{path}{query}")).await;
            said.json()["data"].as_array().unwrap().iter().map(|message| message["encryptedText"].clone()).collect()
        };
        assert_eq!(texts("").await, ["6", "5", "4", "3", "2", "1", "0"]);
        assert_eq!(texts("?limit=2&offset=3").await, ["3", "2"]);
        assert_eq!(texts("?limit=100&offset=6").await, ["0"]);
        assert_eq!(texts("?offset=7").await, [""; 0]);
        let reversed = format!("/chats/{}-{}/messages", (&vera.id).max(&otto.id), (&vera.id).min(&otto.id));
        assert_eq!(vera.caller.get(&reversed).await.json()["data"].as_array().unwrap().len(), 7);
        assert_eq!(faults(&vera.caller.get(&format!("{path}?limit=x")).await).len(), 1);
    }

    async fn what_was_deleted_is_not_there(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        for number in 0..5 {
            sent(&vera, &otto, &number.to_string()).await;
        }
        let native = server.http().with_token(&vera.token);
        let conversation = native.conversations(None, None).await.unwrap().items[0].id;
        for seq in [3, 5] {
            native.delete(conversation, seq).await.unwrap();
        }
        let chat = otto.caller.get("/chats").await.json()["data"][0].clone();
        assert_eq!((&chat["unreadCount"], &chat["lastMessage"]["encryptedText"]), (&json!(3), &json!("3")));
        let path = format!("/chats/{}/messages", chat_id(&vera, &otto));
        for (query, expected) in [("?limit=2", vec!["3", "1"]), ("?limit=2&offset=1", vec!["1", "0"]), ("?offset=3", vec![])] {
            let said = otto.caller.get(&format!("{path}{query}")).await.json();
            let texts: Vec<_> = said["data"].as_array().unwrap().iter().map(|message| message["encryptedText"].as_str().unwrap()).collect();
            assert_eq!(texts, expected, "{query}");
        }
    }

    async fn only_the_two_read_it(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let third = register(&server, "third").await;
        sent(&vera, &otto, "secret").await;
        let path = |id: &str| format!("/chats/{id}/messages");
        let pair = path(&chat_id(&vera, &otto));
        assert_error(&third.caller.get(&pair).await, 403, "Unauthorized to view this chat");
        assert_error(&vera.caller.get(&path("alice-bob")).await, 403, "Unauthorized to view this chat");
        for wrong in ["not-a-chat-id", "a", "-", &vera.id] {
            assert_error(&vera.caller.get(&path(wrong)).await, 400, "Invalid chat ID format");
        }
        assert_eq!(history(&vera, &third).await, [Value::Null; 0], "they never talked");
    }

    async fn what_came_from_elsewhere(server: TestServer) {
        let (vera, ada) = (register(&server, "vera").await, server.user("ada").await);
        let conversation = server.http().with_token(&vera.token);
        let id = ada.http.create_conversation(&serde_json::from_value(json!({ "kind": "direct", "username": "vera" })).unwrap()).await.unwrap().id;
        ada.http.send(id, &text_message(Some("native-id"), "in the clear")).await.unwrap();
        let list = vera.caller.get("/chats").await.json()["data"].clone();
        let chat = list[0]["chatId"].as_str().unwrap();
        let messages = vera.caller.get(&format!("/chats/{chat}/messages")).await.json()["data"].clone();
        assert_eq!(messages[0]["encryptedText"], "in the clear");
        assert_eq!(messages[0]["clientMessageId"], messages[0]["id"], "its own id");
        assert_eq!(conversation.me().await.unwrap().username, "vera");
    }
}
