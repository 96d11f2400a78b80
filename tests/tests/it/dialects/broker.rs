//! Events reach other systems whatever becomes of the broker and of ours, and nothing waits for them.

use super::{Caller, pingtalk};
use chinwag_testkit::{
    Authority, Engine, FaultProxy, Rabbit, TestServer, User, eventually, wire::*,
};
use serde_json::json;
use std::{collections::BTreeSet, time::Duration};

const EXCHANGE: &str = "events.exchange";
const MINUTE: Duration = Duration::from_secs(60);

async fn server(engine: Engine, url: String) -> TestServer {
    TestServer::with(engine, |settings| {
        settings.broker.url = url;
        settings.dialects.health.heap_mib = 100_000;
    })
    .await
}

async fn kafka(server: &TestServer) -> (u16, String) {
    let said = Caller::of(server).get("/health").await;
    (said.status, said.json()["details"]["kafka"]["status"].as_str().unwrap().to_owned())
}

async fn a_broker_that_is_down_delays(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen(EXCHANGE).await;
    let proxy = FaultProxy::before(rabbit.address).await;
    proxy.cut_after(0..=0);
    let server = server(engine, rabbit.url_through(&proxy)).await;
    let lena = pingtalk::person(&server, "Lena").await;
    let tom = pingtalk::person(&server, "Tom").await;
    pingtalk::connect(&lena, &tom).await;
    assert_eq!(kafka(&server).await, (503, "down".to_owned()));
    eventually("two tries", async || proxy.connections() >= 2).await;
    assert_eq!(ear.now().await, None);
    proxy.heal();
    let told: Vec<_> = ear.take(3).await.into_iter().map(|told| told.key).collect();
    assert_eq!(told, ["auth.user.created", "auth.user.created", "request.accepted"]);
    eventually("health", async || kafka(&server).await == (200, "up".to_owned())).await;
    assert_eq!(ear.now().await, None, "each is told once");
}

async fn a_server_that_dies_before_it_could_tell(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen(EXCHANGE).await;
    let proxy = FaultProxy::before(rabbit.address).await;
    let server = server(engine, rabbit.url_through(&proxy)).await;
    assert_eq!(kafka(&server).await, (200, "up".to_owned()));
    for (number, name) in ["Lena", "Tom", "Kim"].into_iter().enumerate() {
        // By turns it vanishes on its way, or never sets out.
        if number % 2 == 0 {
            proxy.go_silent()
        } else {
            proxy.cut_after(0..=0)
        }
        if number % 2 == 1 {
            proxy.cut()
        }
        let swallowed = proxy.swallowed();
        let person = pingtalk::person(&server, name).await;
        if number % 2 == 0 {
            eventually("words that vanish", async || proxy.swallowed() > swallowed).await;
        }
        server.abort().await;
        proxy.cut();
        proxy.heal();
        server.start_again().await;
        server.clock.advance(MINUTE);
        assert_eq!(ear.next().await.body["userId"], json!(person.id));
        let confirmed = async || server.metric("chinwag_outbox_delivered_total", "").await;
        eventually("its confirmation", async || confirmed().await == number as u64 + 1).await;
    }
    assert_eq!(ear.now().await, None);
}

/// Told, but nobody heard that it was: it comes once more, and is known by its id.
async fn a_confirmation_that_is_lost(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let ear = rabbit.listen(EXCHANGE).await;
    let proxy = FaultProxy::before(rabbit.address).await;
    let server = server(engine, rabbit.url_through(&proxy)).await;
    assert_eq!(kafka(&server).await, (200, "up".to_owned()));
    proxy.stall();
    let lena = pingtalk::person(&server, "Lena").await;
    let first = ear.next().await;
    server.abort().await;
    proxy.cut();
    proxy.heal();
    server.start_again().await;
    server.clock.advance(MINUTE);
    let second = ear.next().await;
    assert_eq!(first, second);
    assert_eq!(first.body["userId"], json!(lena.id));
}

async fn a_broker_that_is_killed(engine: Engine) {
    let rabbit = Rabbit::killable().await;
    let server = server(engine, rabbit.url()).await;
    let [lena, tom] = pingtalk::people(&server, ["Lena", "Tom"]).await;
    let name = "profile.auth.user.created";
    eventually("two events", async || rabbit.depth(name).await == 2).await;
    rabbit.kill();
    let kim = pingtalk::person(&server, "Kim").await;
    eventually("the end of health", async || kafka(&server).await == (503, "down".to_owned()))
        .await;
    rabbit.start_again();
    let (queue, mut told) = (rabbit.queue(name).await, BTreeSet::new());
    while told.len() < 3 {
        told.insert(queue.next().await.body["userId"].as_str().unwrap().to_owned());
    }
    assert_eq!(told, [lena.id, tom.id, kim.id].into(), "what it had confirmed it kept");
    eventually("health", async || kafka(&server).await == (200, "up".to_owned())).await;
}

