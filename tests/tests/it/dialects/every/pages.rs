//! Pages of strangers: what a browser keeps for us is not for them, whichever request of a session they make.

use crate::{
    dialects::{crossing::person::Person, messaging_app},
    raw::Stream,
    socketio::speaker::Polled,
};
use chinwag_testkit::{TestServer, both_engines};
use reqwest::{
    Client, Method,
    header::{COOKIE, HeaderMap},
};
use serde_json::json;

const STRANGER: &str = "https://page.example";
const OURS: &str = "http://localhost:5173";

async fn opened(server: &TestServer, path: &str, token: &str) -> Polled {
    let cookie = HeaderMap::from_iter([(COOKIE, format!("token={token}").parse().unwrap())]);
    Polled::open_with(server, path, "", cookie).await
}

/// What a page of this origin is answered.
async fn status(session: &Polled, method: Method, origin: &str) -> u16 {
    let request = Client::new().request(method, session.url()).header("origin", origin);
    request.body("42[\"joinChat\",{}]").send().await.unwrap().status().as_u16()
}

/// What it is answered where it opens a WebSocket for the session.
async fn upgrade(server: &TestServer, session: &Polled, origin: &str) -> String {
    let mut stream = Stream::connect(server.address).await;
    let head = format!(
        "GET {} HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        session.websocket()
    );
    assert!(stream.write(head.as_bytes()).await);
    let answer = stream.read_head().await;
    answer.split(' ').nth(1).unwrap().to_owned()
}

both_engines! {
    async fn make_no_request_of_a_session_by_cookie(server: TestServer) {
        let tom = Person::register(&server, "tom").await;
        for path in ["/chat/socket.io/", "/socket.io/", "/dialects/pingtalk/chat/socket.io/"] {
            let session = opened(&server, path, &tom.ping.token).await;
            session.post("40").await;
            assert!(session.poll().await.starts_with("40{"), "{path}");
            for method in [Method::GET, Method::POST] {
                assert_eq!(status(&session, method, STRANGER).await, 403, "{path}");
            }
            assert_eq!(upgrade(&server, &session, STRANGER).await, "403", "{path}");
            assert_eq!(status(&session, Method::POST, OURS).await, 200, "{path}");
            assert_eq!(session.poll().await, "42[\"error\",\"Invalid payload\"]", "the session has not noticed");
            assert_eq!(upgrade(&server, &session, OURS).await, "101", "{path}");
        }
    }

    async fn are_not_let_in_by_a_cookie_either(server: TestServer) {
        let tom = Person::register(&server, "tom").await;
        let session = opened(&server, "/chat/socket.io/", &tom.ping.token).await;
        let request = Client::new().post(session.url()).header("origin", STRANGER).body("40");
        assert_eq!(request.send().await.unwrap().status(), 200);
        assert_eq!(session.poll().await, "44{\"message\":\"Unauthorized - No cookies\"}");
    }

    async fn may_bring_a_token(server: TestServer) {
        let vera = messaging_app::register(&server, "vera").await;
        let session = opened(&server, "/socket.io/", "whatever").await;
        session.post(&format!("40{}", json!({ "token": vera.token }))).await;
        assert!(session.poll().await.starts_with("40{"));
        assert_eq!(status(&session, Method::POST, STRANGER).await, 200);
        assert_eq!(upgrade(&server, &session, STRANGER).await, "101");
    }
}
