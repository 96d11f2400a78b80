//! The decoder against tables of lawful and unlawful frames, whole, cut and random.

use proptest::prelude::*;

use super::*;
use crate::websocket::frame::{append, append_header, append_masked, apply_mask};

const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

fn server() -> Decoder {
    Decoder::new(Role::Server, Limits { message: 100_000, fragments: 4 })
}

/// One masked frame as a client sends it.
fn fragment(fin: bool, opcode: Opcode, payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    append_header(&mut out, fin, opcode, payload.len(), Some(MASK));
    let start = out.len();
    out.extend_from_slice(payload);
    apply_mask(&mut out[start..], MASK);
    out
}

/// Everything a stream says, up to its end or its violation.
fn read(decoder: &mut Decoder, bytes: &[u8]) -> Result<Vec<Incoming>, Violation> {
    let mut buffer = BytesMut::from(bytes);
    let mut said = Vec::new();
    while let Some(incoming) = decoder.next(&mut buffer)? {
        said.push(incoming);
    }
    Ok(said)
}

fn text(text: &'static str) -> Incoming {
    Incoming::Text(Bytes::from_static(text.as_bytes()))
}

#[test]
fn unlawful_frames_are_refused_with_their_code() {
    let masked = |first: u8, length: u8| vec![first, 0x80 | length, 1, 2, 3, 4];
    let table: Vec<(&str, Vec<u8>, Violation, u16)> = vec![
        ("reserved bit", masked(0xc1, 0), Violation::Reserved, 1002),
        ("reserved data opcode", masked(0x83, 0), Violation::Opcode(3), 1002),
        ("reserved control opcode", masked(0x8b, 0), Violation::Opcode(11), 1002),
        ("no mask", vec![0x81, 0], Violation::Mask, 1002),
        ("fragmented ping", masked(0x09, 0), Violation::Control, 1002),
        ("long ping", masked(0x89, 126), Violation::Control, 1002),
        ("long 16-bit length", vec![0x81, 0xfe, 0, 125], Violation::Length, 1002),
        ("long 64-bit length", vec![0x81, 0xff, 0, 0, 0, 0, 0, 0, 1, 0], Violation::Length, 1002),
        ("negative length", [&[0x81, 0xff][..], &[0xff; 8]].concat(), Violation::Length, 1002),
        ("huge", [&[0x81, 0xff, 0x7f][..], &[0xff; 7]].concat(), Violation::TooBig, 1009),
        ("stray continuation", masked(0x80, 0), Violation::Fragment, 1002),
        ("one-byte close", fragment(true, Opcode::Close, &[3]), Violation::ClosePayload, 1002),
        ("close 1005", fragment(true, Opcode::Close, &[3, 237]), Violation::CloseCode(1005), 1002),
        ("bad text", fragment(true, Opcode::Text, &[0xff]), Violation::Utf8, 1007),
        ("surrogate", fragment(true, Opcode::Text, &[0xed, 0xa0, 0x80]), Violation::Utf8, 1007),
    ];
    for (name, bytes, violation, code) in table {
        assert_eq!(read(&mut server(), &bytes), Err(violation), "{name}");
        assert_eq!(violation.close_code(), code, "{name}");
    }
}

#[test]
fn a_client_refuses_masked_frames_and_reads_plain_ones() {
    let mut client = Decoder::new(Role::Client, Limits::default());
    let mut plain = Vec::new();
    append(&mut plain, Opcode::Text, b"hi");
    append(&mut plain, Opcode::Close, &close::payload(1012, "back soon"));
    let closed = Incoming::Close { code: Some(1012), reason: Bytes::from_static(b"back soon") };
    assert_eq!(read(&mut client, &plain), Ok(vec![text("hi"), closed]));
    assert_eq!(read(&mut client, &fragment(true, Opcode::Text, b"x")), Err(Violation::Mask));
}

#[test]
fn fragments_join_around_control_frames() {
    let stream = [
        fragment(false, Opcode::Text, "h\u{e9}".as_bytes()[..2].as_ref()),
        fragment(true, Opcode::Ping, b"?"),
        fragment(false, Opcode::Continuation, &"\u{e9}".as_bytes()[1..]),
        fragment(true, Opcode::Continuation, b"!"),
        fragment(true, Opcode::Close, b""),
    ]
    .concat();
    let expected = vec![
        Incoming::Ping(Bytes::from_static(b"?")),
        text("h\u{e9}!"),
        Incoming::Close { code: None, reason: Bytes::new() },
    ];
    assert_eq!(read(&mut server(), &stream), Ok(expected));
}

