//! What is said through one surface stands in all of them, in one order and under one id, and is heard at once.

use super::{
    Surface,
    open::next_message,
    pair,
    person::{Person, all},
};
use crate::dialects::pingtalk::form;
use chinwag_testkit::{TestServer, both_engines, wire::*};
use reqwest::Method;
use serde_json::{Value, json};

/// Sends a file without a word.
async fn send_file(from: &Person, chat: &str) {
    let body = form(&[("chatId", chat)], Some(("file", "plan.txt", b"go west")));
    let said = from.ping.caller.form(Method::POST, "/chat/send-file", body).await;
    assert_eq!(said.status, 201, "{said:?}");
}

/// The chat as each surface shows it, the oldest first: the id, author, text and time of each message.
async fn shown(reader: &Person, other: &Person, chat: &str) -> [Vec<[Value; 4]>; 4] {
    let keys = |list: &Value, keys: [&str; 4]| -> Vec<[Value; 4]> {
        let list = list.as_array().unwrap_or_else(|| panic!("a list: {list}"));
        list.iter().map(|one| keys.map(|key| one[key].clone())).collect()
    };
    let native = reader.native.history(chat.parse().unwrap()).await;
    let body = json!({ "withUsername": other.username, "noMsgs": 1000 });
    let service = reader.service.post("/chat/messages/get", body).await.json();
    let mut ids = [reader.id.as_str(), other.id.as_str()];
    ids.sort_unstable();
    let app = reader.app.get(&format!("/chats/{}/messages", ids.join("-"))).await.json();
    let ping = reader.ping.caller.get(&format!("/chat/messages/{chat}")).await.json();
    let mut of_service = keys(&service["data"], ["id", "from", "content", "at"]);
    let mut of_app = keys(&app["data"], ["id", "senderId", "encryptedText", "timestamp"]);
    for list in [&mut of_service, &mut of_app] {
        list.reverse();
    }
    for message in &mut of_service {
        let writer = if message[1] == json!(reader.username) { reader } else { other };
        message[1] = json!(writer.id);
    }
    [
        native.iter().map(row).collect(),
        of_service,
        of_app,
        keys(&ping, ["_id", "senderId", "text", "createdAt"]),
    ]
}

fn row(message: &Message) -> [Value; 4] {
    let content = match &message.content {
        Some(Content::Text(text) | Content::Encrypted(text)) => text.as_str(),
        None => panic!("it says something: {message:?}"),
    };
    [json!(message.id()), json!(message.sender_id), json!(content), json!(message.sent_at)]
}

