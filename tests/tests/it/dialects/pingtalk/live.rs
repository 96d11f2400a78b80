//! Live over Socket.IO: who enters, who hears what is said, and that no payload harms anybody.

use super::{
    PASSWORD, Person, again, assert_keys, assert_message, block, chat, connect, form, history,
    id_of, people, person, said,
};
use crate::dialects::speaker::{Entered, Speaker};
use chinwag_testkit::{Settings, TestServer, both_engines, eventually};
use reqwest::Method;
use serde_json::{Value, json};

const PATH: &str = "/chat/socket.io/";

fn cookie(token: &str) -> String {
    format!("Cookie: other=1; token={token}\r\n")
}

async fn live(server: &TestServer, person: &Person) -> Speaker {
    let mut speaker = Speaker::open_with(server.address, PATH, "", &cookie(&person.token)).await;
    assert_eq!(speaker.enter(None).await, Entered::In);
    speaker
}

/// The same, in a chat.
async fn live_in(server: &TestServer, person: &Person, chat: &str) -> Speaker {
    let mut speaker = live(server, person).await;
    join(&mut speaker, chat).await;
    speaker
}

async fn join(speaker: &mut Speaker, chat: &str) {
    speaker.emit("joinChat", &[json!({ "chatId": chat })]).await;
}

async fn say(speaker: &mut Speaker, chat: &str, text: &str) {
    speaker.emit("sendMessage", &[json!({ "chatId": chat, "text": text })]).await;
}

/// The texts that are heard up to this one.
async fn texts(speaker: &mut Speaker, last: &str) -> Vec<String> {
    let mut texts: Vec<String> = Vec::new();
    while texts.last().map(String::as_str) != Some(last) {
        texts.push(speaker.hear("receiveMessage").await["text"].as_str().unwrap().to_owned());
    }
    texts
}

async fn refused(server: &TestServer, head: &str) -> Value {
    match Speaker::open_with(server.address, PATH, "", head).await.enter(None).await {
        Entered::Refused(why) => why["message"].clone(),
        Entered::In => panic!("let in"),
    }
}

/// Three in a group, the first its admin.
async fn group(server: &TestServer) -> ([Person; 3], String) {
    let three = people(server, ["Lena", "Tom", "Ada"]).await;
    let body = json!({ "name": "crew", "participants": [three[1].id, three[2].id] });
    let made = three[0].caller.post("/chat/create-group", body).await;
    let id = id_of(&made);
    (three, id)
}

fn part(settings: &mut Settings) {
    let listener =
        |names: &str| serde_json::from_value(json!(format!("127.0.0.1:0={names}"))).unwrap();
    settings.http.listeners = vec![listener("pingtalk/chat"), listener("pingtalk")];
}

