//! The generator against a server with known delays: what it counts and what it times must be true.

#![expect(clippy::unwrap_used, reason = "a test fails where something is missing")]

use bytes::BytesMut;
use chinwag_bench::load::{
    dialect::Dialect,
    open_loop,
    pairs::Pair,
    room::Room,
    tally::{Latency, Tally},
};
use chinwag_bench::socket::{Socket, Target};
use chinwag_wire::websocket::{Decoder, Incoming, Limits, Opcode, Role, frame, handshake};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, tcp::OwnedWriteHalf};

const DELAY: Duration = Duration::from_millis(20);

/// Acknowledges each send, and hands it to every other connection, `DELAY` after it came.
/// Every `swallow`th message is acknowledged but handed to nobody.
#[derive(Debug, Default)]
struct Echo {
    swallow: Option<usize>,
    peers: Mutex<Vec<tokio::sync::mpsc::UnboundedSender<(tokio::time::Instant, String)>>>,
    count: Mutex<usize>,
}

async fn start(swallow: Option<usize>) -> SocketAddr {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
    let address = listener.local_addr().unwrap();
    let echo = Arc::new(Echo { swallow, ..Echo::default() });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream, echo.clone()));
        }
    });
    address
}

async fn serve(mut stream: TcpStream, echo: Arc<Echo>) {
    let mut buffer = BytesMut::new();
    while !buffer.ends_with(b"\r\n\r\n") {
        stream.read_buf(&mut buffer).await.unwrap();
    }
    let head = String::from_utf8(buffer.split().to_vec()).unwrap();
    let key = head.lines().find_map(|line| line.strip_prefix("sec-websocket-key: ")).unwrap();
    let accept = handshake::accept_key(key);
    let (to, from) = tokio::sync::mpsc::unbounded_channel();
    let me = {
        let mut peers = echo.peers.lock().unwrap();
        peers.push(to);
        peers.len() - 1
    };
    // Known before it is answered: whoever is connected misses nothing.
    let answer =
        format!("HTTP/1.1 101 Switching Protocols\r\nsec-websocket-accept: {accept}\r\n\r\n");
    stream.write_all(answer.as_bytes()).await.unwrap();
    let (mut reading, writing) = stream.into_split();
    tokio::spawn(write(writing, from));
    let mut decoder = Decoder::new(Role::Server, Limits::default());
    while reading.read_buf(&mut buffer).await.is_ok_and(|read| read > 0) {
        while let Ok(Some(Incoming::Text(text))) = decoder.next(&mut buffer) {
            take(&echo, me, std::str::from_utf8(&text).unwrap());
        }
    }
}