#[test]
fn bad_text_is_noticed_before_the_message_ends() {
    let mut decoder = server();
    assert_eq!(read(&mut decoder, &fragment(false, Opcode::Text, &[0xe2, 0x82])), Ok(vec![]));
    let bad = fragment(false, Opcode::Continuation, &[0x41]);
    assert_eq!(read(&mut decoder, &bad), Err(Violation::Utf8));

    let mut decoder = server();
    assert_eq!(read(&mut decoder, &fragment(false, Opcode::Text, &[0xe2, 0x82])), Ok(vec![]));
    let cut = fragment(true, Opcode::Continuation, &[]);
    assert_eq!(read(&mut decoder, &cut), Err(Violation::Utf8));
}

#[test]
fn messages_and_fragments_have_limits() {
    let half = vec![b'x'; 50_001];
    let mut decoder = server();
    assert_eq!(read(&mut decoder, &fragment(false, Opcode::Binary, &half)), Ok(vec![]));
    let second = &fragment(true, Opcode::Continuation, &half)[..14];
    assert_eq!(read(&mut decoder, second), Err(Violation::TooBig), "judged by its header");

    let mut decoder = server();
    assert_eq!(read(&mut decoder, &fragment(false, Opcode::Binary, b"")), Ok(vec![]));
    let more = fragment(false, Opcode::Continuation, b"");
    assert_eq!(read(&mut decoder, &more.repeat(3)), Ok(vec![]));
    assert_eq!(read(&mut decoder, &more), Err(Violation::TooManyFragments));
    assert_eq!(Violation::TooManyFragments.close_code(), 1008);
}

#[test]
fn a_message_may_not_begin_within_another() {
    let mut decoder = server();
    assert_eq!(read(&mut decoder, &fragment(false, Opcode::Text, b"a")), Ok(vec![]));
    assert_eq!(read(&mut decoder, &fragment(true, Opcode::Text, b"b")), Err(Violation::Fragment));
}

#[test]
fn an_idle_decoder_is_small() {
    assert!(size_of::<Decoder>() <= 32, "{}", size_of::<Decoder>());
}

proptest! {
    #[test]
    fn what_was_written_is_read_however_it_arrives(
        messages in prop::collection::vec((any::<bool>(), ".{0,300}"), 1..6),
        mask in any::<[u8; 4]>(),
        step in 1usize..200,
    ) {
        let mut stream = Vec::new();
        for (binary, body) in &messages {
            let opcode = if *binary { Opcode::Binary } else { Opcode::Text };
            append_masked(&mut stream, opcode, body.as_bytes(), mask);
        }
        let (mut decoder, mut buffer, mut said) = (server(), BytesMut::new(), Vec::new());
        for chunk in stream.chunks(step) {
            buffer.extend_from_slice(chunk);
            while let Some(incoming) = decoder.next(&mut buffer).unwrap() {
                said.push(incoming);
            }
        }
        let expected: Vec<_> = messages.into_iter().map(|(binary, body)| {
            let body = Bytes::from(body);
            if binary { Incoming::Binary(body) } else { Incoming::Text(body) }
        }).collect();
        prop_assert_eq!(said, expected);
        prop_assert!(buffer.is_empty());
    }

    #[test]
    fn fragmented_text_is_read_however_it_is_cut(body in "\\PC{0,200}", cut in any::<prop::sample::Index>()) {
        let (head, tail) = body.as_bytes().split_at(cut.index(body.len() + 1));
        let stream = [fragment(false, Opcode::Text, head), fragment(true, Opcode::Continuation, tail)].concat();
        let said = read(&mut server(), &stream);
        prop_assert_eq!(said, Ok(vec![Incoming::Text(Bytes::from(body))]));
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
        for role in [Role::Server, Role::Client] {
            let _ = read(&mut Decoder::new(role, Limits { message: 300, fragments: 3 }), &bytes);
        }
    }
}
