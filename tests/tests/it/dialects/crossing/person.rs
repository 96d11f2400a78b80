//! Somebody with a name and an address of email, who is signed in through every surface.

use super::{PASSWORD, say::taken};
use crate::dialects::{
    Caller, Said,
    live_chat::{self, Pair},
    messaging_app::key,
    pingtalk,
};
use chinwag_testkit::{TestServer, User, client::Error, wire::*};
use serde_json::{Value, json};

/// Where one can be signed in.
pub(in crate::dialects) const EVERYWHERE: [&str; 6] =
    ["native", "messaging-service", "messaging-app", "room-chat", "live-chat", "pingtalk"];

/// Somebody, and what each surface knows them by.
pub(in crate::dialects) struct Person {
    pub(in crate::dialects) id: String,
    pub(in crate::dialects) username: String,
    pub(in crate::dialects) native: User,
    pub(in crate::dialects) service: Caller,
    pub(in crate::dialects) app: Caller,
    pub(in crate::dialects) app_token: String,
    pub(in crate::dialects) room_token: String,
    pub(in crate::dialects) pair: Pair,
    pub(in crate::dialects) page: Caller,
    pub(in crate::dialects) ping: pingtalk::Person,
}

/// The answers to signing in through the five dialects, in the order of `EVERYWHERE`.
pub(in crate::dialects) async fn sign_ins(
    server: &TestServer,
    username: &str,
    password: &str,
) -> [Said; 5] {
    let (caller, email) = (Caller::of(server), format!("{username}@example.org"));
    let by_name = json!({ "username": username, "password": password });
    let by_email = json!({ "email": email, "password": password });
    [
        caller.post("/auth/signin", by_name.clone()).await,
        caller.post("/auth/login", by_name).await,
        caller.post("/api/v1/auth/signin", by_email.clone()).await,
        caller.post("/api/login", by_email).await,
        caller.post("/auth/login", json!({ "emailId": email, "password": password })).await,
    ]
}

/// A text in the data of an answer.
fn text(said: &Said, key: &str) -> String {
    let data = &said.json()["data"];
    data[key].as_str().unwrap_or_else(|| panic!("no {key}: {said:?}")).to_owned()
}

impl Person {
    /// A new account: made in a dialect that knows names, and given an address natively.
    pub(in crate::dialects) async fn register(server: &TestServer, username: &str) -> Self {
        let body = json!({ "username": username, "password": PASSWORD, "publicKey": key() });
        let said = Caller::of(server).post("/auth/register", body).await;
        assert_eq!(said.status, 201, "{said:?}");
        let native = server.http().with_token(text(&said, "token"));
        let (email, current_password) = (format!("{username}@example.org"), PASSWORD.to_owned());
        let body = ChangeEmail { email: email.clone(), current_password };
        native.change_email(&body).await.unwrap();
        let token = server.letter(&email, 1).await.token();
        server.http().verify_email(&VerifyEmail { token }).await.unwrap();
        Self::enter(server, username, PASSWORD).await
    }

    /// Signs in through every surface.
    pub(in crate::dialects) async fn enter(
        server: &TestServer,
        username: &str,
        password: &str,
    ) -> Self {
        let caller = Caller::of(server);
        let body = SignIn {
            name: username.to_owned(),
            password: password.to_owned(),
            device: None,
            known_device: None,
        };
        let credentials = server.http().sign_in(&body).await.unwrap();
        let native = User::signed_in(&server.http(), credentials);
        let [service, app, room, page, ping] = sign_ins(server, username, password).await;
        let cookie = service.header("set-cookie").unwrap().split(';').next().unwrap().to_owned();
        let (app_token, token, pair) =
            (text(&app, "token"), text(&ping, "token"), Pair::issued(&page));
        let (id, email) = (native.id().to_string(), text(&ping, "emailId"));
        let by_cookie = caller.with("cookie", format!("token={token}"));
        Self {
            id: id.clone(),
            username: username.to_owned(),
            native,
            service: caller.with("cookie", cookie),
            app: caller.with("authorization", format!("Bearer {app_token}")),
            app_token,
            room_token: text(&room, "accessToken"),
            page: pair.on(&caller),
            pair,
            ping: pingtalk::Person { caller: by_cookie, id, email, token },
        }
    }

    /// The surfaces that still know them; the others refuse in the words of their contract.
    pub(in crate::dialects) async fn known(&self, server: &TestServer) -> Vec<&'static str> {
        let service = self.service.post("/chats/get", json!({ "noChats": 1 })).await;
        let app = self.app.get("/chats").await;
        let page = self.page.get("/api/refresh_credentials").await;
        let ping = self.ping.caller.get("/chat/my-chats").await;
        let known = [
            lives(self.native.http.me().await),
            service.status == 200,
            app.status == 200,
            lives(server.http().with_token(&self.room_token).me().await),
            page.status == 200,
            ping.status == 200,
        ];
        if service.status != 200 {
            assert_eq!(service.at("status"), (500, json!("errored")));
        }
        if app.status != 200 {
            assert_eq!(app.at("error"), (401, json!("Invalid or expired token")));
        }
        if page.status != 200 {
            live_chat::assert_cleared(&page);
        }
        if ping.status != 200 {
            assert_eq!(
                (ping.status, ping.json()),
                (401, json!({ "error": "Invalid or expired token" }))
            );
        }
        EVERYWHERE
            .into_iter()
            .zip(known)
            .filter_map(|(name, known)| known.then_some(name))
            .collect()
    }
}

/// Whether a session lives; where it does not, it is said that it ended.
fn lives(answer: Result<OwnAccount, Error>) -> bool {
    taken(answer.map_err(|error| error.code()), Some(Code::SessionEnded))
}

/// The texts under a key of a list.
pub(in crate::dialects) fn all(list: &Value, key: &str) -> Vec<Value> {
    list.as_array()
        .unwrap_or_else(|| panic!("a list: {list}"))
        .iter()
        .map(|one| one[key].clone())
        .collect()
}
