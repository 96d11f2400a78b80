//! Engine.IO packets alone and several in one body, the first packet, and the query of a request.

use bytes::Bytes;
use chinwag_socketio::{
    Violation,
    engine::{Data, Options, Packet, Packets, Refusal, Request, Transport, append, open_packet},
};
use std::time::Duration;

fn text(text: &'static str) -> Packet {
    Packet::Data(Data::Text(Bytes::from_static(text.as_bytes())))
}

fn binary(bytes: &'static [u8]) -> Packet {
    Packet::Data(Data::Binary(Bytes::from_static(bytes)))
}

fn read(body: &'static str) -> Result<Vec<Packet>, Violation> {
    Packets::of(Bytes::from_static(body.as_bytes()), 1000)?.collect()
}

#[test]
fn the_examples_of_the_text_read_and_write() {
    let ping = Packet::Ping(Bytes::new());
    for (body, packets) in [
        ("4hello\x1e2\x1e4world", vec![text("hello"), ping, text("world")]),
        ("4hello\x1ebAQIDBA==", vec![text("hello"), binary(&[1, 2, 3, 4])]),
        ("1", vec![Packet::Close]),
        ("2probe", vec![Packet::Ping(Bytes::from_static(b"probe"))]),
        ("3probe", vec![Packet::Pong(Bytes::from_static(b"probe"))]),
        ("5\x1e6", vec![Packet::Upgrade, Packet::Noop]),
    ] {
        let mut out = Vec::new();
        packets.iter().for_each(|packet| append(&mut out, packet));
        assert_eq!(out, body.as_bytes());
        assert_eq!(read(body), Ok(packets));
    }
}

#[test]
fn what_is_no_packet_ends_the_reading() {
    assert_eq!(read("abc"), Err(Violation::Kind));
    assert_eq!(read("7"), Err(Violation::Kind));
    assert_eq!(read(""), Err(Violation::Empty));
    assert_eq!(read("4a\x1e"), Err(Violation::Empty));
    assert_eq!(read("bAQI"), Err(Violation::Base64), "without its padding");
    assert_eq!(read("b%%%%"), Err(Violation::Base64));
    let mut packets = Packets::of(Bytes::from_static(b"4a\x1ex\x1e4b"), 100).unwrap();
    assert_eq!(packets.next(), Some(Ok(text("a"))));
    assert_eq!(packets.next(), Some(Err(Violation::Kind)));
    assert_eq!(packets.next(), None);
}

#[test]
fn bodies_are_text_and_bounded() {
    assert!(matches!(Packets::of(Bytes::from_static(b"4\xff"), 10), Err(Violation::Utf8)));
    assert!(matches!(Packets::of(Bytes::from_static(b"4abc"), 3), Err(Violation::TooBig)));
}

#[test]
fn the_first_packet_says_what_holds() {
    let options = Options {
        ping_interval: Duration::from_secs(25),
        ping_timeout: Duration::from_millis(20_000),
        max_payload: 1_000_000,
    };
    let mut out = Vec::new();
    open_packet("abc", Transport::Polling, &options).write(&mut out);
    let expected = r#"0{"sid":"abc","upgrades":["websocket"],"pingInterval":25000,"pingTimeout":20000,"maxPayload":1000000}"#;
    assert_eq!(out, expected.as_bytes());
    out.clear();
    open_packet("abc", Transport::WebSocket, &options).write(&mut out);
    assert!(std::str::from_utf8(&out).unwrap().contains(r#""upgrades":[]"#));
}

#[test]
fn requests_name_version_and_transport() {
    let polling = Request { transport: Transport::Polling, sid: None };
    assert_eq!(Request::read("EIO=4&transport=polling&t=N8hyd6w"), Ok(polling));
    let carried = Request { transport: Transport::WebSocket, sid: Some("a-_1") };
    assert_eq!(Request::read("sid=a-_1&transport=websocket&EIO=4"), Ok(carried));
    for bad in ["", "transport=polling", "EIO=abc&transport=polling", "EIO=3&transport=polling"] {
        assert_eq!(Request::read(bad), Err(Refusal::VersionUnsupported), "{bad}");
    }
    for bad in ["EIO=4", "EIO=4&transport=abc", "EIO=4&transport="] {
        assert_eq!(Request::read(bad), Err(Refusal::TransportUnknown), "{bad}");
    }
}
