//! Who is at the other end of a socket, how many there are, and how sockets end.

use super::{LATER, Pair, again, assert_plain, join, window::Window};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines, wire::websocket::Incoming};
use serde_json::json;
use std::time::{Duration, Instant};

const ENDED: u16 = 1008;

both_engines! {
    async fn only_a_token_of_ours_signs_in(server: TestServer) {
        let pair = join(&server, "Mara", "Quist").await;
        let mut window = Window::open(&server).await;
        let (rest, _) = pair.access.rsplit_once('.').unwrap();
        for bad in ["", "x", "a.b.c", &format!("{rest}.{}", "A".repeat(43)), &pair.refresh] {
            window.auth(bad).await;
            assert!(window.all().await.is_empty(), "nothing at all for {bad}");
        }
        window.say(&json!({ "type": "auth" })).await;
        window.say(&json!({ "type": "auth", "content": null })).await;
        assert!(window.all().await.is_empty());
        window.auth(&pair.access).await;
        assert_eq!(window.all().await, ["auth", "signed_in"]);
        window.counts(1, 0).await;
        window.auth("x").await;
        window.auth(&format!("Bearer {}", pair.access)).await;
        assert_eq!(window.all().await, ["auth", "signed_in"]);
        window.send("as before", "").await;
        assert_eq!(window.hear("message").await["name"], "Mara Quist");
        server.clock.advance(LATER);
        window.auth(&pair.access).await;
        assert_eq!(window.all().await, ["refresh"]);
        window.send("still", "").await;
        assert_eq!(window.hear("message").await["name"], "Mara Quist", "bound to the session, not to the token");
    }

    async fn an_ended_token_asks_for_a_refresh(server: TestServer) {
        let (pair, other) = (join(&server, "Mara", "Quist").await, again(&server, "Mara").await);
        let caller = Caller::of(&server);
        assert_plain(&other.on(&caller).post("/api/logout", json!({})).await, 200, "OK");
        let mut window = Window::open(&server).await;
        window.auth(&other.access).await;
        assert_eq!(window.hear("refresh").await, json!({ "type": "refresh", "content": "", "subject": "" }));
        server.clock.advance(LATER);
        window.auth(&pair.access).await;
        window.hear("refresh").await;
        let renewed = Pair::issued(&pair.on(&caller).get("/api/refresh_credentials").await);
        window.auth(&renewed.access).await;
        assert_eq!(window.all().await, ["auth", "signed_in"]);
    }

    async fn counts_are_of_accounts_and_of_guests(server: TestServer) {
        let (mara, otto) = (join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await);
        let mut watch = Window::open(&server).await;
        watch.counts(0, 1).await;
        let mut first = Window::signed_in(&server, &mara).await;
        watch.counts(1, 1).await;
        let mut second = Window::signed_in(&server, &again(&server, "Mara").await).await;
        let third = Window::open(&server).await;
        watch.counts(1, 2).await;
        second.auth(&mara.access).await;
        second.hear("signed_in").await;
        second.auth(&otto.access).await;
        watch.counts(2, 2).await;
        second.send("as another", "").await;
        assert_eq!(watch.hear("message").await["name"], "Otto Falk");
        second.auth("x").await;
        drop((first.socket, third));
        watch.counts(1, 1).await;
        first = Window::signed_in(&server, &mara).await;
        watch.counts(2, 1).await;
        first.counts(2, 1).await;
        drop(second);
        watch.counts(1, 1).await;
        let mut fresh = Window::open(&server).await;
        fresh.counts(1, 2).await;
    }

    async fn counts_are_told_within_a_quarter_of_a_second(server: TestServer) {
        let mut watch = Window::open(&server).await;
        watch.counts(0, 1).await;
        // Of several, because the machine may be busy.
        let (mut took, mut windows) = (Vec::new(), Vec::new());
        for guests in 2..8 {
            let opened = Instant::now();
            windows.push(Window::open(&server).await);
            watch.counts(0, guests).await;
            took.push(opened.elapsed());
        }
        assert!(took.iter().min() <= Some(&Duration::from_millis(250)), "{took:?}");
    }

    async fn a_session_has_as_many_windows_as_it_likes(server: TestServer) with |settings| settings.live.connections_per_session = 2 => {
        let mara = join(&server, "Mara", "Quist").await;
        let mut windows = Vec::new();
        for _ in 0..12 {
            windows.push(Window::signed_in(&server, &mara).await);
        }
        windows[11].send("from the last", "").await;
        windows[0].hear("message").await;
        windows[0].counts(1, 0).await;
    }

    async fn changing_identity_misses_and_repeats_nothing(server: TestServer) {
        let people = [join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await];
        let (mut sender, mut window) = (Window::signed_in(&server, &people[0]).await, Window::open(&server).await);
        let sending = tokio::spawn(async move {
            for number in 0..100 {
                sender.send(&number.to_string(), "").await;
                sender.hear("message").await;
            }
        });
        let mut heard = Vec::new();
        while heard.len() < 100 {
            window.auth(&people[heard.len() % 2].access).await;
            heard.push(window.hear("message").await["message"].as_str().unwrap().to_owned());
        }
        sending.await.unwrap();
        assert_eq!(heard, (0..100).map(|number| number.to_string()).collect::<Vec<_>>());
    }

    async fn counts_are_right_again_after_a_crash(server: TestServer) {
        let (mara, otto) = (join(&server, "Mara", "Quist").await, join(&server, "Otto", "Falk").await);
        let mut before = [Window::signed_in(&server, &mara).await, Window::signed_in(&server, &otto).await, Window::open(&server).await];
        before[2].counts(2, 1).await;
        server.abort().await;
        server.start_again().await;
        let mut back = Window::signed_in(&server, &mara).await;
        back.counts(1, 0).await;
        let mut guest = Window::open(&server).await;
        guest.counts(1, 1).await;
    }

    async fn an_ended_session_ends_its_sockets(server: TestServer) {
        let (mara, other, otto) = (join(&server, "Mara", "Quist").await, again(&server, "Mara").await, join(&server, "Otto", "Falk").await);
        let caller = Caller::of(&server);
        let mut windows = [Window::signed_in(&server, &mara).await, Window::signed_in(&server, &mara).await];
        let mut elsewhere = Window::signed_in(&server, &other).await;
        let mut neighbour = Window::signed_in(&server, &otto).await;
        assert_plain(&mara.on(&caller).post("/api/change_password", json!({ "password": "waterwheel4" })).await, 200, "OK");
        assert_eq!(elsewhere.ended().await, Some(ENDED));
        windows[0].send("goes on", "").await;
        let last = windows[0].hear("message").await;
        assert_eq!(neighbour.hear("message").await, last);
        neighbour.counts(2, 0).await;
        assert_plain(&mara.on(&caller).post("/api/logout", json!({})).await, 200, "OK");
        for window in &mut windows {
            assert_eq!(window.ended().await, Some(ENDED));
        }
        neighbour.counts(1, 0).await;
        assert!(neighbour.all().await.is_empty(), "it goes on");
    }

    async fn a_frame_that_is_none_ends_its_own_socket(server: TestServer) {
        let mara = join(&server, "Mara", "Quist").await;
        let mut neighbour = Window::signed_in(&server, &mara).await;
        for frame in ["", "x", "[]", "\"ping\"", "7", "true", "[{\"type\":\"ping\"}]", r#"{"type":7}"#, r#"{"type":"ping","content":{}}"#, r#"{"subject":[]}"#, r#"{"type":"ping"} x"#] {
            let mut window = Window::open(&server).await;
            window.socket.text(frame.as_bytes()).await;
            assert_eq!(window.ended().await, Some(1007), "{frame}");
            let mut window = Window::open(&server).await;
            window.say_binary(frame.as_bytes()).await;
            assert_eq!(window.ended().await, Some(1007), "{frame}");
        }
        let mut window = Window::open(&server).await;
        window.socket.text(b"{\"type\":\"\xff\"}").await;
        assert_eq!(window.ended().await, Some(1007), "no UTF-8");
        let mut window = Window::open(&server).await;
        window.socket.text(format!(r#"{{"x":"{}"}}"#, "x".repeat(1_000_000)).as_bytes()).await;
        assert_eq!(window.ended().await, Some(1009), "too large");
        let mut window = Window::open(&server).await;
        let deep = format!(r#"{{"x":{}{}}}"#, "[".repeat(200_000), "]".repeat(200_000));
        for ignored in ["null", "{}", r#"{"type":null}"#, r#"{"type":"dance"}"#, r#"{"type":"constructor","content":"x"}"#, &deep] {
            window.socket.text(ignored.as_bytes()).await;
        }
        assert!(window.all().await.is_empty(), "passed over");
        assert!(neighbour.all().await.is_empty());
        neighbour.counts(1, 1).await;
    }

    async fn who_is_silent_is_given_up(server: TestServer) with |settings| settings.dialects.live_chat.heartbeat_seconds = 2 => {
        let mut lively = Window::open(&server).await;
        let mut silent = Window::open(&server).await;
        silent.fall_silent();
        lively.counts(0, 2).await;
        let hearing = tokio::spawn(async move {
            lively.counts(0, 1).await;
            assert!(lively.all().await.is_empty(), "who answers pings stays");
        });
        // Said between two beats, as the answer to a ping is.
        while !matches!(silent.socket.next().await, Some(Incoming::Ping(_))) {}
        silent.say(&json!({ "type": "ping" })).await;
        let (last, mut pings) = (Instant::now(), 0);
        let code = loop {
            match silent.socket.next().await {
                Some(Incoming::Ping(_)) => pings += 1,
                Some(Incoming::Close { code, .. }) => break code,
                Some(_) => {}
                None => panic!("it is said why"),
            }
        };
        assert!(pings >= 2 && code == Some(1001), "{pings} {code:?}");
        let silence = last.elapsed().as_secs_f32();
        assert!((5.9..7.5).contains(&silence), "after three beats, not at the fourth: {silence}");
        hearing.await.unwrap();
    }

    async fn a_slow_reader_costs_nobody_else(server: TestServer) with |settings| settings.live.outbox_kib = 256 => {
        let mara = join(&server, "Mara", "Quist").await;
        let (mut sender, mut neighbour) = (Window::signed_in(&server, &mara).await, Window::open(&server).await);
        let mut slow = Window::open(&server).await;
        neighbour.counts(1, 2).await;
        let text = "x".repeat(60_000);
        for number in 0..240 {
            sender.send(&text, &number.to_string()).await;
            assert_eq!(sender.hear("message").await["subject"], number.to_string());
            assert_eq!(neighbour.hear("message").await["subject"], number.to_string());
        }
        let mut heard = 0;
        while slow.text().await.is_some() {
            heard += 1;
        }
        assert!(heard < 240, "it was closed, alone");
        neighbour.counts(1, 1).await;
    }

    async fn frames_beyond_the_pace_are_dropped_and_pings_are_not(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let mut window = Window::open(&server).await;
        for _ in 0..5 {
            window.say(&json!({ "type": "ping" })).await;
        }
        for _ in 0..5 {
            window.hear("pong").await;
        }
        for _ in 0..1_000 {
            window.send("as a guest", "").await;
        }
        let failed = window.all().await.iter().filter(|kind| *kind == "message_failed").count();
        assert!((100..1_000).contains(&failed), "{failed}");
    }

    async fn the_end_of_the_server_is_said(server: TestServer) {
        let mara = join(&server, "Mara", "Quist").await;
        let mut windows = [Window::signed_in(&server, &mara).await, Window::open(&server).await];
        let stopping = { let server = server.clone(); tokio::spawn(async move { server.stop().await }) };
        for window in &mut windows {
            assert_eq!(window.ended().await, Some(1001));
        }
        stopping.await.unwrap();
    }

    async fn only_as_a_websocket(server: TestServer) {
        let said = Caller::of(&server).get("/ws/chat").await;
        assert_plain(&said, 426, "Upgrade Required");
        assert_eq!(said.header("upgrade"), Some("websocket"));
        assert_plain(&Caller::of(&server).post("/ws/chat", json!({})).await, 405, "Method not allowed");
    }

    async fn a_session_that_runs_out_ends_its_sockets(server: TestServer) with |settings| settings.dialects.live_chat.heartbeat_seconds = 1 => {
        let mara = join(&server, "Mara", "Quist").await;
        let mut window = Window::signed_in(&server, &mara).await;
        server.clock.advance(Duration::from_secs(31 * 24 * 60 * 60));
        assert_eq!(window.ended().await, Some(ENDED));
    }
}
