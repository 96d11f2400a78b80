//! Frames that break the WebSocket protocol or hold no command: closed with the documented code, before the
//! hello and after it, and a neighbour's connection notices nothing.

use super::world::World;
use crate::raw::{RawSocket, masked};
use chinwag_testkit::{
    TestServer, both_engines,
    client::{Frame, Socket},
    soon,
    wire::{Code, ConversationId, EventBody, websocket::Opcode},
};
use serde_json::json;

/// A frame's first byte and its payload, masked, in one of at most 125 bytes.
fn short(first: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = masked(Opcode::Text, payload);
    bytes[0] = first;
    bytes
}

/// What breaks RFC 6455 or our bounds, and the code it is closed with.
fn violations() -> Vec<(&'static str, Vec<u8>, u16)> {
    let text = Opcode::Text;
    let ping: &[u8] = &[b'x'; 126];
    vec![
        ("an unmasked frame", vec![0x81, 2, b'{', b'}'], 1002),
        ("a reserved bit", short(0xc1, b"{}"), 1002),
        ("a reserved opcode", short(0x83, b"{}"), 1002),
        ("a reserved control opcode", short(0x8b, b""), 1002),
        ("a continuation of nothing", short(0x80, b"{}"), 1002),
        ("a beginning in the middle", [short(0x01, b"{"), short(0x81, b"}")].concat(), 1002),
        ("a ping in fragments", short(0x09, b""), 1002),
        ("a ping of 126 bytes", masked(Opcode::Ping, ping), 1002),
        ("a close of one byte", short(0x88, b"x"), 1002),
        ("a close code that must not travel", short(0x88, &1005_u16.to_be_bytes()), 1002),
        ("a close reason that is not UTF-8", short(0x88, &[0x03, 0xe8, 0xff]), 1007),
        ("a length that could be shorter", vec![0x81, 0xfe, 0, 2, 0, 0, 0, 0, b'{', b'}'], 1002),
        (
            "a length of 64 bits",
            vec![0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0],
            1002,
        ),
        ("text that is not UTF-8", masked(text, &[b'{', 0xff, b'}']), 1007),
        ("65,537 bytes", masked(text, &vec![b' '; 65_537]), 1009),
        ("a gigabyte announced", vec![0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0], 1009),
        (
            "65,537 bytes in two",
            [short(0x01, b"{"), {
                let mut rest = masked(text, &vec![b' '; 65_536]);
                rest[0] = 0x80;
                rest
            }]
            .concat(),
            1009,
        ),
        ("65 fragments", [short(0x01, b"{"), short(0x00, b" ").repeat(64)].concat(), 1008),
    ]
}

/// Text that is no command.
fn no_commands() -> Vec<(&'static str, Vec<u8>)> {
    let deep =
        format!("{{\"id\":1,\"do\":\"ping\",\"with\":{}{}}}", "[".repeat(33), "]".repeat(33));
    let texts: [(&str, &[u8]); 14] = [
        ("nothing", b""),
        ("no JSON", b"hello"),
        ("half an object", b"{\"id\":1,"),
        ("two objects", b"{\"id\":1,\"do\":\"ping\"}{}"),
        ("an array", b"[1,\"ping\",{}]"),
        ("a number", b"7"),
        ("null", b"null"),
        ("no id", b"{\"do\":\"ping\"}"),
        ("an id below 0", b"{\"id\":-1,\"do\":\"ping\"}"),
        ("an id that is text", b"{\"id\":\"1\",\"do\":\"ping\"}"),
        ("an id beyond 64 bits", b"{\"id\":18446744073709551616,\"do\":\"ping\"}"),
        ("an unknown field", b"{\"id\":1,\"do\":\"ping\",\"to\":\"x\"}"),
        ("NUL", b"{\"id\":1,\"do\":\"pi\\u0000ng\"}"),
        ("33 levels", deep.as_bytes()),
    ];
    texts.iter().map(|(what, text)| (*what, text.to_vec())).collect()
}

/// The neighbour's connection is the same as ever, and hears.
async fn hears(neighbour: &mut Socket, world: &World, conversation: ConversationId) {
    let sent = world.ada.say(conversation, "still there?").await;
    soon("the neighbour's message", async {
        loop {
            match neighbour.next().await.unwrap() {
                Frame::Event(event) if matches!(&event.body, EventBody::MessageCreated(message) if message.seq == sent.seq) => break,
                Frame::Closed { code, reason } => panic!("closed: {code:?} {reason}"),
                _ => {}
            }
        }
    })
    .await;
}

