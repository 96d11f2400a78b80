//! An access token means exactly one thing: whatever differs in a byte is refused, on every surface.

use super::refusal;
use chinwag_testkit::{
    TestServer, User, both_engines,
    client::{EventSource, Socket},
    wire::{frame::Hello, *},
};
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};
use std::time::Duration;

/// What each surface says to a token: HTTP for members, HTTP for guests, the socket, server-sent events.
async fn surfaces(server: &TestServer, token: &str) -> [Option<Code>; 4] {
    let http = server.http().with_token(token);
    let hello = Hello { token: Some(token.to_owned()), positions: None, presence: None };
    let error = |error: chinwag_testkit::client::Error| error.code().expect("a refusal");
    [
        http.me().await.err().map(error),
        http.rooms(None, None).await.err().map(error),
        Socket::connect(&server.url(), &hello).await.err().map(error),
        EventSource::new(http, None).connect().await.err().map(error),
    ]
}

/// Tokens that differ a little from a good one.
fn mutants(token: &str, other: &str) -> Vec<String> {
    let parts = |token: &str| token.split('.').map(str::to_owned).collect::<Vec<_>>();
    let (mine, theirs) = (parts(token), parts(other));
    let (header, claims, signature) = (&mine[0], &mine[1], &mine[2]);
    // {"alg":"none"}, {"alg":"none","typ":"JWT"}, {"alg":"HS512","typ":"JWT"}
    let headers = [
        "eyJhbGciOiJub25lIn0",
        "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0",
        "eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9",
    ];
    let forged = headers.iter().flat_map(|header| {
        [String::new(), signature.clone()].map(|signature| format!("{header}.{claims}.{signature}"))
    });
    let swapped = [
        format!("{header}.{}.{signature}", theirs[1]),
        format!("{header}.{claims}.{}", theirs[2]),
        format!("{header}.{claims}."),
        format!("{header}.{claims}"),
        format!("{claims}.{header}.{signature}"),
        format!("{token}="),
        format!("{token}.{signature}"),
        format!("{token}{token}"),
        format!("{token},{other}"),
    ];
    let flipped = (0..token.len()).step_by(3).map(|at| {
        let other = if &token[at..=at] == "A" { "B" } else { "A" };
        format!("{}{other}{}", &token[..at], &token[at + 1..])
    });
    forged.chain(swapped).chain(flipped).collect()
}

async fn all_refused(server: &TestServer, tokens: Vec<String>) {
    assert!(!tokens.is_empty());
    let answers = stream::iter(tokens).map(async |token| (surfaces(server, &token).await, token));
    let mut answers = std::pin::pin!(answers.buffer_unordered(8));
    while let Some((answer, token)) = answers.next().await {
        assert_eq!(answer, [Some(Code::Unauthenticated); 4], "{token}");
    }
}

both_engines! {
    async fn no_mutant_is_taken(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (good, other) = (&ada.credentials.access_token, &bob.credentials.access_token);
        assert_eq!(surfaces(&server, good).await, [None; 4], "the control");
        all_refused(&server, mutants(good, other)).await;
        let elsewhere: User = TestServer::start(server.engine).await.user("ada").await;
        let known_device = ada.credentials.known_device.clone().unwrap();
        all_refused(&server, vec![elsewhere.credentials.access_token, ada.credentials.refresh_token, known_device, "x".repeat(2_000), "a.b.c".into()]).await;
    }

    async fn a_token_ends_on_every_surface(server: TestServer) {
        let ada = server.user("ada").await;
        let token = &ada.credentials.access_token;
        server.clock.advance(Duration::from_secs(9 * 60));
        assert_eq!(surfaces(&server, token).await, [None; 4]);
        server.clock.advance(Duration::from_secs(61));
        all_refused(&server, vec![token.clone()]).await;
        let fresh = ada.refreshed().await;
        assert_eq!(surfaces(&server, &fresh.credentials.access_token).await, [None; 4]);
        fresh.http.sign_out().await.unwrap();
        assert_eq!(surfaces(&server, &fresh.credentials.access_token).await, [Some(Code::SessionEnded); 4]);
    }

    async fn a_connection_is_renewed_by_its_own_session_alone(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (phone, fresh) = (ada.another_device().await, ada.refreshed().await);
        let (socket, _) = ada.socket().await;
        let renew = async |token: &str| {
            let answer = socket.command::<_, Value>("renew", &json!({ "token": token })).await;
            answer.map(drop).map_err(|error| error.code().expect("a refusal"))
        };
        assert_eq!(renew(&fresh.credentials.access_token).await, Ok(()));
        for other in [&phone, &bob] {
            assert_eq!(renew(&other.credentials.access_token).await, Err(Code::Invalid));
        }
        for mutant in mutants(&fresh.credentials.access_token, &bob.credentials.access_token) {
            assert_eq!(renew(&mutant).await, Err(Code::Unauthenticated), "{mutant}");
        }
    }

    async fn a_token_stands_in_its_header_and_nowhere_else(server: TestServer) {
        let ada = server.user("ada").await;
        let token = &ada.credentials.access_token;
        for name in ["access_token", "token", "authorization"] {
            let in_url = server.http().request(reqwest::Method::GET, &format!("/v1/me?{name}={token}")).send().await.unwrap();
            assert_ne!(in_url.status(), 200, "{name}");
            let in_cookie = server.http().request(reqwest::Method::GET, "/v1/me").header("cookie", format!("{name}={token}"));
            assert_eq!(in_cookie.send().await.unwrap().status(), 401, "{name}");
        }
        for scheme in ["Basic", "Token", "Bearer Bearer"] {
            let other = server.http().request(reqwest::Method::GET, "/v1/me").header("authorization", format!("{scheme} {token}"));
            assert_eq!(other.send().await.unwrap().status(), 401, "{scheme}");
        }
        assert_eq!(refusal(server.http().me().await), Code::Unauthenticated);
    }
}
