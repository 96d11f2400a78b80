//! How many connections a session, an account and a server may have; those that are open stay.

use chinwag_testkit::{
    TestServer, User, both_engines,
    client::{Error, Socket},
    eventually,
    wire::{Code, frame::Hello},
};
use reqwest::Method;
use serde_json::{Value, json};

async fn connect(user: &User) -> Result<Socket, Error> {
    let hello = Hello { token: Some(user.credentials.access_token.clone()), ..Hello::default() };
    Socket::connect(user.http.base(), &hello).await.map(|(socket, _)| socket)
}

async fn lives(socket: &Socket) -> bool {
    socket.command::<_, Value>("ping", &json!({})).await.is_ok()
}

fn is_refused(outcome: &Result<Socket, Error>) -> bool {
    match outcome {
        Err(Error::Closed { code, .. }) => *code == Some(Code::TooManyConnections.close()),
        Err(error) => error.code() == Some(Code::TooManyConnections),
        Ok(_) => false,
    }
}

both_engines! {
    async fn a_session_has_so_many(server: TestServer) with |settings| settings.live.connections_per_session = 2 => {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (first, second) = (connect(&ada).await.unwrap(), connect(&ada).await.unwrap());
        assert!(is_refused(&connect(&ada).await));
        let events = ada.http.request(Method::GET, "/v1/events").send().await.unwrap();
        assert_eq!(events.status(), 429, "events are a connection too");
        let after = events.headers()["retry-after"].to_str().unwrap().parse::<u64>().unwrap();
        assert!((1..=2).contains(&after), "{after}");
        assert!(lives(&first).await && lives(&second).await);
        let (phone, other) = (ada.another_device().await, connect(&bob).await.unwrap());
        assert!(lives(&connect(&phone).await.unwrap()).await && lives(&other).await, "another session, another account");
        first.close().await;
        eventually("the place is free", async || connect(&ada).await.is_ok()).await;
    }

    async fn an_account_has_so_many(server: TestServer) with |settings| settings.live.connections_per_account = 2 => {
        let ada = server.user("ada").await;
        let phone = ada.another_device().await;
        let (first, second) = (connect(&ada).await.unwrap(), connect(&phone).await.unwrap());
        assert!(is_refused(&connect(&ada).await) && is_refused(&connect(&phone).await));
        assert!(lives(&first).await && lives(&second).await);
        drop(second);
        eventually("the place is free", async || connect(&phone).await.is_ok()).await;
    }

    async fn a_server_has_so_many(server: TestServer) with |settings| settings.http.most_connections = 3 => {
        let ada = server.user("ada").await;
        let mut open = Vec::new();
        let refused = loop {
            match connect(&ada).await {
                Ok(socket) => open.push(socket),
                Err(error) => break error,
            }
            assert!(open.len() < 10, "ten connections, and no end");
        };
        assert!(!open.is_empty(), "{refused}");
        for socket in &open {
            assert!(lives(socket).await);
        }
        open.clear();
        eventually("the places are free", async || connect(&ada).await.is_ok()).await;
    }
}
