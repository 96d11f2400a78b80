//! Who may do what in groups and rooms: every act by everybody, against the table that declares it.

use chinwag_testkit::{TestServer, User, both_engines, client::Http, wire::*};
use reqwest::Method;
use serde_json::Value;

/// An act, and who may do it in a group, a closed room and an open one: guest, stranger, member, admin,
/// owner. y yes, n forbidden, h hidden, u sign in first, l not the last owner.
struct Act(&'static str, &'static str, &'static str, [&'static str; 3]);

const ACTS: [Act; 19] = [
    Act("GET", "", "", ["hhyyy", "hyyyy", "yyyyy"]),
    Act("GET", "/messages", "", ["hhyyy", "hnyyy", "yyyyy"]),
    Act("GET", "/messages/1", "", ["hhyyy", "hnyyy", "yyyyy"]),
    Act("GET", "/changes?rev=0", "", ["hhyyy", "hnyyy", "yyyyy"]),
    Act("GET", "/members", "", ["uhyyy", "unyyy", "unyyy"]),
    Act("POST", "/messages", r#"{"content": {"text": "hello"}}"#, ["uhyyy", "unyyy", "unyyy"]),
    Act("POST", "/typing", r#"{"typing": true}"#, ["uhyyy", "unyyy", "unyyy"]),
    Act("PUT", "/receipt", r#"{"read": 1}"#, ["uhyyy", "unyyy", "unyyy"]),
    Act(
        "PATCH",
        "/messages/1",
        r#"{"content": {"text": "not mine"}}"#,
        ["uhnnn", "unnnn", "unnnn"],
    ),
    Act("DELETE", "/messages/1", "", ["uhnyy", "unnyy", "unnyy"]),
    Act("PATCH", "", r#"{"name": "renamed $n"}"#, ["uhnyy", "unnyy", "unnyy"]),
    Act("POST", "/members", r#"{"account_id": "$nora"}"#, ["uhnyy", "unnyy", "unnyy"]),
    Act(
        "POST",
        "/members",
        r#"{"account_id": "$nora", "role": "admin"}"#,
        ["uhnny", "unnny", "unnny"],
    ),
    Act("DELETE", "/members/$max", "", ["uhnyy", "unnyy", "unnyy"]),
    Act("DELETE", "/members/$alan", "", ["uhnny", "unnny", "unnny"]),
    Act("PATCH", "/members/$max", r#"{"role": "admin"}"#, ["uhnny", "unnny", "unnny"]),
    Act("PATCH", "/members/$alan", r#"{"role": "member"}"#, ["uhnny", "unnny", "unnny"]),
    Act("POST", "/join", "", ["uhyyy", "uyyyy", "uyyyy"]),
    Act("DELETE", "/members/me", "", ["uhyyl", "unyyl", "unyyl"]),
];

/// Everybody there is: an owner, two admins, two members, and two who are outside.
struct Cast {
    olga: User,
    adam: User,
    alan: User,
    mia: User,
    max: User,
    nora: User,
    sam: User,
}

impl Cast {
    async fn new(server: &TestServer) -> Self {
        let [olga, adam, alan, mia, max, nora, sam] =
            server.users(["olga", "adam", "alan", "mia", "max", "nora", "sam"]).await;
        Self { olga, adam, alan, mia, max, nora, sam }
    }

    /// A new conversation with everybody in their place and a first message of Max's.
    async fn stage(&self, place: usize, name: &str) -> ConversationId {
        let id = match place {
            0 => self.olga.group(name, &[]).await,
            open => self.olga.room(name, open == 2).await,
        };
        for (user, role) in [
            (&self.adam, Role::Admin),
            (&self.alan, Role::Admin),
            (&self.mia, Role::Member),
            (&self.max, Role::Member),
        ] {
            self.olga.http.add_member(id, user.id(), Some(role)).await.unwrap();
        }
        self.max.say(id, "first").await;
        id
    }

    fn actors(&self, server: &TestServer) -> [Http; 5] {
        let [sam, mia, adam, olga] =
            [&self.sam, &self.mia, &self.adam, &self.olga].map(|user| user.http.clone());
        [server.http(), sam, mia, adam, olga]
    }

    fn fill(&self, text: &str, name: &str) -> String {
        let id = |user: &User| user.id().to_string();
        text.replace("$nora", &id(&self.nora))
            .replace("$max", &id(&self.max))
            .replace("$alan", &id(&self.alan))
            .replace("$n", name)
    }
}

async fn attempt(http: &Http, method: &str, path: &str, body: &str) -> char {
    let request = http.request(method.parse::<Method>().unwrap(), path);
    let request = match body {
        "" => request,
        body => request.header("content-type", "application/json").body(body.to_owned()),
    };
    let answer = request.send().await.unwrap();
    if answer.status().is_success() {
        return 'y';
    }
    let problem: Value = answer.json().await.unwrap();
    match problem["code"].as_str().unwrap() {
        "forbidden" => 'n',
        "conversation_not_found" => 'h',
        "unauthenticated" => 'u',
        "last_owner" => 'l',
        other => panic!("{method} {path} {body}: {other}"),
    }
}

async fn check(server: &TestServer, place: usize) {
    let cast = Cast::new(server).await;
    let actors = cast.actors(server);
    let mut wrong = Vec::new();
    for (n, Act(method, path, body, expected)) in ACTS.iter().enumerate() {
        let mut found = String::new();
        for (who, http) in actors.iter().enumerate() {
            let name = format!("{n}-{who}");
            let id = cast.stage(place, &name).await;
            let path = format!("/v1/conversations/{id}{}", cast.fill(path, &name));
            found.push(attempt(http, method, &path, &cast.fill(body, &name)).await);
        }
        if found != expected[place] {
            wrong.push(format!("{method} {path} {body}: {found}, not {}", expected[place]));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

both_engines! {
    async fn in_groups_each_may_do_what_the_table_says(server: TestServer) {
        check(&server, 0).await;
    }

    async fn in_closed_rooms_each_may_do_what_the_table_says(server: TestServer) {
        check(&server, 1).await;
    }

    async fn in_open_rooms_each_may_do_what_the_table_says(server: TestServer) {
        check(&server, 2).await;
    }
}
