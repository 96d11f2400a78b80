//! What goes over the line: how sessions open, and what neither a namespace nor a packet that no client would send
//! does to anybody else.

use super::scene::{Ended, Live, Scene, Wire};
use crate::{dialects::speaker::Entered, socketio::speaker::Polled};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};

/// Where sessions are opened.
const PATHS: [&str; 7] = [
    "/socket.io/",
    "/ws/socket.io/",
    "/chat/socket.io/",
    "/dialects/messaging-app/socket.io/",
    "/dialects/room-chat/socket.io/",
    "/dialects/pingtalk/socket.io/",
    "/dialects/pingtalk/chat/socket.io/",
];

/// Events that no client library would send.
fn odd_events() -> Vec<String> {
    let reserved = [
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener",
    ];
    let odd = [
        json!([7]),
        json!([null, {}]),
        json!([true]),
        json!([{ "chatId": "x" }]),
        json!([["joinChat"]]),
        json!([]),
        json!([""]),
    ];
    let reserved = reserved.map(|name| json!([name, {}]));
    reserved.into_iter().chain(odd).map(|event| format!("42{event}")).collect()
}

/// An event whose argument would be good, were it not for something nested this deep beside what is asked for.
fn deep(name: &str, argument: &Value, levels: usize) -> String {
    let deep = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    let argument = argument.to_string();
    let (inside, _) = argument.rsplit_once(['}', ']']).unwrap();
    let more = if argument.starts_with('{') { "\"more\":" } else { "" };
    let end = argument.chars().last().unwrap();
    format!("42[\"{name}\",{inside},{more}{deep}{end}]")
}

/// A second socket of the same person, which goes on.
async fn goes_on(scene: &mut Scene, wire: Wire, neighbour: &mut Live) {
    scene.say(wire, "goes on").await;
    neighbour.until("goes on").await;
}