fn take(echo: &Echo, me: usize, text: &str) {
    let due = tokio::time::Instant::now() + DELAY;
    let id = text.split(['{', ':', ',']).nth(2).unwrap();
    let client_id = text.split("\"client_id\":\"").nth(1).unwrap().split('"').next().unwrap();
    let event =
        format!(r#"{{"rev":1,"event":"message_created","data":{{"client_id":"{client_id}"}}}}"#);
    let number = {
        let mut count = echo.count.lock().unwrap();
        *count += 1;
        *count
    };
    for (at, peer) in echo.peers.lock().unwrap().iter().enumerate() {
        let swallowed = echo.swallow.is_some_and(|every| number % every == 0);
        if at == me {
            peer.send((due, format!(r#"{{"id":{id},"ok":{{}}}}"#))).unwrap();
        } else if !swallowed {
            peer.send((due, event.clone())).unwrap();
        }
    }
}

async fn write(
    mut stream: OwnedWriteHalf,
    mut from: tokio::sync::mpsc::UnboundedReceiver<(tokio::time::Instant, String)>,
) {
    while let Some((due, text)) = from.recv().await {
        tokio::time::sleep_until(due).await;
        if stream.write_all(&frame::encode(Opcode::Text, text.as_bytes())).await.is_err() {
            return;
        }
    }
}

async fn connect(address: SocketAddr) -> Socket {
    Socket::open(&Target::new(address, "/")).await.unwrap()
}

/// About the delay, and never less.
fn assert_delayed(latency: Latency) {
    assert!(latency.p50 >= 19.9 && latency.p50 < 35.0, "{latency:?}");
}

#[tokio::test]
async fn a_closed_loop_is_as_fast_as_the_delay_allows() {
    let address = start(None).await;
    let (tally, body) = (Arc::new(Tally::default()), Arc::from("x"));
    let pair = Pair::new(Dialect::Native, "c", &body, &tally);
    tokio::spawn(pair.clone().send(connect(address).await));
    tokio::spawn(pair.clone().receive(connect(address).await));
    pair.keep(4);
    tally.begin();
    tokio::time::sleep(Duration::from_secs(1)).await;
    let (complete, latency) = tally.end();
    pair.keep(0);
    assert_delayed(latency);
    // Four every twenty milliseconds at best, fewer where the machine is busy.
    assert!((80..=200).contains(&complete), "{complete}");
    let sent = || tally.sent.load(Relaxed);
    assert!(
        tally
            .settle(
                || tally.acked.load(Relaxed) == sent() && tally.delivered.load(Relaxed) == sent()
            )
            .await
    );
    assert_eq!(tally.errors.load(Relaxed), 0, "{:?}", tally.complaint());
}

#[tokio::test]
async fn an_open_loop_sends_exactly_what_was_scheduled() {
    let address = start(None).await;
    let (tally, body) = (Arc::new(Tally::default()), Arc::from("x"));
    let pair = Pair::new(Dialect::Native, "c", &body, &tally);
    let sender = connect(address).await;
    let writer = sender.writer();
    tokio::spawn(pair.clone().send(sender));
    tokio::spawn(pair.clone().receive(connect(address).await));
    tally.begin();
    let length = Duration::from_secs(1);
    let pacer = open_loop::pace(vec![(pair, writer)], 300, length, tally.clone());
    assert!(tally.settle(|| tally.delivered.load(Relaxed) == 300).await);
    pacer.join().unwrap();
    let (complete, latency) = tally.end();
    assert_eq!((complete, tally.sent.load(Relaxed)), (300, 300));
    assert_delayed(latency);
}

#[tokio::test]
async fn a_broadcast_is_complete_with_its_last_listener() {
    let address = start(None).await;
    let room = Room::new(Dialect::Native, "c", &Arc::from("x"), 3);
    tokio::spawn(room.clone().send(connect(address).await));
    for _ in 0..3 {
        tokio::spawn(room.clone().listen(connect(address).await));
    }
    room.tally.begin();
    room.keep(1);
    assert!(room.tally.settle(|| room.complete() >= 20).await);
    room.keep(0);
    let (complete, latency) = room.tally.end();
    assert!((20..=25).contains(&complete), "{complete}");
    assert_delayed(latency);
    assert!(room.tally.settle(|| room.complete() == room.tally.sent.load(Relaxed)).await);
    assert_eq!(room.tally.delivered.load(Relaxed), 3 * room.complete());
}

#[tokio::test]
async fn a_message_that_never_arrives_is_noticed() {
    let address = start(Some(10)).await;
    let (tally, body) = (Arc::new(Tally::default()), Arc::from("x"));
    let pair = Pair::new(Dialect::Native, "c", &body, &tally);
    tokio::spawn(pair.clone().send(connect(address).await));
    tokio::spawn(pair.clone().receive(connect(address).await));
    pair.keep(1);
    assert!(tally.settle(|| tally.acked.load(Relaxed) >= 15).await);
    pair.keep(0);
    assert!(tally.settle(|| tally.acked.load(Relaxed) == tally.sent.load(Relaxed)).await);
    assert!(tally.delivered.load(Relaxed) < tally.sent.load(Relaxed));
    assert!(tally.errors.load(Relaxed) > 0, "the hole in the numbers is an error");
}
