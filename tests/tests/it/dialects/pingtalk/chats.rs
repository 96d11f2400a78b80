//! Chats: direct ones, and the list of one's own.

use super::{
    Person, again, assert_keys, assert_message, block, chat, connect, history, id_of, invite,
    people, respond, said,
};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines, text_message};
use serde_json::{Value, json};

async fn direct(from: &Person, to: &str) -> crate::dialects::Said {
    from.caller.post("/chat/create-direct", json!({ "receiverId": to })).await
}

async fn mine(person: &Person) -> Vec<Value> {
    let said = person.caller.get("/chat/my-chats").await;
    assert_eq!(said.status, 200, "{said:?}");
    said.json().as_array().unwrap().clone()
}

both_engines! {
    async fn one_for_a_pair(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let said = direct(&lena, &tom.id).await;
        assert_eq!(said.status, 201, "{said:?}");
        let chat = said.json();
        assert_keys(&chat, &["_id", "createdAt", "updatedAt", "__v", "chatType", "participants", "admins", "lastMessage"]);
        assert_eq!((&chat["chatType"], &chat["admins"], &chat["lastMessage"]), (&json!("direct"), &json!([]), &json!(null)));
        let mut both = [lena.id.as_str(), tom.id.as_str()];
        both.sort_unstable();
        let mut participants: Vec<&str> = chat["participants"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
        participants.sort_unstable();
        assert_eq!(participants, both);
        for (from, to) in [(&lena, &tom), (&tom, &lena)] {
            let again = direct(from, &to.id.to_uppercase()).await;
            assert_eq!((again.status, again.json()), (200, chat.clone()));
            assert_eq!(mine(from).await, std::slice::from_ref(&chat));
        }
    }

    async fn of_all_who_open_at_once_one_is_first(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let sent = id_of(&invite(&lena, &tom).await);
        assert_eq!(respond(&tom, &sent, "accepted").await.status, 200);
        // Right after the answer, from both sides.
        let (a, b, c, d) = tokio::join!(direct(&lena, &tom.id), direct(&tom, &lena.id), direct(&lena, &tom.id), direct(&tom, &lena.id));
        let mut statuses = [&a, &b, &c, &d].map(|said| said.status);
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 200, 200, 201]);
        for said in [&b, &c, &d] {
            assert_eq!(said.json(), a.json(), "the same document");
        }
    }

    async fn without_a_connection_there_is_none(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        for missing in [json!({}), json!({ "receiverId": "" }), json!({ "receiverId": null }), json!({ "receiverId": 7 }), json!({ "receiverId": { "$ne": null } })] {
            assert_message(&lena.caller.post("/chat/create-direct", missing).await, 400, "Receiver ID required");
        }
        assert_message(&direct(&lena, &lena.id).await, 400, "Cannot chat with yourself");
        for stranger in [tom.id.as_str(), "x", "019cf0e1-0000-7000-8000-000000000000"] {
            assert_message(&direct(&lena, stranger).await, 403, "Users are not connected");
        }
        let sent = id_of(&invite(&lena, &tom).await);
        assert_message(&direct(&lena, &tom.id).await, 403, "Users are not connected");
        respond(&tom, &sent, "accepted").await;
        assert_eq!(direct(&lena, &tom.id).await.status, 201);
        block(&server, &tom, &lena).await;
        for (from, to) in [(&lena, &tom), (&tom, &lena)] {
            assert_message(&direct(from, &to.id).await, 403, "Users are not connected");
        }
    }

    async fn one_begun_elsewhere_goes_on(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let natively = server.http().with_token(&tom.token);
        let body = json!({ "kind": "direct", "account_id": lena.id });
        let opened = Caller::of(&server).with("authorization", format!("Bearer {}", tom.token)).post("/v1/conversations", body).await;
        let id = opened.json()["id"].as_str().unwrap().to_owned();
        natively.send(id.parse().unwrap(), &text_message(None, "from elsewhere")).await.unwrap();
        let chats = mine(&lena).await;
        assert_eq!((chats.len(), &chats[0]["_id"]), (1, &json!(id)));
        let messages = history(&lena, &id).await;
        assert_eq!((&messages[0]["text"], &chats[0]["lastMessage"]), (&json!("from elsewhere"), &messages[0]["_id"]));
        assert_message(&direct(&lena, &tom.id).await, 403, "Users are not connected");
        said(&lena, &id, "and back").await;
        assert_eq!(history(&tom, &id).await.len(), 2);
    }

    async fn the_latest_first(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        let mut chats = Vec::new();
        for other in [&tom, &ada, &max] {
            connect(&lena, other).await;
            chats.push(chat(&lena, other).await);
        }
        let ids = async || -> Vec<String> { mine(&lena).await.iter().map(|chat| chat["_id"].as_str().unwrap().to_owned()).collect() };
        assert_eq!(ids().await, [chats[2].clone(), chats[1].clone(), chats[0].clone()]);
        said(&tom, &chats[0], "first again").await;
        assert_eq!(ids().await, [chats[0].clone(), chats[2].clone(), chats[1].clone()]);
        let first = mine(&lena).await[0].clone();
        assert!(first["updatedAt"].as_str() >= first["createdAt"].as_str());
        assert_eq!(first["lastMessage"], history(&tom, &chats[0]).await[0]["_id"]);
        let lena = again(&server, &lena).await;
        let rooms = server.http().with_token(&lena.token);
        let body = serde_json::from_value(json!({ "kind": "room", "name": "square" })).unwrap();
        rooms.create_conversation(&body).await.unwrap();
        assert_eq!(mine(&lena).await.len(), 3, "rooms are no chats here");
    }

    async fn signed_in_only(server: TestServer) {
        let caller = Caller::of(&server);
        for path in ["/chat/my-chats", "/chat/messages/x", "/chat/files/x"] {
            assert_message(&caller.get(path).await, 401, "Token Expired, please login again");
        }
        for path in ["/chat/create-direct", "/chat/create-group", "/chat/send-file"] {
            assert_message(&caller.post(path, json!({})).await, 401, "Token Expired, please login again");
        }
        for path in ["/chat/add-to-group", "/chat/remove-from-group", "/chat/leave-group"] {
            assert_message(&caller.put(path, json!({})).await, 401, "Token Expired, please login again");
        }
    }
}