both_engines! {
    async fn sessions_open_with_these_numbers(server: TestServer) {
        for path in PATHS {
            let opened = Polled::open_at(&server, path, "").await.opened;
            let numbers = ["pingInterval", "pingTimeout", "maxPayload"].map(|key| opened[key].clone());
            assert_eq!(numbers, [json!(25_000), json!(20_000), json!(1_000_000)], "{path}");
            assert_eq!(opened["upgrades"], json!(["websocket"]), "{path}");
        }
    }

    async fn there_is_one_namespace(server: TestServer) {
        let mut scene = Scene::new(&server).await;
        for wire in Wire::SESSIONS {
            let auth = wire.auth(&scene.tom).unwrap_or(json!({}));
            let mut live = scene.listen(wire, server.address).await;
            for name in ["elsewhere", "admin"] {
                live.speaker().say(&format!("40/{name},{auth}")).await;
                let refusal = format!("44/{name},{{\"message\":\"Invalid namespace\"}}");
                assert_eq!(live.speaker().packet().await, Some(refusal), "{wire:?}");
            }
            goes_on(&mut scene, wire, &mut live).await;
        }
    }

    async fn too_large_a_frame_ends_its_own_socket(server: TestServer) {
        let mut scene = Scene::new(&server).await;
        for wire in Wire::ALL {
            let mut neighbour = scene.listen(wire, server.address).await;
            for length in [1_000_001, 3_000_000] {
                let mut live = scene.listen(wire, server.address).await;
                let frame = "x".repeat(length);
                match &mut live {
                    Live::Page(window) => window.socket.text(frame.as_bytes()).await,
                    Live::Session(_, speaker) => speaker.say(&frame).await,
                }
                assert_eq!(live.ended().await, Ended::Back, "{wire:?} {length}");
            }
            goes_on(&mut scene, wire, &mut neighbour).await;
        }
    }

    async fn what_is_no_packet_ends_its_own_socket(server: TestServer) {
        let mut scene = Scene::new(&server).await;
        for wire in Wire::SESSIONS {
            let mut neighbour = scene.listen(wire, server.address).await;
            for words in ["4", "47", "42", "42{}", "42abc[\"x\"]", "42[\"x\"", "4511-[\"x\"]", "46", "43", "44{}", "40", "42/nowhere,[\"x\"]", "2", "7"] {
                let mut live = Live::enter(wire, server.address, &scene.tom).await;
                live.speaker().say(words).await;
                assert_eq!(live.ended().await, Ended::Back, "{wire:?} {words}");
            }
            goes_on(&mut scene, wire, &mut neighbour).await;
        }
    }

    async fn odd_events_are_passed_over(server: TestServer) {
        let mut scene = Scene::new(&server).await;
        for wire in [Wire::MessagingApp, Wire::Pingtalk] {
            let mut live = scene.listen(wire, server.address).await;
            for odd in odd_events() {
                live.speaker().say(&odd).await;
            }
            goes_on(&mut scene, wire, &mut live).await;
            assert_eq!(live.speaker().kept(), [], "{wire:?}");
        }
    }

    async fn what_is_nested_too_deep_is_wrong(server: TestServer) {
        let mut scene = Scene::new(&server).await;
        let ways = [
            (Wire::MessagingApp, "mark_read", json!(["x"]), json!({ "message": "messageIds are required" })),
            (Wire::Pingtalk, "joinChat", json!({ "chatId": scene.chat }), json!("Invalid payload")),
            (Wire::Pingtalk, "sendMessage", json!({ "chatId": scene.chat, "text": "deep" }), json!("Invalid payload")),
        ];
        for (wire, name, argument, error) in ways {
            let mut live = scene.listen(wire, server.address).await;
            for levels in [32, 400_000] {
                live.speaker().say(&deep(name, &argument, levels)).await;
                assert_eq!(live.speaker().hear("error").await, error, "{wire:?} {levels}");
            }
            goes_on(&mut scene, wire, &mut live).await;
        }
    }

    async fn in_rooms_all_of_that_is_a_violation(server: TestServer) {
        let mut scene = Scene::new(&server).await;
        let mut neighbour = scene.listen(Wire::RoomChat, server.address).await;
        let message = deep("message", &json!({ "roomName": "garden", "message": "deep" }), 400_000);
        for odd in odd_events().into_iter().chain([message]) {
            let mut live = Live::enter(Wire::RoomChat, server.address, &scene.tom).await;
            live.speaker().say(&odd).await;
            assert_eq!(live.ended().await, Ended::Away, "{}", odd.get(..80).unwrap_or(&odd));
        }
        goes_on(&mut scene, Wire::RoomChat, &mut neighbour).await;
    }

    async fn nothing_is_acknowledged(server: TestServer) {
        let scene = Scene::new(&server).await;
        for (wire, event) in [
            (Wire::MessagingApp, "4217[\"mark_read\",[]]".to_owned()),
            (Wire::RoomChat, "4217[\"message\",{\"roomName\":\"garden\",\"message\":\"asked\"}]".to_owned()),
            (Wire::Pingtalk, format!("4217[\"joinChat\",{{\"chatId\":\"{}\"}}]", scene.chat)),
        ] {
            let mut live = scene.listen(wire, server.address).await;
            live.speaker().say(&event).await;
            if wire == Wire::Pingtalk {
                live.speaker().emit("joinChat", &[json!({})]).await;
            }
            let packet = live.speaker().packet().await.unwrap();
            assert!(packet.starts_with("42["), "{wire:?} {packet}");
        }
    }

    async fn the_session_goes_on_where_nobody_is_let_in(server: TestServer) {
        let scene = Scene::new(&server).await;
        for wire in Wire::SESSIONS {
            let (path, query, cookie) = wire.address(&scene.tom);
            let line = if cookie.is_empty() { cookie } else { format!("Cookie: {cookie}\r\n") };
            let mut speaker = crate::dialects::speaker::Speaker::open_with(server.address, path, &query, &line).await;
            speaker.say("40/elsewhere,").await;
            assert!(speaker.packet().await.unwrap().starts_with("44/elsewhere,"));
            assert_eq!(speaker.enter(wire.auth(&scene.tom)).await, Entered::In, "{wire:?}");
        }
    }
}