both_engines! {
    async fn what_is_said_reaches_who_joined(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let (mut hers, mut his, mut outside) =
            (live_in(&server, &lena, &chat).await, live_in(&server, &tom, &chat).await, live(&server, &tom).await);
        say(&mut hers, &chat, "Ferry at six").await;
        let message = hers.hear("receiveMessage").await;
        assert_keys(&message, &["_id", "chatId", "senderId", "text", "readBy", "createdAt", "updatedAt", "__v"]);
        assert_eq!((&message["text"], &message["readBy"]), (&json!("Ferry at six"), &json!([lena.id])));
        assert_eq!(his.hear("receiveMessage").await, message);
        let stored = lena.caller.get("/chat/my-chats").await.json()[0].clone();
        assert_eq!((&stored["lastMessage"], &stored["updatedAt"]), (&message["_id"], &message["createdAt"]));
        say(&mut outside, &chat, "not joined").await;
        assert_eq!(his.hear("receiveMessage").await["text"], "not joined", "a participant sends, joined or not");
        said(&lena, &chat, "from another surface").await;
        assert_eq!(texts(&mut his, "from another surface").await.len(), 1);
        join(&mut outside, &chat).await;
        say(&mut outside, &chat, "joined").await;
        assert_eq!(outside.hear("receiveMessage").await["text"], "joined", "nothing from before it joined");
        assert_eq!(history(&tom, &chat).await.len(), 4);
    }

    async fn live_delivery_is_delivery(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let mut his = live_in(&server, &tom, &chat).await;
        for text in ["one", "two", "three"] {
            said(&lena, &chat, text).await;
        }
        texts(&mut his, "three").await;
        eventually("it is noted", async || {
            let members = server.http().with_token(&lena.token).members(chat.parse().unwrap(), None, None).await.unwrap();
            let his = members.items.iter().find(|member| member.account.id.to_string() == tom.id).unwrap();
            (his.delivered, his.read) == (3, 0)
        }).await;
    }

    async fn in_the_order_it_was_said(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let mut his = live_in(&server, &tom, &chat).await;
        let mut hers = Speaker::open_with(server.address, PATH, "", &cookie(&lena.token)).await;
        // All at once, before it is known that she is in.
        hers.say("40").await;
        join(&mut hers, &chat).await;
        let numbers: Vec<String> = (0..60).map(|number| number.to_string()).collect();
        for number in &numbers {
            say(&mut hers, &chat, number).await;
        }
        assert_eq!(texts(&mut hers, "59").await, numbers);
        assert_eq!(texts(&mut his, "59").await, numbers);
    }

    async fn who_may_enter(server: TestServer) {
        let lena = person(&server, "Lena").await;
        assert_eq!(refused(&server, "").await, "Unauthorized - No cookies");
        assert_eq!(refused(&server, "Cookie: other=1\r\n").await, "Unauthorized - No token");
        assert_eq!(refused(&server, "Cookie: token=\r\n").await, "Unauthorized - No token");
        assert_eq!(refused(&server, "Cookie: token=x.y.z\r\n").await, "Unauthorized - Invalid or expired token");
        let foreign = format!("{}Origin: https://page.example\r\n", cookie(&lena.token));
        assert_eq!(refused(&server, &foreign).await, "Unauthorized - No cookies");
        let ours = format!("{}Origin: http://localhost:5173\r\n", cookie(&lena.token));
        for (path, head) in [(PATH, ours.as_str()), ("/chat/socket.io", &cookie(&lena.token)), ("/socket.io/", &cookie(&lena.token)), ("/dialects/pingtalk/chat/socket.io/", &cookie(&lena.token)), ("/dialects/pingtalk/socket.io/", &cookie(&lena.token))] {
            let mut speaker = Speaker::open_with(server.address, path, "", head).await;
            assert_eq!(speaker.enter(None).await, Entered::In, "{path}");
            join(&mut speaker, "x").await;
            assert_eq!(speaker.hear("error").await, "Chat not found", "{path}: spoken as here");
        }
        let mut speaker = Speaker::open_with(server.address, PATH, "", &cookie(&lena.token)).await;
        speaker.say("40/elsewhere,").await;
        let mut his = live(&server, &lena).await;
        assert_eq!(lena.caller.post("/auth/logout", json!({})).await.status, 200);
        assert!(his.ended().await, "told to stay away");
        assert_eq!(refused(&server, &cookie(&lena.token)).await, "Unauthorized - Invalid or expired token");
    }

    async fn another_password_closes_every_socket(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let second = again(&server, &lena).await;
        let (mut one, mut other) = (live(&server, &lena).await, live(&server, &second).await);
        let body = json!({ "oldPassword": PASSWORD, "newPassword": "Lantern#42" });
        assert_eq!(lena.caller.patch("/auth/changePassword", body).await.status, 200);
        assert!(one.ended().await && other.ended().await);
    }

    async fn who_may_join_and_send(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let room = serde_json::from_value(json!({ "kind": "room", "name": "square" })).unwrap();
        let room = server.http().with_token(&ada.token).create_conversation(&room).await.unwrap().id.to_string();
        let mut hers = live(&server, &ada).await;
        for (id, error) in [("x", "Chat not found"), (ada.id.as_str(), "Chat not found"), (room.as_str(), "Chat not found"), (chat.as_str(), "Not authorized")] {
            join(&mut hers, id).await;
            assert_eq!(hers.hear("error").await, error, "{id}");
            say(&mut hers, id, "hello").await;
            assert_eq!(hers.hear("error").await, error, "{id}");
        }
        let mut his = live_in(&server, &tom, &chat).await;
        his.emit("sendMessage", &[json!({ "chatId": chat, "text": "x".repeat(65_537) })]).await;
        assert_eq!(his.hear("error").await, "Message too long");
        say(&mut his, &chat, &"x".repeat(65_536)).await;
        assert_eq!(his.hear("receiveMessage").await["text"].as_str().unwrap().len(), 65_536);
        for silent in [json!({ "chatId": chat }), json!({ "chatId": chat, "text": "" })] {
            his.emit("sendMessage", &[silent]).await;
        }
        block(&server, &lena, &tom).await;
        say(&mut his, &chat, "past a block").await;
        assert_eq!(his.hear("error").await, "Not authorized", "and nothing was said of the silent ones");
        assert_eq!(history(&tom, &chat).await.len(), 1);
    }

    async fn who_is_gone_hears_nothing_more(server: TestServer) {
        let ([lena, tom, ada], chat) = group(&server).await;
        let (mut hers, mut his, mut also_his, mut adas) = (
            live_in(&server, &lena, &chat).await,
            live_in(&server, &tom, &chat).await,
            live_in(&server, &tom, &chat).await,
            live_in(&server, &ada, &chat).await,
        );
        say(&mut hers, &chat, "all here").await;
        for one in [&mut hers, &mut his, &mut also_his, &mut adas] {
            texts(one, "all here").await;
        }
        let remove = json!({ "chatId": chat, "userIdToRemove": tom.id });
        assert_eq!(lena.caller.put("/chat/remove-from-group", remove).await.status, 200);
        assert_eq!(ada.caller.put("/chat/leave-group", json!({ "chatId": chat })).await.status, 200);
        say(&mut hers, &chat, "without you").await;
        texts(&mut hers, "without you").await;
        for one in [&mut his, &mut also_his, &mut adas] {
            say(one, &chat, "still here?").await;
            assert_eq!(one.hear("error").await, "Not authorized");
            join(one, &chat).await;
            assert_eq!(one.hear("error").await, "Not authorized");
            assert!(one.kept().iter().all(|(name, _)| name != "receiveMessage"));
        }
        let add = json!({ "chatId": chat, "userIdToAdd": tom.id });
        assert_eq!(lena.caller.put("/chat/add-to-group", add).await.status, 200);
        join(&mut his, &chat).await;
        say(&mut hers, &chat, "welcome back").await;
        assert_eq!(texts(&mut his, "welcome back").await, ["welcome back"]);
    }

    async fn files_come_whole(server: TestServer) {
        let ([lena, tom, ada], chat) = group(&server).await;
        let (mut his, mut adas) = (live_in(&server, &tom, &chat).await, live_in(&server, &ada, &chat).await);
        let bytes: Vec<u8> = (0..3_000_000_u32).map(|number| (number % 251) as u8).collect();
        let body = form(&[("chatId", &chat), ("text", "look")], Some(("file", "a.bin", &bytes)));
        let sent = lena.caller.form(Method::POST, "/chat/send-file", body).await;
        assert_eq!(sent.status, 201);
        said(&lena, &chat, "and words").await;
        for one in [&mut his, &mut adas] {
            let message = one.hear("receiveMessage").await;
            assert_eq!(message, sent.json(), "the whole document");
            assert_eq!(one.hear("receiveMessage").await["text"], "and words", "in order");
        }
    }

    async fn odd_payloads_harm_nobody(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let chat = chat(&lena, &tom).await;
        let (mut hers, mut his) = (live_in(&server, &lena, &chat).await, live_in(&server, &tom, &chat).await);
        for name in ["joinChat", "sendMessage"] {
            for arguments in [vec![], vec![json!(null)], vec![json!([])], vec![json!("x")], vec![json!(7)], vec![json!({})], vec![json!({ "chatId": { "$gt": "" } })], vec![json!({ "chatId": null, "text": "x" })], vec![json!([[[]]]), json!(1)]] {
                his.emit(name, &arguments).await;
                assert_eq!(his.hear("error").await, "Invalid payload", "{name} {arguments:?}");
            }
        }
        for text in [json!(7), json!(null), json!({}), json!(["x"]), json!("a\0b")] {
            his.emit("sendMessage", &[json!({ "chatId": chat, "text": text })]).await;
            assert_eq!(his.hear("error").await, "Invalid payload");
        }
        for name in ["typing", "leaveChat", "receiveMessage", "error", "", "🫖"] {
            his.emit(name, &[json!({ "chatId": chat })]).await;
            his.emit(name, &[]).await;
        }
        his.say("4217[\"joinChat\",{}]").await;
        assert_eq!(his.hear("error").await, "Invalid payload");
        his.emit("sendMessage", &[json!({ "chatId": chat, "text": "still here", "more": [1] }), json!("more")]).await;
        assert_eq!(texts(&mut hers, "still here").await, ["still here"]);
        assert_eq!(texts(&mut his, "still here").await, ["still here"]);
    }

    async fn messages_of_an_account(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let lena = person(&server, "Lena").await;
        let mut hers = live(&server, &lena).await;
        let nowhere = "019cf0e1-0000-7000-8000-000000000000";
        for _ in 0..100 {
            assert_message(&lena.caller.post("/chat/send-file", json!({})).await, 400, "No file provided");
        }
        for _ in 0..20 {
            say(&mut hers, nowhere, "counted").await;
            assert_eq!(hers.hear("error").await, "Chat not found");
        }
        say(&mut hers, nowhere, "one too many").await;
        assert_eq!(hers.hear("error").await, "Too many requests");
        let body = form(&[("chatId", nowhere)], Some(("file", "a", b"x")));
        let said = lena.caller.form(Method::POST, "/chat/send-file", body).await;
        assert_message(&said, 429, "Too many requests");
        assert!(said.header("retry-after").is_some());
    }

    async fn the_chat_part_alone(server: TestServer) with part => {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        let alone = |person: &Person| {
            let mut caller = person.caller.clone();
            caller.base = format!("http://{}", server.listening[0]);
            caller
        };
        let made = alone(&lena).post("/create-direct", json!({ "receiverId": tom.id })).await;
        assert_eq!(made.status, 201, "{made:?}");
        let chat = id_of(&made);
        assert_eq!(alone(&tom).get("/my-chats").await.json()[0]["_id"], json!(chat));
        assert_eq!(alone(&tom).get(&format!("/messages/{chat}")).await.json(), json!([]));
        for path in ["/chat/my-chats", "/profile/getProfile", "/auth/login", "/nothing", "/"] {
            assert_message(&alone(&tom).get(path).await, 404, "Not found");
        }
        let file = alone(&lena).form(Method::POST, "/send-file", form(&[("chatId", &chat)], Some(("file", "a", b"go west")))).await;
        let url = file.json()["file"]["url"].as_str().unwrap().to_owned();
        for address in [url.as_str(), url.strip_prefix("/chat").unwrap()] {
            assert_eq!(alone(&tom).get(address).await.text, "go west", "{address}");
        }
        assert_eq!(alone(&tom).get("/health").await.status, 200);
        let mut his = Speaker::open_with(server.listening[0], "/socket.io/", "", &cookie(&tom.token)).await;
        assert_eq!(his.enter(None).await, Entered::In);
        join(&mut his, &chat).await;
        say(&mut his, &chat, "alone").await;
        assert_eq!(his.hear("receiveMessage").await["text"], "alone");
        let mut whole = tom.caller.clone();
        whole.base = format!("http://{}", server.listening[1]);
        assert_eq!(whole.get("/chat/my-chats").await.status, 200);
        assert_eq!(whole.get("/health").await.status, 200);
        assert_message(&whole.get("/nothing").await, 404, "Not found");
        let mut speaker = Speaker::open_with(server.listening[1], "/socket.io/", "", "").await;
        assert_eq!(speaker.enter(None).await, Entered::Refused(json!({ "message": "Unauthorized - No cookies" })));
    }

    async fn a_stop_is_no_farewell_for_ever(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let mut hers = live(&server, &lena).await;
        server.stop().await;
        assert!(!hers.ended().await, "clients come back by themselves");
    }
}
