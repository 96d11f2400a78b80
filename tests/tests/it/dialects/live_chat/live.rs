//! What is said over the socket: stored first, heard by all then, in one order.

use super::{LATER, join, window::Window};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines, text_message};
use serde_json::{Value, json};

async fn history(server: &TestServer, query: &str) -> Vec<Value> {
    let said = Caller::of(server).get(&format!("/api/messages{query}")).await;
    said.json().as_array().unwrap().clone()
}

/// The frame of a message without its type: as it stands in the history.
fn stored(mut frame: Value) -> Value {
    frame.as_object_mut().unwrap().remove("type");
    frame
}

both_engines! {
    async fn a_message_is_stored_and_heard_by_all(server: TestServer) {
        let (mara, otto) = (join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await);
        let mut guest = Window::open(&server).await;
        assert_eq!(guest.text().await.unwrap(), r#"{"type":"user_count","authorizedUsers":0,"anonymousUsers":1}"#);
        let mut sender = Window::signed_in(&server, &mara).await;
        let mut other = Window::signed_in(&server, &otto).await;
        sender.send("Slides are up", "Lecture 3").await;
        let heard = guest.hear("message").await;
        assert_eq!((sender.hear("message").await, other.hear("message").await), (heard.clone(), heard.clone()));
        let (id, ts) = (heard["id"].clone(), heard["ts"].as_i64().unwrap());
        assert!(id.is_string() && ts % 256 == 0);
        let expected = json!({ "type": "message", "id": id, "subject": "Lecture 3", "message": "Slides are up",
            "name": "Mara Quist", "email": "mara@example.org", "ts": ts });
        assert_eq!(heard, expected);
        assert_eq!(history(&server, "").await, [stored(heard)]);
        other.say_binary(br#"{"TYPE":"message","content":"in binary","subject":null,"more":[]}"#).await;
        let heard = guest.hear("message").await;
        assert_eq!((&heard["message"], &heard["subject"]), (&json!("in binary"), &json!("")));
        assert!(heard["ts"].as_i64().unwrap() > ts);
    }

    async fn half_a_character_is_read_as_what_stands_for_it(server: TestServer) {
        let mara = join(&server, "Mara", "Quist").await;
        let mut window = Window::signed_in(&server, &mara).await;
        window.socket.text(br#"{"type":"message","content":"cut \ud83d","subject":""}"#).await;
        assert_eq!(window.hear("message").await["message"], "cut \u{fffd}");
    }

    async fn frames_right_after_the_handshake_are_handled(server: TestServer) {
        let mara = join(&server, "Mara", "Quist").await;
        let mut window = Window::open(&server).await;
        window.auth(&mara.access).await;
        window.send("at once", "").await;
        window.say(&json!({ "type": "ping" })).await;
        assert_eq!(window.hear("message").await["message"], "at once");
        assert_eq!(window.hear("pong").await, json!({ "type": "pong", "content": "", "subject": "" }));
        let mut under = Window::open_at(&server, "/dialects/live-chat/ws/chat").await;
        under.counts(1, 1).await;
    }

    async fn what_may_not_be_said_is_heard_by_nobody(server: TestServer) {
        let mara = join(&server, "Mara", "Quist").await;
        let (mut guest, mut window) = (Window::open(&server).await, Window::signed_in(&server, &mara).await);
        guest.send("as a guest", "").await;
        let failed = guest.hear("message_failed").await;
        assert_eq!(failed, json!({ "type": "message_failed", "content": "", "subject": "" }));
        for (text, subject) in [("", ""), ("", "x"), (&*"x".repeat(65_537), ""), ("x", &*"é".repeat(257)), ("a\0b", ""), ("x", "a\0b")] {
            window.send(text, subject).await;
            window.hear("message_failed").await;
        }
        assert!(guest.all().await.is_empty() && window.all().await.is_empty());
        assert_eq!(history(&server, "").await, [json!(null); 0]);
        window.send(&"x".repeat(65_536), &"é".repeat(256)).await;
        let heard = guest.hear("message").await;
        assert_eq!((heard["message"].as_str().unwrap().len(), heard["subject"].as_str().unwrap().chars().count()), (65_536, 256));
        window.send("two\nlines", " \t").await;
        assert_eq!(guest.hear("message").await["subject"], " \t", "as it was said");
    }

    async fn everybody_hears_one_order(server: TestServer) {
        let people = [join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await, join(&server, "Ann", "Lee").await];
        let mut listeners = [Window::open(&server).await, Window::open(&server).await];
        let mut senders = Vec::new();
        for pair in &people {
            senders.push(Window::signed_in(&server, pair).await);
        }
        let mut sending = Vec::new();
        for mut window in senders {
            sending.push(tokio::spawn(async move {
                for number in 0..40 {
                    window.send(&number.to_string(), "").await;
                }
                for _ in 0..120 {
                    window.hear("message").await;
                }
            }));
        }
        let mut orders = Vec::new();
        for listener in &mut listeners {
            let mut order = Vec::new();
            for _ in 0..120 {
                order.push(stored(listener.hear("message").await));
            }
            orders.push(order);
        }
        for sender in sending {
            sender.await.unwrap();
        }
        assert_eq!(orders[0], orders[1]);
        let ts = |message: &Value| message["ts"].as_i64().unwrap();
        assert!(orders[0].is_sorted_by(|one, next| ts(one) < ts(next)), "rising, and none twice");
        assert!(orders[0].iter().all(|message| ts(message) % 256 == 0), "exact in JavaScript");
        let (mut read, mut page) = (Vec::new(), history(&server, "").await);
        while let Some(last) = page.last() {
            assert!(page.len() <= 50);
            let smallest = ts(last);
            read.extend(page);
            page = history(&server, &format!("?lastTimestamp={smallest}")).await;
        }
        read.reverse();
        assert_eq!(read, orders[0], "none skipped, none twice");
    }

    async fn names_and_addresses_are_those_of_now(server: TestServer) with |settings| settings.dialects.live_chat.public_emails = false => {
        let mara = join(&server, "Mara", "Quist").await;
        let mut window = Window::signed_in(&server, &mara).await;
        window.send("one", "").await;
        assert_eq!(window.hear("message").await["email"], "m•••@example.org");
        let native = server.http().with_token(&mara.access);
        let change = serde_json::from_value(json!({ "first_name": "Maria", "last_name": "Falk" })).unwrap();
        native.update_profile(&change).await.unwrap();
        let read = history(&server, "").await;
        assert_eq!((&read[0]["name"], &read[0]["email"]), (&json!("Maria Falk"), &json!("m•••@example.org")));
        native.delete_own_account("windmill9").await.unwrap();
        let read = history(&server, "").await;
        assert_eq!((&read[0]["name"], &read[0]["email"]), (&json!("Deleted account"), &json!("")));
        assert_eq!(read[0]["message"], "one");
    }

    async fn the_native_surface_has_the_same_room(server: TestServer) {
        let mara = join(&server, "Mara", "Quist").await;
        let mut window = Window::signed_in(&server, &mara).await;
        window.send("from the page", "Hello").await;
        window.hear("message").await;
        let nora = server.user("nora").await;
        let lobby = server.http().rooms(None, None).await.unwrap().items.remove(0);
        assert_eq!((lobby.name.as_deref(), lobby.guests_read), (Some("Lobby"), true));
        nora.http.join(lobby.id).await.unwrap();
        let sent = nora.http.send(lobby.id, &text_message(None, "from elsewhere")).await.unwrap();
        let heard = window.hear("message").await;
        assert_eq!((&heard["message"], &heard["name"], &heard["email"]), (&json!("from elsewhere"), &json!("nora"), &json!("")));
        assert_eq!(heard["ts"].as_i64().unwrap() / 1_000_000, sent.sent_at.0 / 1_000_000, "which tells milliseconds");
        nora.http.delete(lobby.id, sent.seq).await.unwrap();
        let texts: Vec<_> = history(&server, "").await.iter().map(|one| one["message"].clone()).collect();
        assert_eq!(texts, ["from the page"]);
        assert!(window.all().await.is_empty(), "nothing else is told");
        let native = server.http().with_token(&mara.access);
        native.leave(lobby.id).await.unwrap();
        nora.http.send(lobby.id, &text_message(None, "after she left")).await.unwrap();
        assert_eq!(window.hear("message").await["message"], "after she left", "as every guest hears it");
        window.send("she came back", "").await;
        assert_eq!(window.hear("message").await["message"], "she came back");
    }

    async fn only_sixty_messages_a_minute(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let mara = join(&server, "Mara", "Quist").await;
        let mut window = Window::signed_in(&server, &mara).await;
        for number in 0..60 {
            window.send(&number.to_string(), "").await;
        }
        for number in 0..60 {
            assert_eq!(window.hear("message").await["message"], number.to_string());
        }
        window.send("one more", "").await;
        window.hear("message_failed").await;
        server.clock.advance(std::time::Duration::from_secs(61));
        window.send("a minute later", "").await;
        assert_eq!(window.hear("message").await["message"], "a minute later");
        assert_eq!(history(&server, "").await.len(), 50);
        server.clock.advance(LATER);
        window.send("signed in still", "").await;
        window.hear("message").await;
    }
}