both_engines! {
    async fn broken_frames_close_the_connection_and_no_other(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        let (mut neighbour, _) = world.bob.socket().await;
        let (address, token) = (world.server.address, &world.ada.credentials.access_token);
        for (what, bytes, code) in violations() {
            for mut socket in [RawSocket::open(address).await, RawSocket::greeted(address, token).await] {
                socket.bytes(&bytes).await;
                assert_eq!(socket.ended().await.code, Some(code), "{what}");
            }
        }
        assert_eq!(world.state().await, before);
        hears(&mut neighbour, &world, world.group).await;
    }

    async fn what_is_no_command_closes_the_connection_and_no_other(server: TestServer) {
        let world = World::new(server).await;
        let (mut neighbour, _) = world.bob.socket().await;
        let (address, token) = (world.server.address, &world.ada.credentials.access_token);
        for (what, text) in no_commands() {
            let mut socket = RawSocket::greeted(address, token).await;
            socket.text(&text).await;
            let ended = socket.ended().await;
            assert_eq!((ended.closing.as_deref(), ended.code), (Some("malformed"), Some(4501)), "{what}");
            let mut socket = RawSocket::open(address).await;
            socket.text(&text).await;
            assert_eq!(socket.ended().await.code, Some(4501), "{what}, as the first frame");
        }
        for mut socket in [RawSocket::open(address).await, RawSocket::greeted(address, token).await] {
            socket.bytes(&masked(Opcode::Binary, b"{}")).await;
            assert_eq!(socket.ended().await.code, Some(4501), "binary");
        }
        hears(&mut neighbour, &world, world.group).await;
    }

    async fn who_leaves_in_the_middle_is_forgotten(server: TestServer) {
        let world = World::new(server).await;
        let (mut neighbour, _) = world.bob.socket().await;
        let (address, token) = (world.server.address, &world.ada.credentials.access_token);
        let frame = masked(Opcode::Text, json!({"id": 1, "do": "ping"}).to_string().as_bytes());
        for bytes in 0..frame.len() {
            let mut socket = RawSocket::greeted(address, token).await;
            socket.bytes(&frame[..bytes]).await;
        }
        hears(&mut neighbour, &world, world.group).await;
    }

    async fn fragments_with_pings_between_are_one_command(server: TestServer) {
        let world = World::new(server).await;
        let mut socket = RawSocket::open(world.server.address).await;
        let hello = json!({"id": 5, "do": "hello", "with": {"token": world.ada.credentials.access_token}}).to_string();
        let pieces: Vec<&[u8]> = hello.as_bytes().chunks(hello.len().div_ceil(60)).collect();
        for (n, piece) in pieces.iter().enumerate() {
            let first = u8::from(n == 0) | if n + 1 == pieces.len() { 0x80 } else { 0 };
            socket.bytes(&short(first, piece)).await;
            socket.bytes(&masked(Opcode::Ping, b"still there?")).await;
        }
        assert!(socket.reply(5).await["ok"].is_object());
    }

    async fn a_first_frame_that_is_no_hello_is_refused(server: TestServer) {
        let world = World::new(server).await;
        let address = world.server.address;
        let mut socket = RawSocket::open(address).await;
        socket.command(7, "ping", json!({})).await;
        assert_eq!(socket.reply(7).await["error"]["code"], Code::HelloExpected.name());
        assert_eq!(socket.ended().await.code, Some(4503));
        for (with, code) in [
            (json!({"token": "x"}), 4401),
            (json!({"token": 7}), 4500),
            (json!({"tokens": "x"}), 4500),
            (json!([]), 4500),
            (json!({"presence": "asleep"}), 4500),
            (json!({"positions": {"conversations": {"x": 1}}}), 4500),
            (json!({"positions": {"conversations": {"01a1fc1b-0fb0-7a15-bee1-c33227b5f42e": "x"}}}), 4500),
        ] {
            let mut socket = RawSocket::open(address).await;
            socket.command(7, "hello", with.clone()).await;
            assert!(socket.reply(7).await["error"]["code"].is_string(), "{with}");
            assert_eq!(socket.ended().await.code, Some(code), "{with}");
        }
    }

    async fn who_says_nothing_is_closed(server: TestServer) {
        let mut socket = RawSocket::open(server.address).await;
        let ended = socket.ended().await;
        assert_eq!((ended.closing.as_deref(), ended.code), (Some("hello_expected"), Some(4503)));
    }
}
