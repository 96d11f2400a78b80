//! What is written reads back the same, and no bytes whatever make a parser fail in another way than
//! with an error.

use bytes::Bytes;
use chinwag_socketio::{
    Decoder, Event, Namespace, Packet,
    engine::{self, Data, Packets},
};
use proptest::prelude::*;

fn attachments() -> impl Strategy<Value = Vec<Bytes>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..20).prop_map(Bytes::from), 0..4)
}

fn namespaces() -> impl Strategy<Value = Namespace> {
    "(/[a-z0-9?=é]{0,12})".prop_map(|name| Namespace::named(&name).unwrap())
}

fn json() -> impl Strategy<Value = Bytes> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        ".*".prop_map(serde_json::Value::from),
    ];
    let value = leaf.prop_recursive(4, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(serde_json::Value::from),
            prop::collection::hash_map("[a-z]{1,4}", inner, 0..4)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    });
    value.prop_map(|value| value.to_string().into())
}

fn array(args: &[Bytes]) -> Bytes {
    let args: Vec<_> = args.iter().map(|arg| std::str::from_utf8(arg).unwrap()).collect();
    format!("[{}]", args.join(",")).into()
}

fn packets() -> impl Strategy<Value = Packet> {
    let args = || prop::collection::vec(json(), 0..4);
    let id = || 0u64..1 << 53;
    prop_oneof![
        namespaces().prop_map(|namespace| Packet::Disconnect { namespace }),
        (namespaces(), any::<bool>()).prop_map(|(namespace, some)| {
            let data = if some { Bytes::from_static(b"{\"token\":\"a\"}") } else { Bytes::new() };
            Packet::Connect { namespace, data }
        }),
        (namespaces(), prop::option::of(id()), "[a-z_ \"\\\\é]{1,20}", args(), attachments())
            .prop_map(|(namespace, id, name, args, attachments)| {
                let name = format!("_{name}");
                Packet::Event(Event { namespace, id, name, args, attachments })
            }),
        (namespaces(), id(), args(), attachments()).prop_map(
            |(namespace, id, args, attachments)| {
                Packet::Ack { namespace, id, data: array(&args), attachments }
            }
        ),
    ]
}

fn engine_packets() -> impl Strategy<Value = engine::Packet> {
    let text = || "[^\u{1e}]{0,20}".prop_map(Bytes::from);
    prop_oneof![
        text().prop_map(engine::Packet::Open),
        Just(engine::Packet::Close),
        text().prop_map(engine::Packet::Ping),
        text().prop_map(engine::Packet::Pong),
        text().prop_map(|text| engine::Packet::Data(Data::Text(text))),
        prop::collection::vec(any::<u8>(), 0..40)
            .prop_map(|bytes| engine::Packet::Data(Data::Binary(bytes.into()))),
        Just(engine::Packet::Upgrade),
        Just(engine::Packet::Noop),
    ]
}

proptest! {
    #[test]
    fn a_packet_reads_back(packet in packets()) {
        let mut text = Vec::new();
        packet.write(&mut text);
        let mut decoder = Decoder::default();
        let mut read = decoder.text(&text.into());
        for attachment in packet.attachments() {
            prop_assert_eq!(read, Ok(None));
            read = decoder.binary(attachment.clone());
        }
        prop_assert_eq!(read, Ok(Some(packet)));
    }

    #[test]
    fn a_body_reads_back(packets in prop::collection::vec(engine_packets(), 1..8)) {
        let mut body = Vec::new();
        packets.iter().for_each(|packet| engine::append(&mut body, packet));
        let read: Result<Vec<_>, _> = Packets::of(body.into(), usize::MAX).unwrap().collect();
        prop_assert_eq!(read, Ok(packets));
    }

    #[test]
    fn any_text_is_a_packet_or_an_error(text in "[0-6][0-9]{0,2}-?(/[a-z]*,?)?[0-9]*[\\[\\]{}\",:a-z0-9\\\\ ]{0,40}") {
        let mut decoder = Decoder::default();
        if let Ok(Some(packet)) = decoder.text(&Bytes::from(text)) {
            let mut again = Vec::new();
            packet.write(&mut again);
            prop_assert_eq!(Decoder::default().text(&again.into()), Ok(Some(packet)));
        }
    }

    #[test]
    fn any_bytes_are_packets_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let bytes = Bytes::from(bytes);
        drop(Decoder::default().text(&bytes));
        if let Ok(packets) = Packets::of(bytes, 50) {
            prop_assert!(packets.count() <= 51);
        }
    }
}
