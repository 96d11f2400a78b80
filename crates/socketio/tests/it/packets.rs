//! Socket.IO packets: the examples of the text both ways, and everything that is refused.

use bytes::Bytes;
use chinwag_socketio::{Admission, Decoder, Event, Limits, Namespace, Packet, Violation};

fn bytes(text: &str) -> Bytes {
    Bytes::copy_from_slice(text.as_bytes())
}

fn namespace(name: &str) -> Namespace {
    Namespace::named(name).unwrap()
}

fn event(namespace: Namespace, id: Option<u64>, name: &str, args: &[&str]) -> Event {
    let args = args.iter().map(|arg| bytes(arg)).collect();
    Event { namespace, id, name: name.to_owned(), args, attachments: Vec::new() }
}

fn read(text: &str) -> Result<Option<Packet>, Violation> {
    Decoder::default().text(&bytes(text))
}

fn written(packet: &Packet) -> String {
    let mut out = Vec::new();
    packet.write(&mut out);
    String::from_utf8(out).unwrap()
}

#[track_caller]
fn both_ways(text: &str, packet: Packet) {
    assert_eq!(written(&packet), text);
    assert_eq!(read(text), Ok(Some(packet)));
}

#[test]
fn the_examples_of_the_text_read_and_write() {
    let (main, admin) = (Namespace::main, || namespace("/admin"));
    both_ways("0", Packet::Connect { namespace: main(), data: Bytes::new() });
    let sid = r#"{"sid":"oSO0OpakMV_3jnilAAAA"}"#;
    both_ways(&format!("0/admin,{sid}"), Packet::Connect { namespace: admin(), data: bytes(sid) });
    let why = r#"{"message":"Not authorized"}"#;
    both_ways(&format!("4{why}"), Packet::ConnectError { namespace: main(), data: bytes(why) });
    both_ways(r#"2["foo"]"#, Packet::Event(event(main(), None, "foo", &[])));
    both_ways(r#"2/admin,["bar"]"#, Packet::Event(event(admin(), None, "bar", &[])));
    both_ways(r#"212["foo"]"#, Packet::Event(event(main(), Some(12), "foo", &[])));
    let ack = Packet::Ack {
        namespace: admin(),
        id: 13,
        data: bytes(r#"["bar"]"#),
        attachments: Vec::new(),
    };
    both_ways(r#"3/admin,13["bar"]"#, ack);
    both_ways("1", Packet::Disconnect { namespace: main() });
    both_ways("1/admin,", Packet::Disconnect { namespace: admin() });
}

#[test]
fn attachments_follow_in_order() {
    let text = r#"52-/admin,["baz",{"_placeholder":true,"num":0},{"_placeholder":true,"num":1}]"#;
    let mut decoder = Decoder::default();
    assert_eq!(decoder.text(&bytes(text)), Ok(None));
    assert_eq!(decoder.binary(Bytes::from_static(&[1, 2])), Ok(None));
    let packet = decoder.binary(Bytes::from_static(&[3, 4])).unwrap().unwrap();
    assert_eq!(packet.attachments(), [&[1, 2][..], &[3, 4][..]]);
    assert_eq!(written(&packet), text);
    let Packet::Event(event) = packet else { panic!("an event") };
    assert_eq!((event.name.as_str(), event.args.len()), ("baz", 2));

    let text = r#"61-15["bar",{"_placeholder":true,"num":0}]"#;
    assert_eq!(decoder.text(&bytes(text)), Ok(None));
    let packet = decoder.binary(Bytes::from_static(&[1])).unwrap().unwrap();
    assert_eq!(written(&packet), text);
}

#[test]
fn an_attachment_out_of_place_is_refused() {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.binary(Bytes::new()), Err(Violation::AttachmentOrder));
    decoder.text(&bytes(r#"51-["a",{"_placeholder":true,"num":0}]"#)).unwrap();
    assert_eq!(decoder.text(&bytes(r#"2["b"]"#)), Err(Violation::AttachmentOrder));
}

#[test]
fn attachments_are_bounded_in_number_and_size() {
    assert_eq!(read(r#"510-["a"]"#), Ok(None));
    for bad in [r#"511-["a"]"#, r#"5-["a"]"#, r#"5["a"]"#, r#"5x-["a"]"#, r#"5+1-["a"]"#] {
        assert_eq!(read(bad), Err(Violation::Attachments), "{bad}");
    }
    let mut decoder = Decoder::new(Limits { bytes: 12, ..Limits::default() });
    decoder.text(&bytes(r#"52-["a"]"#)).unwrap();
    decoder.binary(Bytes::from_static(&[0; 8])).unwrap();
    assert_eq!(decoder.binary(Bytes::from_static(&[0; 5])), Err(Violation::TooBig));
    assert_eq!(decoder.text(&bytes(r#"2["abcdefgh"]"#)), Err(Violation::TooBig));
}

#[test]
fn a_binary_event_without_attachments_is_an_event() {
    let empty = Packet::Event(event(Namespace::main(), None, "a", &[]));
    assert_eq!(read(r#"50-["a"]"#), Ok(Some(empty)));
}

#[test]
fn a_namespace_may_end_the_packet() {
    let connect = Packet::Connect { namespace: namespace("/custom"), data: Bytes::new() };
    assert_eq!(read("0/custom"), Ok(Some(connect)));
    let long = format!("0/{}", "x".repeat(300));
    assert_eq!(read(&long), Err(Violation::Namespace));
    assert_eq!(Namespace::named("/"), Some(Namespace::main()));
    assert_eq!((Namespace::named("x"), Namespace::named("/a,b")), (None, None));
}

#[test]
fn payloads_have_the_shape_of_their_packet() {
    for bad in [
        "2",
        "2[]",
        "2{}",
        "2[{}]",
        "2[null]",
        "2[[\"a\"]]",
        "2[\"a\"",
        "2[\"a\"]x",
        "2\"a\"",
        "2[\"a\",]",
        "1[]",
        "1{}",
        "0[]",
        "0\"x\"",
        "0{",
        "0{}x",
        "31{}",
        "31",
        "4[]",
        "00",
        "2[\"\\ud800\"]",
    ] {
        assert_eq!(read(bad), Err(Violation::Payload), "{bad}");
    }
    assert_eq!(read("3[]"), Err(Violation::Id));
    assert_eq!(read("2abc[\"x\"]"), Err(Violation::Payload));
    assert_eq!(read("299999999999999999999[\"x\"]"), Err(Violation::Id));
    for bad in ["7", "9[\"x\"]", "abc", "-1"] {
        assert_eq!(read(bad), Err(Violation::Kind), "{bad}");
    }
    assert_eq!(read(""), Err(Violation::Empty));
    assert_eq!(Decoder::default().text(&Bytes::from_static(b"2[\"\xff\"]")), Err(Violation::Utf8));
    assert_eq!(Decoder::default().text(&Bytes::from_static(b"\xff")), Err(Violation::Utf8));
}

#[test]
fn names_are_text_or_numbers_and_not_the_protocols_own() {
    for reserved in
        ["connect", "connect_error", "disconnect", "disconnecting", "newListener", "removeListener"]
    {
        assert_eq!(read(&format!("2[\"{reserved}\"]")), Err(Violation::Reserved), "{reserved}");
    }
    assert_eq!(read("2[\"c\\u006fnnect\"]"), Err(Violation::Reserved));
    let number = event(Namespace::main(), None, "7", &["1"]);
    assert_eq!(read("2[7,1]"), Ok(Some(Packet::Event(number))));
}

#[test]
fn nesting_is_bounded() {
    let nested = |levels: usize| format!("2[\"a\",{}{}]", "[".repeat(levels), "]".repeat(levels));
    assert!(read(&nested(31)).is_ok());
    assert_eq!(read(&nested(32)), Err(Violation::Depth));
    assert_eq!(read(&nested(400_000)), Err(Violation::Depth));
    let in_text = format!("2[\"a\",\"{}\\\"{}\"]", "[".repeat(100), "{".repeat(100));
    assert!(read(&in_text).is_ok());
}

/// What no client library says, for whoever judges it.
#[test]
fn odd_events_are_read_where_they_are_no_violation() {
    let read = |text: &str| {
        let lenient = Limits { strict: false, ..Limits::default() };
        Decoder::new(lenient).text(&bytes(text))
    };
    let deep = format!("2[\"a\",1,{}{}]", "[".repeat(400_000), "]".repeat(400_000));
    for (text, name, args) in [
        ("2[\"connect\",{}]", "connect", &["{}"][..]),
        ("2[\"disconnecting\"]", "disconnecting", &[]),
        ("2[]", "", &[]),
        ("2[null,1]", "null", &["1"]),
        ("2[{\"a\":1}]", "{\"a\":1}", &[]),
        ("2[\"\\ud800\"]", "\"\\ud800\"", &[]),
        (&deep, "a", &[]),
    ] {
        let odd = event(Namespace::main(), None, name, args);
        assert_eq!(read(text), Ok(Some(Packet::Event(odd))));
    }
    for bad in ["2", "2{}", "2[\"a\"", "2[\"a\",]"] {
        assert_eq!(read(bad), Err(Violation::Payload), "{bad}");
    }
    assert_eq!(
        read(&format!("0{{\"a\":{}{}}}", "[".repeat(32), "]".repeat(32))),
        Err(Violation::Depth)
    );
}

#[test]
fn a_peer_asks_before_it_speaks() {
    let mut admission = Admission::default();
    let check = |admission: &Admission<()>, text| admission.check(&read(text).unwrap().unwrap());
    assert_eq!(check(&admission, r#"2["a"]"#), Err(Violation::NotConnected));
    assert_eq!(check(&admission, "31[]"), Err(Violation::NotConnected));
    assert_eq!(check(&admission, "0"), Ok(()));
    admission.enter(Namespace::main(), ());
    assert_eq!(check(&admission, r#"2["a"]"#), Ok(()));
    assert_eq!(check(&admission, "0"), Err(Violation::NotConnected), "twice");
    assert_eq!(check(&admission, r#"2/b,["a"]"#), Err(Violation::NotConnected));
    assert_eq!(check(&admission, "4{}"), Err(Violation::Kind), "only a server refuses");
    assert_eq!(check(&admission, "1/b,"), Ok(()), "one may cross ours");
    assert_eq!(
        (admission.leave(&namespace("/b")), admission.leave(&Namespace::main())),
        (None, Some(()))
    );
    assert!(admission.is_empty());
    assert_eq!(check(&admission, r#"2["a"]"#), Err(Violation::NotConnected));
    (0..16).for_each(|n| admission.enter(namespace(&format!("/{n}")), ()));
    assert_eq!(check(&admission, "0/x"), Err(Violation::NotConnected), "so many, and no more");
}
