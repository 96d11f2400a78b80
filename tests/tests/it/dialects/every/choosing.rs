//! Whose a session at the root is: decided by what it shows as it asks to enter, for as long as it lives.

use super::scene::Wire;
use crate::dialects::{
    crossing::person::Person,
    speaker::{Entered, Speaker},
};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};

/// A session with this in its query and its cookie.
async fn opened(server: &TestServer, query: &str, cookie: &str) -> Speaker {
    let line = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    Speaker::open_with(server.address, "/socket.io/", query, &line).await
}

/// Whose events are understood there.
async fn spoken(speaker: &mut Speaker) -> Wire {
    speaker.emit("joinChat", &[json!({})]).await;
    speaker.emit("mark_read", &[json!([])]).await;
    loop {
        match speaker.packet().await {
            None => panic!("it ended without a word"),
            Some(packet) if packet == "41" => return Wire::RoomChat,
            Some(packet) if packet == "42[\"error\",\"Invalid payload\"]" => return Wire::Pingtalk,
            Some(packet) if packet.contains("messageIds are required") => {
                return Wire::MessagingApp;
            }
            Some(_) => {}
        }
    }
}

fn refused(message: &str) -> Entered {
    Entered::Refused(json!({ "message": message }))
}

/// What each of them shows: in the query, in the cookie, and to enter.
fn shown(of: &Person) -> (String, String, Value) {
    (
        format!("&authorization=bearer%20{}", of.room_token),
        format!("theme=dark; token={}", of.ping.token),
        json!({ "token": of.app_token }),
    )
}

both_engines! {
    async fn the_first_rule_that_fits(server: TestServer) {
        let tom = Person::register(&server, "tom").await;
        let (query, cookie, auth) = shown(&tom);
        let (query, cookie) = (query.as_str(), cookie.as_str());
        let rows = [
            (query, cookie, Some(auth.clone()), Wire::MessagingApp),
            (query, "", Some(auth.clone()), Wire::MessagingApp),
            ("", cookie, Some(auth), Wire::MessagingApp),
            (query, cookie, None, Wire::RoomChat),
            (query, cookie, Some(json!({ "token": "" })), Wire::RoomChat),
            (query, "", Some(json!({ "token": 7 })), Wire::RoomChat),
            ("", cookie, None, Wire::Pingtalk),
            ("", cookie, Some(json!({ "token": "" })), Wire::Pingtalk),
        ];
        for (query, cookie, auth, wire) in rows {
            let mut speaker = opened(&server, query, cookie).await;
            let row = format!("{query:.20} {cookie:.20} {auth:?}");
            assert_eq!(speaker.enter(auth).await, Entered::In, "{row}");
            assert_eq!(spoken(&mut speaker).await, wire, "{row}");
        }
        let refusals = [
            ("", "", "Authentication required"),
            ("", "theme=dark", "Authentication required"),
            ("&authorization=", cookie, "You're not authorized"),
            ("&authorization=x", cookie, "You're not authorized"),
            ("", "token=", "Unauthorized - No token"),
            ("", "token=x.y.z", "Unauthorized - Invalid or expired token"),
        ];
        for (query, cookie, message) in refusals {
            assert_eq!(opened(&server, query, cookie).await.enter(None).await, refused(message), "{query} {cookie}");
        }
    }

    async fn for_the_life_of_the_connection(server: TestServer) {
        let tom = Person::register(&server, "tom").await;
        let (query, cookie, auth) = shown(&tom);
        let mut speaker = opened(&server, &query, &cookie).await;
        assert_eq!(speaker.enter(Some(json!({ "token": "x" }))).await, refused("Invalid token"));
        assert_eq!(speaker.enter(None).await, refused("Authentication required"), "the cookie is another dialect's");
        assert_eq!(speaker.enter(Some(auth.clone())).await, Entered::In);
        speaker.say("41").await;
        assert_eq!(speaker.enter(None).await, refused("Authentication required"));

        let mut speaker = opened(&server, "", &cookie).await;
        speaker.say(&format!("40/elsewhere,{auth}")).await;
        assert!(speaker.packet().await.unwrap().starts_with("44/elsewhere,"), "which decides nothing");
        assert_eq!(speaker.enter(None).await, Entered::In);
        speaker.say("41").await;
        assert_eq!(speaker.enter(Some(auth)).await, Entered::In);
        assert_eq!(spoken(&mut speaker).await, Wire::Pingtalk, "as at first");
    }

    async fn without_pingtalk(server: TestServer) with |settings| settings.dialects.pingtalk.enabled = false => {
        let token = "Cookie: token=x\r\n";
        let mut speaker = Speaker::open_with(server.address, "/socket.io/", "", token).await;
        assert_eq!(speaker.enter(None).await, refused("Authentication required"));
    }

    async fn without_messaging_app(server: TestServer) with |settings| settings.dialects.messaging_app.enabled = false => {
        assert_eq!(opened(&server, "", "token=x").await.enter(None).await, refused("Unauthorized - Invalid or expired token"));
        assert_eq!(opened(&server, "", "").await.enter(None).await, refused("You're not authorized"), "the first that is left");
    }

    async fn without_rooms(server: TestServer) with |settings| settings.dialects.room_chat.enabled = false => {
        assert_eq!(opened(&server, "&authorization=x", "token=x").await.enter(None).await, refused("Unauthorized - Invalid or expired token"));
        assert_eq!(opened(&server, "&authorization=x", "").await.enter(None).await, refused("Authentication required"));
    }

    async fn with_pingtalk_alone(server: TestServer) with |settings| {
        settings.dialects.messaging_app.enabled = false;
        settings.dialects.room_chat.enabled = false;
    } => {
        assert_eq!(opened(&server, "&authorization=x", "").await.enter(Some(json!({ "token": "x" }))).await, refused("Unauthorized - No cookies"));
    }
}
