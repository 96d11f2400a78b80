//! Bytes that are no HTTP request, or a head beyond all bounds: cut off, with a 4xx where one can be said.

use super::world::World;
use crate::raw::Stream;
use chinwag_testkit::{TestServer, both_engines};

fn heads() -> Vec<(&'static str, String)> {
    let get = |rest: &str| format!("GET /v1/me HTTP/1.1\r\nHost: x\r\n{rest}\r\n");
    vec![
        ("nothing but a line", "\r\n\r\n\r\n".to_owned()),
        ("no request", "hello\r\n\r\n".to_owned()),
        ("TLS", "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}\u{0}\r\n\r\n".to_owned()),
        ("another protocol", "GET / SIP/2.0\r\n\r\n".to_owned()),
        ("a header without a colon", get("colon\r\n")),
        ("a header with NUL", get("x: a\0b\r\n")),
        ("101 headers", get(&"x: y\r\n".repeat(101))),
        ("17 KiB of headers", get(&format!("x: {}\r\n", "y".repeat(17 * 1024)))),
        ("a path of 20 KiB", format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "p".repeat(20 * 1024))),
        ("two lengths", "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nContent-Length: 5\r\n\r\n{}".to_owned()),
        ("a length that is none", "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n{}".to_owned()),
        ("a chunk that is none", "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n".to_owned()),
    ]
}

both_engines! {
    async fn what_is_no_request_is_cut_off(server: TestServer) {
        let world = World::new(server).await;
        let before = world.state().await;
        for (what, head) in heads() {
            let mut stream = Stream::connect(world.server.address).await;
            stream.write(head.as_bytes()).await;
            stream.finish().await;
            let answer = String::from_utf8_lossy(&stream.read_to_end(what).await).into_owned();
            assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 4"), "{what}: {answer}");
        }
        assert_eq!(world.state().await, before);
    }

    async fn handshakes_that_are_none_are_refused(server: TestServer) {
        let world = World::new(server).await;
        let right = [("Connection", "Upgrade"), ("Upgrade", "websocket"), ("Sec-WebSocket-Version", "13"), ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==")];
        let wrong = [("Connection", "close", 426), ("Upgrade", "h2c", 426), ("Sec-WebSocket-Version", "8", 426), ("Sec-WebSocket-Key", "short", 400), ("Origin", "https://elsewhere.example", 403)];
        for (name, value, status) in wrong {
            let lines = right.iter().filter(|(right, _)| *right != name).map(|(name, value)| format!("{name}: {value}\r\n"));
            let head = format!("GET /v1/socket HTTP/1.1\r\nHost: x\r\n{}{name}: {value}\r\n\r\n", lines.collect::<String>());
            let mut stream = Stream::connect(world.server.address).await;
            stream.write(head.as_bytes()).await;
            let answer = stream.read_head().await;
            assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{name}: {value}: {answer}");
            assert!(answer.contains("application/problem+json"), "{answer}");
        }
    }
}
