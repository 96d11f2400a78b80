//! Live events over Socket.IO: what is heard, what is said, and what was missed.

use super::{Person, history, register, send, sent};
use crate::dialects::speaker::{Entered, Speaker};
use chinwag_testkit::{TestServer, both_engines, eventually};
use serde_json::{Value, json};

const PATH: &str = "/socket.io/";

async fn live(server: &TestServer, person: &Person) -> Speaker {
    let mut speaker = Speaker::open(server.address, PATH, "").await;
    assert_eq!(speaker.enter(Some(json!({ "token": person.token }))).await, Entered::In);
    speaker
}

async fn refused(server: &TestServer, auth: Option<Value>) -> Value {
    match Speaker::open(server.address, PATH, "").await.enter(auth).await {
        Entered::Refused(why) => why["message"].clone(),
        Entered::In => panic!("let in"),
    }
}

fn new_messages(heard: &[(String, Value)]) -> Vec<String> {
    let new = heard.iter().filter(|(name, _)| name == "new_message");
    new.map(|(_, message)| message["encryptedText"].as_str().unwrap().to_owned()).collect()
}

both_engines! {
    async fn a_message_and_its_fate(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let (mut hers, mut his, mut also_his) =
            (live(&server, &vera).await, live(&server, &otto).await, live(&server, &otto).await);
        let said = send(&vera, &otto, "q83vEg==", "draft-7").await.json();
        let message = said["data"].clone();
        let id = message["id"].clone();
        for socket in [&mut his, &mut also_his] {
            let heard = socket.hear("new_message").await;
            let mut keys: Vec<_> = heard.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            assert_eq!(keys, ["encryptedText", "id", "receiverId", "senderId", "status", "timestamp"]);
            for key in keys {
                assert_eq!(heard[&key], message[&key], "{key}");
            }
        }
        his.emit("mark_delivered", &[json!([id, id, "unknown", 7, ""])]).await;
        assert_eq!(his.hear("delivery_confirmed").await, json!({ "messageIds": [id] }));
        let status = hers.hear("message_status").await;
        assert_eq!((&status["messageId"], &status["messageIds"], &status["status"]), (&id, &json!([id]), &json!("delivered")));
        assert!(status["timestamp"].as_str().unwrap().ends_with('Z'));
        his.emit("mark_read", &[json!([id])]).await;
        assert_eq!(his.hear("read_confirmed").await, json!({ "messageIds": [id] }));
        assert_eq!(hers.hear("message_status").await["status"], "read");
        his.emit("mark_delivered", &[json!([id])]).await;
        his.hear("delivery_confirmed").await;
        send(&vera, &otto, "q83vEg==", "draft-7").await;
        sent(&vera, &otto, "next").await;
        assert_eq!(his.hear("new_message").await["encryptedText"], "next", "a repetition is sent to nobody");
        assert!(hers.all().await.is_empty(), "nothing changed, nobody is told; one's own messages are no news");
    }

    async fn statuses_that_are_set_elsewhere(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let mut hers = live(&server, &vera).await;
        let mut ids = Vec::new();
        for number in 0..3 {
            ids.push(sent(&vera, &otto, &number.to_string()).await);
        }
        let set = async |id: &str, status: &str| {
            let said = otto.caller.patch(&format!("/messages/{id}/status"), json!({ "status": status })).await;
            assert_eq!(said.status, 200);
        };
        set(&ids[1], "delivered").await;
        for id in &ids[..2] {
            let status = hers.hear("message_status").await;
            assert_eq!((&status["messageId"], &status["status"]), (&json!(id), &json!("delivered")), "one for each that changed");
        }
        set(&ids[0], "delivered").await;
        set(&ids[2], "read").await;
        for id in &ids {
            let status = hers.hear("message_status").await;
            assert_eq!((&status["messageId"], &status["status"]), (&json!(id), &json!("read")));
        }
        let later = sent(&vera, &otto, "later").await;
        sent(&otto, &vera, "who answers has read").await;
        hers.hear("new_message").await;
        let status = hers.hear("message_status").await;
        assert_eq!((&status["messageId"], &status["status"]), (&json!(later), &json!("read")));
        assert!(hers.all().await.is_empty());
    }

    async fn what_was_missed_comes_first(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        for number in 0..3 {
            sent(&vera, &otto, &number.to_string()).await;
        }
        let mut his = live(&server, &otto).await;
        sent(&vera, &otto, "live").await;
        let heard = async |socket: &mut Speaker, last: &str| -> Vec<String> {
            let mut texts = Vec::new();
            while texts.last().map(String::as_str) != Some(last) {
                texts.push(socket.hear("new_message").await["encryptedText"].as_str().unwrap().to_owned());
            }
            texts
        };
        assert_eq!(heard(&mut his, "live").await, ["0", "1", "2", "live"]);
        drop(his);
        let mut again = live(&server, &otto).await;
        assert_eq!(heard(&mut again, "live").await, ["0", "1", "2", "live"], "nothing says that it arrived");
        again.emit("nothing of ours", &[]).await;
        again.beat().await;
        eventually("what was written has arrived", async || {
            let mut third = live(&server, &otto).await;
            third.fall_silent();
            new_messages(&third.all().await).is_empty()
        }).await;
    }

    async fn a_heartbeat_tells_what_arrived(server: TestServer) with |settings| settings.live.heartbeat_seconds = 1 => {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let mut his = live(&server, &otto).await;
        sent(&vera, &otto, "one").await;
        his.hear("new_message").await;
        his.beat().await;
        his.beat().await;
        eventually("the heartbeat is noted", async || {
            let mut other = live(&server, &otto).await;
            new_messages(&other.all().await).is_empty()
        }).await;
    }

    async fn what_is_marked_alone_loses_nothing_before_it(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let mut ids = Vec::new();
        for text in ["one", "two", "three"] {
            ids.push(sent(&vera, &otto, text).await);
        }
        let set = async |id: &str, status: &str| {
            let said = otto.caller.patch(&format!("/messages/{id}/status"), json!({ "status": status })).await;
            assert_eq!(said.status, 200);
        };
        let missed = async || {
            let mut socket = live(&server, &otto).await;
            // What it hears has not arrived.
            socket.fall_silent();
            new_messages(&socket.all().await)
        };
        set(&ids[1], "read").await;
        assert_eq!(missed().await, ["one", "two", "three"], "no socket has received the first");
        sent(&otto, &vera, "an answer").await;
        assert_eq!(missed().await, ["one", "two", "three"], "nor for that");
        set(&ids[0], "delivered").await;
        assert_eq!(missed().await, ["two", "three"]);
        set(&ids[1], "read").await;
        assert_eq!(missed().await, ["three"], "what was marked is not missed");
    }

    async fn nothing_counts_as_received_that_was_not_read(server: TestServer) {
        let [vera, otto, ada] = [register(&server, "vera").await, register(&server, "otto").await, register(&server, "ada").await];
        let mark = sent(&ada, &otto, "mark").await;
        let mut texts = Vec::new();
        for number in 0..40 {
            texts.push(format!("{number:02}{}", "x".repeat(40_000)));
            assert_eq!(send(&vera, &otto, &texts[number], &number.to_string()).await.status, 201);
        }
        let is_read = async || history(&ada, &otto).await[0]["status"] == "read";
        let mut hasty = Speaker::open(server.address, PATH, "").await;
        hasty.say(&format!("40{}", json!({ "token": otto.token }))).await;
        hasty.emit("mark_read", &[json!([mark])]).await;
        eventually("the event was heard", is_read).await;
        drop(hasty);
        let later = sent(&ada, &otto, "another mark").await;
        let mut slow = live(&server, &otto).await;
        slow.hear("new_message").await;
        slow.emit("mark_read", &[json!([later])]).await;
        eventually("the event was heard", is_read).await;
        drop(slow);
        let mut patient = live(&server, &otto).await;
        for text in &texts {
            assert_eq!(patient.hear("new_message").await["encryptedText"], json!(text));
        }
    }

    async fn many_came_further_at_once(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let mut hers = live(&server, &vera).await;
        let mut ids = Vec::new();
        for number in 0..450 {
            ids.push(sent(&vera, &otto, &number.to_string()).await);
        }
        let set = json!({ "status": "read" });
        assert_eq!(otto.caller.patch(&format!("/messages/{}/status", ids[449]), set).await.status, 200);
        for id in ids {
            let status = hers.hear("message_status").await;
            assert_eq!((&status["messageId"], &status["status"]), (&json!(id), &json!("read")));
        }
        assert!(hers.all().await.is_empty());
    }

    async fn typing(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let (mut hers, mut his) = (live(&server, &vera).await, live(&server, &otto).await);
        hers.emit("typing_start", &[json!({ "receiverId": otto.id })]).await;
        assert_eq!(his.hear("user_typing").await, json!({ "userId": vera.id, "typing": true }), "they never talked");
        hers.emit("typing_stop", &[json!(otto.id)]).await;
        assert_eq!(his.hear("user_typing").await, json!({ "userId": vera.id, "typing": false }));
        sent(&vera, &otto, "hello").await;
        his.hear("new_message").await;
        his.emit("typing_start", &[json!(vera.id)]).await;
        assert_eq!(hers.hear("user_typing").await, json!({ "userId": otto.id, "typing": true }));
        server.http().with_token(&otto.token).block(vera.id.parse().unwrap()).await.unwrap();
        hers.emit("typing_start", &[json!(otto.id)]).await;
        for nobody in [json!(vera.id), json!("x"), json!({}), json!(null), json!({ "receiverId": 7 })] {
            hers.emit("typing_start", &[nobody]).await;
        }
        assert!(hers.all().await.is_empty());
        assert!(his.all().await.is_empty(), "not past a block");
    }

    async fn typing_where_nothing_was_said(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let (mut hers, mut his) = (live(&server, &vera).await, live(&server, &otto).await);
        let native = server.http().with_token(&vera.token);
        let open = serde_json::from_value(json!({ "kind": "direct", "account_id": otto.id })).unwrap();
        native.create_conversation(&open).await.unwrap();
        for typing in [true, false, true, false, true] {
            hers.emit(if typing { "typing_start" } else { "typing_stop" }, &[json!(otto.id)]).await;
        }
        for typing in [true, false, true, false, true] {
            assert_eq!(his.hear("user_typing").await, json!({ "userId": vera.id, "typing": typing }), "in order");
        }
    }

    async fn nobody_types_to_whom_they_may_not_write(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let (mut hers, mut his) = (live(&server, &vera).await, live(&server, &otto).await);
        let choose = serde_json::from_value(json!({ "direct_from": "contacts" })).unwrap();
        server.http().with_token(&otto.token).update_settings(&choose).await.unwrap();
        hers.emit("typing_start", &[json!(otto.id)]).await;
        assert_eq!(send(&vera, &otto, "x", "x").await.status, 403);
        assert!(hers.all().await.is_empty() && his.all().await.is_empty());
    }

    async fn odd_payloads_harm_nobody(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let (mut hers, mut his) = (live(&server, &vera).await, live(&server, &otto).await);
        let id = sent(&vera, &otto, "hello").await;
        his.hear("new_message").await;
        for name in ["mark_read", "mark_delivered", "typing_start", "typing_stop", "new_message", "disconnecting", "", "🫖"] {
            for arguments in [vec![], vec![json!(null)], vec![json!({ "$gt": "" })], vec![json!([[[]]]), json!(1)], vec![json!(-1e308)]] {
                if !name.starts_with("disconnect") {
                    his.emit(name, &arguments).await;
                }
            }
        }
        his.say("42[\"mark_read\",[\"a\"]]").await;
        assert_eq!(his.hear("read_confirmed").await, json!({ "messageIds": [] }), "what is another's is skipped");
        let many: Vec<_> = (0..501).map(|number| json!(number.to_string())).collect();
        his.emit("mark_read", &[json!(many)]).await;
        let mut errors = Vec::new();
        while errors.last() != Some(&json!({ "message": "Too many messageIds" })) {
            errors.push(his.hear("error").await);
        }
        errors.pop();
        assert!(errors.iter().all(|error| *error == json!({ "message": "messageIds are required" })));
        his.say("4217[\"mark_read\",[]]").await;
        his.emit("mark_read", &[json!([id])]).await;
        assert_eq!(his.hear("read_confirmed").await, json!({ "messageIds": [id] }));
        assert_eq!(hers.hear("message_status").await["status"], "read");
        hers.emit("mark_read", &[json!([id])]).await;
        assert_eq!(hers.hear("read_confirmed").await, json!({ "messageIds": [] }), "only the receiver moves it");
    }

    async fn who_may_enter(server: TestServer) {
        let vera = register(&server, "vera").await;
        for none in [None, Some(json!({})), Some(json!({ "token": "" })), Some(json!({ "token": 7 })), Some(json!({ "other": "x" }))] {
            assert_eq!(refused(&server, none).await, "Authentication required");
        }
        assert_eq!(refused(&server, Some(json!({ "token": "x" }))).await, "Invalid token");
        for path in ["/ws/socket.io/", "/dialects/messaging-app/socket.io/", "/dialects/messaging-app/ws/socket.io/"] {
            let mut speaker = Speaker::open(server.address, path, "").await;
            assert_eq!(speaker.enter(Some(json!({ "token": format!("Bearer {}", vera.token) }))).await, Entered::In, "{path}");
        }
        let mut elsewhere = Speaker::open(server.address, PATH, "").await;
        elsewhere.say(&format!("40/elsewhere,{}", json!({ "token": vera.token }))).await;
        let mut his = live(&server, &vera).await;
        assert!(his.all().await.is_empty());
        assert_eq!(vera.caller.post("/auth/logout", json!({})).await.status, 200);
        assert!(his.ended().await, "told to stay away");
        assert_eq!(refused(&server, Some(json!({ "token": vera.token }))).await, "Invalid token");
    }

    async fn what_is_said_at_once_is_heard(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let id = sent(&vera, &otto, "one").await;
        let mut his = Speaker::open(server.address, PATH, "").await;
        his.say(&format!("40{}", json!({ "token": otto.token }))).await;
        his.emit("mark_read", &[json!([id])]).await;
        assert_eq!(his.hear("read_confirmed").await, json!({ "messageIds": [id] }));
    }

    async fn every_socket_of_an_account_hears_it(server: TestServer) {
        let (vera, otto) = (register(&server, "vera").await, register(&server, "otto").await);
        let (mut hers, mut also_hers) = (live(&server, &vera).await, live(&server, &vera).await);
        let (mut his, mut also_his) = (live(&server, &otto).await, live(&server, &otto).await);
        let id = sent(&vera, &otto, "one").await;
        his.emit("mark_read", &[json!([id])]).await;
        for socket in [&mut hers, &mut also_hers] {
            let status = socket.hear("message_status").await;
            assert_eq!((&status["messageId"], &status["status"]), (&json!(id), &json!("read")));
        }
        hers.emit("typing_start", &[json!(otto.id)]).await;
        for socket in [&mut his, &mut also_his] {
            assert_eq!(socket.hear("user_typing").await, json!({ "userId": vera.id, "typing": true }));
        }
        drop(also_his);
        sent(&vera, &otto, "two").await;
        for text in ["one", "two"] {
            assert_eq!(his.hear("new_message").await["encryptedText"], text, "as long as one of them is there");
        }
        assert!(hers.all().await.is_empty() && also_hers.all().await.is_empty(), "each once");
    }
}