both_engines! {
    async fn one_chat_in_every_shape(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        for surface in Surface::ALL {
            assert!(lena.say(&server, surface, &tom, &chat, &format!("lena: {surface:?}")).await);
            assert!(tom.say(&server, surface, &lena, &chat, &format!("tom: {surface:?}")).await);
        }
        send_file(&lena, &chat).await;
        let texts: Vec<Value> = Surface::ALL.into_iter().flat_map(|surface| [json!(format!("lena: {surface:?}")), json!(format!("tom: {surface:?}"))]).collect();
        let mut of_both = Vec::new();
        for (reader, other) in [(&lena, &tom), (&tom, &lena)] {
            let shown = shown(reader, other, &chat).await;
            for (list, file) in shown.iter().zip([json!(""), json!("[file: plan.txt]"), json!("[file: plan.txt]"), json!(null)]) {
                let said: Vec<Value> = list.iter().map(|message| message[2].clone()).collect();
                assert_eq!(said, [&texts[..], &[file]].concat());
                let rest = |list: &[[Value; 4]]| -> Vec<[Value; 3]> { list.iter().map(|[id, by, _, at]| [id.clone(), by.clone(), at.clone()]).collect() };
                assert_eq!(rest(list), rest(&shown[0]), "one id, one author, one time");
            }
            of_both.push(shown);
        }
        assert_eq!(of_both[0], of_both[1], "the same for both");
        let seqs: Vec<i64> = tom.native.history(chat.parse().unwrap()).await.iter().map(|message| message.seq).collect();
        assert_eq!(seqs, (1..=9).collect::<Vec<_>>());
    }

    async fn one_line_in_every_list_of_chats(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        assert!(lena.say(&server, Surface::MessagingService, &tom, &chat, "first").await);
        send_file(&tom, &chat).await;
        for (reader, other) in [(&lena, &tom), (&tom, &lena)] {
            let last = reader.native.history(chat.parse().unwrap()).await[1].id();
            let service = reader.service.post("/chats/get", json!({ "noChats": 9 })).await.json();
            assert_eq!(service["data"], json!([{ "username": other.username, "blocked": false }]));
            let app = reader.app.get("/chats").await.json()["data"].clone();
            let last_of_app = &app[0]["lastMessage"];
            assert_eq!((app.as_array().unwrap().len(), &last_of_app["id"]), (1, &json!(last)));
            assert_eq!((&last_of_app["encryptedText"], &last_of_app["encrypted_text"]), (&json!("[file: plan.txt]"), &json!("[file: plan.txt]")));
            let ping = reader.ping.caller.get("/chat/my-chats").await.json();
            assert_eq!((all(&ping, "_id"), all(&ping, "lastMessage")), (vec![json!(chat)], vec![json!(last)]));
        }
        let app = lena.app.get("/chats").await.json()["data"][0].clone();
        assert_eq!(app["unreadCount"], 1, "the file that she has not read");
    }

    async fn what_is_said_is_heard_everywhere_at_once(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        let (mut hers, mut his) = (lena.open(&server, Some(&chat)).await, tom.open(&server, Some(&chat)).await);
        for surface in Surface::ALL {
            let text = json!(format!("by {surface:?}"));
            assert!(lena.say(&server, surface, &tom, &chat, text.as_str().unwrap()).await);
            let heard = row(&next_message(&mut his.native).await);
            assert_eq!((&heard[1], &heard[2]), (&json!(lena.id), &text));
            let document = his.ping.hear("receiveMessage").await;
            assert_eq!(["_id", "senderId", "text", "createdAt"].map(|key| document[key].clone()), heard);
            assert_eq!((&document["chatId"], &document["readBy"]), (&json!(chat), &json!([lena.id])));
            let new = his.app.hear("new_message").await;
            assert_eq!(["id", "senderId", "encryptedText", "timestamp"].map(|key| new[key].clone()), heard);
            assert_eq!(new["receiverId"], json!(tom.id));
            assert_eq!(hers.ping.hear("receiveMessage").await["_id"], heard[0], "the sender's other windows too");
            assert_eq!(row(&next_message(&mut hers.native).await), heard);
        }
        send_file(&lena, &chat).await;
        assert_eq!(next_message(&mut his.native).await.attachments[0].name, "plan.txt");
        assert_eq!(his.ping.hear("receiveMessage").await["file"]["data"], "Z28gd2VzdA==");
        assert_eq!(his.app.hear("new_message").await["encryptedText"], "[file: plan.txt]");
        assert!(hers.app.all().await.iter().all(|(name, _)| name != "new_message"), "one's own is no news");
    }

    async fn what_was_missed_is_caught_up_wherever_it_was_said(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        for surface in Surface::ALL {
            assert!(lena.say(&server, surface, &tom, &chat, &format!("by {surface:?}")).await);
        }
        send_file(&lena, &chat).await;
        let mut his = tom.open(&server, None).await;
        for expected in Surface::ALL.map(|surface| format!("by {surface:?}")) {
            assert_eq!(his.app.hear("new_message").await["encryptedText"], json!(expected));
        }
        assert_eq!(his.app.hear("new_message").await["encryptedText"], "[file: plan.txt]");
    }

    async fn typing_goes_over(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        let (mut hers, mut his) = (lena.open(&server, None).await, tom.open(&server, None).await);
        lena.native.http.typing(chat.parse().unwrap(), true).await.unwrap();
        assert_eq!(his.app.hear("user_typing").await, json!({ "userId": lena.id, "typing": true }));
        his.app.emit("typing_start", &[json!({ "receiverId": lena.id })]).await;
        let typing = crate::listening::hear(&mut hers.native, "typing", |event| match &event.body {
            EventBody::Typing(typing) => Some(*typing),
            _ => None,
        }).await;
        assert_eq!((typing.account_id, typing.typing), (tom.native.id(), true));
    }

    /// That is as much as one answer holds, and as is caught up; the rest is in the history.
    async fn the_newest_thousand(server: TestServer) {
        let (lena, tom, chat) = pair(&server).await;
        for number in 0..1_002 {
            let said = chinwag_testkit::text_message(None, &number.to_string());
            lena.native.http.send(chat.parse().unwrap(), &said).await.unwrap();
        }
        let newest: Vec<Value> = (2..1_002).map(|number| json!(number.to_string())).collect();
        let (mut his, mut missed) = (tom.open(&server, None).await, Vec::new());
        while missed.len() < newest.len() {
            missed.push(his.app.hear("new_message").await["encryptedText"].clone());
        }
        assert_eq!(missed, newest, "the oldest of them first");
        assert!(his.app.all().await.iter().all(|(name, _)| name != "new_message"));
        let ping = tom.ping.caller.get(&format!("/chat/messages/{chat}")).await;
        assert_eq!((all(&ping.json(), "text"), ping.header("x-has-more")), (newest.clone(), Some("true")));
        let body = json!({ "withUsername": "lena", "noMsgs": 5_000 });
        let mut service = all(&tom.service.post("/chat/messages/get", body).await.json()["data"], "content");
        service.reverse();
        assert_eq!(service, newest, "what is above 1000 is served as 1000");
    }
}
