//! The two credentials: both are needed, they renew themselves, and never mix two people.

use super::{
    LATER, Pair, assert_cleared, assert_plain, claims, join, login, person, window::Window,
};
use crate::dialects::{Caller, Said};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;
use std::time::Duration;
use tokio::time::timeout;

/// Within which a session that ended closes its sockets.
const SOON: Duration = Duration::from_secs(2);

async fn refresh(caller: &Caller, pair: &Pair) -> Said {
    pair.on(caller).get("/api/refresh_credentials").await
}

fn mixed(access: &Pair, refresh: &Pair) -> Pair {
    Pair { access: access.access.clone(), refresh: refresh.refresh.clone() }
}

/// The same with another end.
fn forged(token: &str) -> String {
    let (rest, _) = token.rsplit_once('.').unwrap();
    format!("{rest}.{}", "A".repeat(43))
}

both_engines! {
    async fn both_are_needed(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        let (access, cookie) = (caller.with("authorization", pair.access.clone()), caller.with("cookie", format!("refresh={}", pair.refresh)));
        for half in [&caller, &access, &cookie, &access.with("cookie", "refresh="), &cookie.with("authorization", "Bearer ")] {
            assert_cleared(&half.get("/api/refresh_credentials").await);
            assert_cleared(&half.post("/api/change_password", json!({ "password": "waterwheel4" })).await);
            assert_cleared(&half.post("/api/logout", json!({})).await);
        }
        let said = refresh(&caller, &pair).await;
        assert_plain(&said, 200, "OK");
        assert!(Pair::found(&said).is_none() && said.header("set-cookie").is_none(), "not before it has expired");
    }

    async fn bad_ones_are_refused(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        let with = |access: &str, refresh: &str| Pair { access: access.to_owned(), refresh: refresh.to_owned() };
        for bad in [
            with("x", &pair.refresh),
            with(&forged(&pair.access), &pair.refresh),
            with(&pair.refresh, &pair.refresh),
            with(&pair.access, "x.y.z"),
            with(&pair.access, &forged(&pair.refresh)),
            with(&pair.access, &pair.access),
        ] {
            assert_cleared(&refresh(&caller, &bad).await);
        }
        assert_plain(&refresh(&caller, &pair).await, 200, "OK");
        server.clock.advance(LATER);
        assert_cleared(&refresh(&caller, &with(&forged(&pair.access), &pair.refresh)).await);
        assert_plain(&refresh(&caller, &pair).await, 200, "OK");
    }

    async fn identities_never_mix(server: TestServer) {
        let (mara, otto) = (join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await);
        let caller = Caller::of(&server);
        assert_cleared(&refresh(&caller, &mixed(&mara, &otto)).await);
        server.clock.advance(LATER);
        assert_cleared(&refresh(&caller, &mixed(&mara, &otto)).await);
        let said = refresh(&caller, &otto).await;
        let renewed = Pair::issued(&said);
        assert_eq!(claims(&renewed.access)["data"]["name"], "Otto Falk", "it was not used up");
        assert_cleared(&refresh(&caller, &mixed(&renewed, &mara)).await);
    }

    async fn what_the_token_says_is_read_anew(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let native = server.http().with_token(&pair.access);
        let change = serde_json::from_value(json!({ "first_name": "Maria", "last_name": "Falk" })).unwrap();
        native.update_profile(&change).await.unwrap();
        server.clock.advance(LATER);
        let renewed = Pair::issued(&refresh(&Caller::of(&server), &pair).await);
        assert_eq!(claims(&renewed.access)["data"]["name"], "Maria Falk");
    }

    async fn any_call_renews_and_has_its_own_outcome(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        server.clock.advance(LATER);
        let said = pair.on(&caller).post("/api/change_password", json!({ "password": "short" })).await;
        assert_plain(&said, 400, "Bad Request");
        let renewed = Pair::issued(&said);
        assert_ne!(renewed, pair);
        server.clock.advance(LATER);
        let said = renewed.on(&caller).post("/api/change_password", json!({ "password": "waterwheel4" })).await;
        assert_plain(&said, 200, "OK");
        let renewed = Pair::issued(&said);
        assert_eq!(said.headers.get_all("set-cookie").iter().count(), 1);
        server.clock.advance(LATER);
        let said = refresh(&caller, &renewed).await;
        assert_plain(&said, 200, "OK");
        let renewed = Pair::issued(&said);
        let said = refresh(&caller, &renewed).await;
        assert!(said.status == 200 && Pair::found(&said).is_none());
    }

    async fn calls_side_by_side_all_succeed(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        server.clock.advance(LATER);
        let calls = (0..8).map(|_| {
            let (caller, pair) = (caller.clone(), pair.clone());
            tokio::spawn(async move { refresh(&caller, &pair).await })
        });
        let mut pairs = Vec::new();
        for call in calls.collect::<Vec<_>>() {
            let said = call.await.unwrap();
            assert_plain(&said, 200, "OK");
            pairs.push(Pair::issued(&said));
        }
        server.clock.advance(LATER);
        for pair in &pairs {
            assert_plain(&refresh(&caller, pair).await, 200, "OK");
        }
        let other = pairs.iter().filter(|other| other.refresh == pairs[0].refresh);
        assert_eq!(other.count(), 1, "each its own");
    }

    async fn a_spent_token_works_for_half_a_minute(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        server.clock.advance(LATER);
        let first = Pair::issued(&refresh(&caller, &pair).await);
        server.clock.advance(Duration::from_secs(15));
        let second = Pair::issued(&refresh(&caller, &pair).await);
        for pair in [&first, &second] {
            assert_plain(&refresh(&caller, pair).await, 200, "OK");
        }
        server.clock.advance(Duration::from_secs(16));
        assert_cleared(&refresh(&caller, &pair).await);
        for pair in [&first, &second] {
            assert_cleared(&refresh(&caller, pair).await);
        }
    }

    async fn a_copied_token_ends_the_sockets_of_its_session(server: TestServer) {
        let (mara, otto) = (join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await);
        let caller = Caller::of(&server);
        let mut windows = [Window::signed_in(&server, &mara).await, Window::signed_in(&server, &mara).await];
        let mut neighbour = Window::signed_in(&server, &otto).await;
        server.clock.advance(LATER);
        Pair::issued(&refresh(&caller, &mara).await);
        server.clock.advance(Duration::from_secs(31));
        assert!(windows[0].all().await.is_empty(), "it goes on");
        assert_cleared(&refresh(&caller, &mara).await);
        for window in &mut windows {
            assert_eq!(timeout(SOON, window.ended()).await.expect("at once"), Some(1008));
        }
        neighbour.counts(1, 0).await;
        assert!(neighbour.all().await.is_empty());
    }

    async fn a_session_lives_for_a_month_from_its_last_use(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        const DAY: Duration = Duration::from_secs(24 * 60 * 60);
        server.clock.advance(29 * DAY);
        let renewed = Pair::issued(&refresh(&caller, &pair).await);
        server.clock.advance(29 * DAY);
        let renewed = Pair::issued(&refresh(&caller, &renewed).await);
        server.clock.advance(30 * DAY);
        assert_cleared(&refresh(&caller, &renewed).await);
    }

    async fn over_tls_before_a_trusted_proxy_too(server: TestServer) with |settings| settings.http.trusted_proxies = vec!["127.0.0.1".to_owned()] => {
        let pair = join(&server, "Mara", "Quist").await;
        let caller = Caller::of(&server);
        let proxied = caller.with("x-forwarded-proto", "https").with("x-forwarded-for", "203.0.113.9");
        server.clock.advance(LATER);
        for said in [login(&proxied, "mara@example.org", "windmill9").await, pair.on(&proxied).get("/api/refresh_credentials").await] {
            assert!(said.header("set-cookie").unwrap().ends_with("; SameSite=Strict; Secure"), "{said:?}");
        }
        let plain = login(&caller, "mara@example.org", "windmill9").await;
        assert!(plain.header("set-cookie").unwrap().ends_with("; SameSite=Strict"), "{plain:?}");
    }

    async fn who_is_no_trusted_proxy_is_not_believed(server: TestServer) {
        join(&server, "Mara", "Quist").await;
        let said = login(&Caller::of(&server).with("x-forwarded-proto", "https"), "mara@example.org", "windmill9").await;
        assert!(said.header("set-cookie").unwrap().ends_with("; SameSite=Strict"), "{said:?}");
    }

    async fn over_tls_the_cookie_is_secure(server: TestServer) with |settings| settings.http.public_url = "https://chat.example.org".to_owned() => {
        let caller = Caller::of(&server);
        assert_eq!(caller.post("/api/register", person("Mara", "Quist")).await.status, 200);
        let said = login(&caller, "mara@example.org", "windmill9").await;
        let cookie = said.header("set-cookie").unwrap();
        assert!(cookie.ends_with("; Max-Age=2592000; Path=/; HttpOnly; SameSite=Strict; Secure"), "{cookie}");
    }
}
