//! Requests that come a byte at a time are cut, heads and bodies alike, and nobody waits for them. It has
//! nothing to do with the engine, and takes half a minute: once is enough.

use chinwag_testkit::{Engine, TestServer, User};
use std::time::{Duration, Instant};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::{interval, timeout},
};

/// Longer than the body's 30 seconds, with room for a busy machine.
const LONGEST: Duration = Duration::from_secs(60);

/// Sends the beginning at once and then a byte every half second until the server answers or hangs up:
/// what it said, and how long it took.
async fn dribble(server: &TestServer, beginning: String) -> (String, Duration) {
    let (mut read, mut write) = TcpStream::connect(server.address).await.unwrap().into_split();
    let began = Instant::now();
    write.write_all(beginning.as_bytes()).await.unwrap();
    let dribbling = async {
        let mut pace = interval(Duration::from_millis(500));
        while write.write_all(b"x").await.is_ok() {
            pace.tick().await;
        }
        std::future::pending::<()>().await;
    };
    let mut said = Vec::new();
    let cut = async {
        tokio::select! {
            _ = read.read_to_end(&mut said) => {}
            () = dribbling => {}
        }
    };
    timeout(LONGEST, cut).await.expect("it is cut");
    (String::from_utf8_lossy(&said).into_owned(), began.elapsed())
}

/// Somebody else, who is served all the while.
async fn neighbour(ada: &User) {
    let mut pace = interval(Duration::from_millis(100));
    loop {
        timeout(Duration::from_secs(5), ada.http.me()).await.expect("others are served").unwrap();
        pace.tick().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn slow_requests_are_cut_and_others_are_served() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ada = server.user("ada").await;
    let head = dribble(&server, "GET /v1/rooms HTTP/1.1\r\nHost: x\r\nX-Slow: ".to_owned());
    let body = "POST /v1/sessions HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 100000\r\n\r\n{";
    let body = dribble(&server, body.to_owned());
    let nothing = dribble_nothing(&server);
    let cuts = async { tokio::join!(head, body, nothing) };
    let ((head, head_took), (body, body_took), nothing_took) = tokio::select! {
        cuts = cuts => cuts,
        () = neighbour(&ada) => unreachable!("it goes on for ever"),
    };
    assert!(head.is_empty() || head.starts_with("HTTP/1.1 408"), "{head}");
    assert!(
        head_took > Duration::from_secs(8) && head_took < Duration::from_secs(25),
        "{head_took:?}"
    );
    assert!(body.starts_with("HTTP/1.1 400") || body.starts_with("HTTP/1.1 408"), "{body}");
    assert!(body_took > Duration::from_secs(25), "{body_took:?}");
    assert!(nothing_took < Duration::from_secs(25), "{nothing_took:?}");
}

/// A connection over which nothing is ever said: how long until the server hangs up.
async fn dribble_nothing(server: &TestServer) -> Duration {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let began = Instant::now();
    let mut said = Vec::new();
    drop(timeout(LONGEST, stream.read_to_end(&mut said)).await.expect("it is cut"));
    began.elapsed()
}