/// Over TLS, whose certificate an authority signed that the operator named; and over no other.
async fn over_tls(engine: Engine) {
    let (rabbit, authority) = (Rabbit::start().await, Authority::new());
    let ear = rabbit.listen(EXCHANGE).await;
    let url = rabbit.url_behind_tls(&authority, "127.0.0.1").await;
    let server = TestServer::with(engine, |settings| {
        settings.broker.url = url.clone();
        settings.broker.ca_file = authority.file();
    })
    .await;
    let lena = pingtalk::person(&server, "Lena").await;
    assert_eq!(ear.next().await.body["userId"], json!(lena.id));

    let other = rabbit.url_behind_tls(&authority, "broker.example.org").await;
    for (url, ca_file) in [(url, Authority::new().file()), (other, authority.file())] {
        let server = TestServer::with(engine, |settings| {
            settings.broker.url = url;
            settings.broker.ca_file = ca_file;
        })
        .await;
        pingtalk::person(&server, "Tom").await;
        assert_eq!(kafka(&server).await.1, "down");
        assert_eq!(ear.now().await, None);
    }
}

/// The owner of a server that nobody has used yet.
async fn owner(server: &TestServer) -> User {
    let owner_link = server.owner_link();
    User::register_with(&server.http(), "root", |body| body.owner_link = owner_link).await
}

/// Waits until so many events are dead, while the clock goes on.
async fn dead(server: &TestServer, root: &User, many: usize) -> Vec<Job> {
    let listed = async || {
        let root = root.another_device().await;
        let filter = [("state", Some("dead".to_owned())), ("kind", Some("announce".to_owned()))];
        root.http.jobs(&filter, None, None).await.unwrap().items
    };
    eventually("events that were refused for good", async || {
        server.clock.advance(Duration::from_secs(10));
        tokio::time::sleep(Duration::from_millis(20)).await;
        listed().await.len() >= many
    })
    .await;
    listed().await
}

async fn what_is_refused_is_kept_for_people(engine: Engine) {
    let rabbit = Rabbit::start().await;
    let server = server(engine, rabbit.url()).await;
    let root = owner(&server).await;
    let [lena, tom] = pingtalk::people(&server, ["Lena", "Tom"]).await;
    let accepted = rabbit.queue("chat.request.accepted").await;
    eventually("the events so far", async || rabbit.depth("profile.auth.user.created").await == 3)
        .await;
    let full = rabbit.full_queue(EXCHANGE, "auth.user.created").await;
    let begun = server.clock.now();
    let [kim, dan] = pingtalk::people(&server, ["Kim", "Dan"]).await;
    pingtalk::connect(&lena, &tom).await;
    let told = accepted.next().await;
    assert_eq!(told.body["toUserId"], json!(tom.id), "nobody waits for what is refused to another");

    // What is about the same person waits for it.
    pingtalk::connect(&kim, &tom).await;
    let jobs = dead(&server, &root, 2).await;
    let took = jobs[0].died_at.unwrap().since(begun);
    assert!(took >= 15 * MINUTE, "after 5 and 10 minutes: {took:?}");
    assert!(
        jobs.iter().all(|job| job.attempts == 3 && job.error.as_ref().unwrap().contains("refused"))
    );
    let root = root.another_device().await;
    let input = root.http.job(jobs[0].id).await.unwrap().input.unwrap();
    assert_eq!(input, json!({ "what": "account_created", "account": kim.id }));
    assert_eq!(accepted.next().await.body["fromUserId"], json!(kim.id));

    full.next().await;
    root.http.retry_job(jobs[0].id).await.unwrap();
    root.http.discard_job(jobs[1].id).await.unwrap();
    let told = full.next().await;
    assert_eq!((told.id, &told.body["userId"]), (jobs[0].id.to_string(), &json!(kim.id)));
    let gone = async || root.http.jobs(&[], None, None).await.unwrap().items.is_empty();
    eventually("the end of all jobs", gone).await;
    assert_eq!(full.now().await, None, "what was thrown away is not told: {}", dan.id);
}

crate::mail::on_both! {
    a_broker_that_is_down_delays a_server_that_dies_before_it_could_tell a_confirmation_that_is_lost a_broker_that_is_killed
    what_is_refused_is_kept_for_people over_tls
}
