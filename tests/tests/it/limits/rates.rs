//! Rates: what is left stands in the headers of every answer, and beyond it comes 429 with a time that holds.

use chinwag_testkit::{
    TestServer, both_engines,
    client::{Http, Socket},
    eventually,
    wire::{Code, Problem, SignIn, frame::Hello},
};
use reqwest::{Method, Response};
use serde_json::{Value, json};

async fn me(http: &Http) -> Response {
    http.request(Method::GET, "/v1/me").send().await.unwrap()
}

fn number(response: &Response, header: &str) -> u64 {
    let value = response.headers().get(header).unwrap_or_else(|| panic!("no `{header}`"));
    value.to_str().unwrap().parse().unwrap()
}

/// Refused for its rate, with a time that holds and is spread by up to a second.
fn assert_soon(problem: &Problem) {
    assert_eq!(problem.code, Code::RateLimited);
    assert!(matches!(problem.retry_after, Some(1 | 2)), "{:?}", problem.retry_after);
}

/// The first refusal of a request that is made again and again.
async fn until_refused<T>(
    mut request: impl AsyncFnMut() -> Result<T, chinwag_testkit::client::Error>,
) -> (usize, Problem) {
    for accepted in 0..1_000 {
        if let Err(error) = request().await {
            return (accepted, error.problem().unwrap_or_else(|| panic!("{error}")).clone());
        }
    }
    panic!("a thousand, and no end");
}

both_engines! {
    async fn headers_count_down_and_the_end_says_when(server: TestServer) with |settings| settings.limits.factor = 0.1 => {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let first = me(&ada.http).await;
        assert_eq!((number(&first, "x-ratelimit-limit"), number(&first, "x-ratelimit-remaining")), (20, 19));
        let policy = |response: &Response| response.headers()["ratelimit-policy"].to_str().unwrap().to_owned();
        assert_eq!(policy(&first), "\"request\";q=20;w=4");
        assert!(first.headers()["ratelimit"].to_str().unwrap().starts_with("\"request\";r=19;t="));

        let mut answer = first;
        while answer.status() == 200 {
            assert!(number(&answer, "x-ratelimit-remaining") < 20 && number(&answer, "x-ratelimit-reset") <= 4);
            answer = me(&ada.http).await;
        }
        assert_eq!((answer.status().as_u16(), number(&answer, "x-ratelimit-remaining")), (429, 0));
        let wait = number(&answer, "retry-after");
        assert!((1..=2).contains(&wait), "{wait}");
        assert_eq!(number(&answer, "x-ratelimit-reset"), wait);
        assert_eq!(answer.headers()["ratelimit"].to_str().unwrap(), format!("\"request\";r=0;t={wait}"));
        let problem: Value = answer.json().await.unwrap();
        assert_eq!((&problem["code"], &problem["retry_after"]), (&json!("rate_limited"), &json!(wait)));

        assert_eq!(me(&bob.http).await.status(), 200, "others are not held up");
        eventually("there is room again", async || me(&ada.http).await.status() == 200).await;
    }

    async fn sends_are_counted_over_every_surface(server: TestServer) with |settings| settings.limits.factor = 0.1 => {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (socket, _) = ada.socket().await;
        let send = async |n: usize| socket.command::<_, Value>("send", &json!({"conversation_id": id, "client_id": n.to_string(), "content": {"text": "x"}})).await;
        let mut n = 0;
        let (accepted, problem) = until_refused(async || { n += 1; send(n).await }).await;
        assert!((4..=8).contains(&accepted), "{accepted}");
        assert_soon(&problem);
        let over_http = async || ada.http.send(id, &chinwag_testkit::text_message(None, "x")).await;
        let (accepted_then, problem) = until_refused(over_http).await;
        assert!(accepted_then <= 2, "{accepted_then}: one and the same limit");
        assert_eq!(problem.code, Code::RateLimited);
        eventually("the same command is taken later", async || send(n).await.is_ok()).await;
        bob.say(id, "I may").await;
        assert!(bob.history(id).await.len() > accepted);
    }

    async fn commands_are_refused_and_the_connection_goes_on(server: TestServer) with |settings| settings.limits.factor = 0.1 => {
        let ada = server.user("ada").await;
        let (socket, _) = ada.socket().await;
        let ping = async || socket.command::<_, Value>("ping", &json!({})).await;
        let (accepted, problem) = until_refused(ping).await;
        assert!(accepted >= 15, "{accepted}");
        assert_soon(&problem);
        eventually("there is room again", async || ping().await.is_ok()).await;
    }

    async fn connections_from_an_address_are_counted(server: TestServer) with |settings| settings.limits.factor = 0.1 => {
        let mut open = Vec::new();
        let refused = loop {
            match Socket::connect(&server.url(), &Hello::default()).await {
                Ok((socket, _)) => open.push(socket),
                Err(error) => break error,
            }
            assert!(open.len() < 30, "30 connections, and no end");
        };
        assert!(open.len() >= 10, "{}", open.len());
        assert!(refused.to_string().contains("429") || refused.code() == Some(Code::RateLimited), "{refused}");
        eventually("there is room again", async || Socket::connect(&server.url(), &Hello::default()).await.is_ok()).await;
        for socket in open {
            let reply = socket.command::<_, Value>("ping", &json!({})).await;
            assert!(reply.is_ok() || reply.is_err_and(|error| error.code() == Some(Code::RateLimited)), "open ones stay open");
        }
    }

    async fn sign_ins_from_an_address_are_counted(server: TestServer) with |settings| settings.limits.factor = 0.1 => {
        let ada = server.user("ada").await;
        let sign_in = SignIn { name: "ada".into(), password: ada.password().into(), device: None, known_device: None };
        let (accepted, problem) = until_refused(async || server.http().sign_in(&sign_in).await).await;
        assert!((6..=12).contains(&accepted), "{accepted}");
        assert_eq!(problem.code, Code::RateLimited);
        assert!(problem.retry_after.is_some_and(|seconds| (1..=8).contains(&seconds)));
        assert!(ada.http.me().await.is_ok(), "who is in stays in");
    }

    async fn without_limits_nothing_is_counted(server: TestServer) with |settings| (settings.limits.enabled, settings.limits.factor) = (false, 0.01) => {
        let ada = server.user("ada").await;
        for _ in 0..100 {
            let answer = me(&ada.http).await;
            assert_eq!((answer.status().as_u16(), answer.headers().get("ratelimit")), (200, None));
        }
    }
}
