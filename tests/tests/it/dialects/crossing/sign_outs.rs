//! Signing out and another password: a session ends for everybody at once, and with it its sockets, and no other.

use super::{
    PASSWORD,
    open::{ends, native_ends, page_ends},
    person::{EVERYWHERE, Person, sign_ins},
};
use crate::dialects::{
    Caller,
    live_chat::{Pair, assert_plain, window::Window},
    room_chat::{join, say, until},
    speaker::{Entered, Speaker},
};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use serde_json::json;

const NEW: &str = "Lantern!42";

/// Nothing lets them in any more with what they had.
async fn all_is_over(server: &TestServer, lena: &Person) {
    assert_eq!(lena.known(server).await, [""; 0]);
    let mut app = Speaker::open(server.address, "/socket.io/", "").await;
    let refused = app.enter(Some(json!({ "token": lena.app_token }))).await;
    assert_eq!(refused, Entered::Refused(json!({ "message": "Invalid token" })));
    let cookie = format!("Cookie: token={}\r\n", lena.ping.token);
    let mut ping = Speaker::open_with(server.address, "/chat/socket.io/", "", &cookie).await;
    let refused = json!({ "message": "Unauthorized - Invalid or expired token" });
    assert_eq!(ping.enter(None).await, Entered::Refused(refused));
    let mut page = Window::open(server).await;
    page.auth(&lena.pair.access).await;
    assert_eq!(page.all().await, ["refresh"]);
}

/// Whoever sits there is heard still.
async fn goes_on(room: &mut Speaker) {
    join(room, "porch").await;
    say(room, "porch", "still here").await;
    until(room, "porch", "still here").await;
}

/// The old password is worth nothing in any dialect, and the new one opens all.
async fn only_the_new_one_is_good(server: &TestServer, username: &str) -> Person {
    let statuses = sign_ins(server, username, PASSWORD).await.map(|said| said.status);
    assert_eq!(statuses, [200, 401, 401, 400, 401]);
    Person::enter(server, username, NEW).await
}

both_engines! {
    async fn out_of_everything(server: TestServer) {
        let (lena, tom) = (Person::register(&server, "lena").await, Person::register(&server, "tom").await);
        let mut hers = lena.open(&server, None).await;
        assert_eq!(lena.known(&server).await, EVERYWHERE);
        lena.native.http.end_all_sessions().await.unwrap();
        hers.all_end().await;
        all_is_over(&server, &lena).await;
        assert_eq!(tom.known(&server).await, EVERYWHERE);
        assert_eq!(Person::enter(&server, "lena", PASSWORD).await.known(&server).await, EVERYWHERE);
    }

    async fn each_session_for_itself(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let mut hers = lena.open(&server, None).await;
        let out = lena.service.post("/auth/signout", json!({})).await;
        assert_eq!(out.at("status"), (200, json!("succeeded")));
        assert_eq!(lena.known(&server).await, ["native", "messaging-app", "room-chat", "live-chat", "pingtalk"]);
        assert_eq!(lena.app.post("/auth/logout", json!({})).await.status, 200);
        ends(&mut hers.app).await;
        assert_eq!(lena.known(&server).await, ["native", "room-chat", "live-chat", "pingtalk"]);
        assert_plain(&lena.page.post("/api/logout", json!({})).await, 200, "OK");
        page_ends(&mut hers.page).await;
        assert_eq!(lena.known(&server).await, ["native", "room-chat", "pingtalk"]);
        hers.ping.emit("joinChat", &[json!({ "chatId": "none" })]).await;
        assert_eq!(hers.ping.hear("error").await, "Chat not found", "this one goes on");
        assert_eq!(lena.ping.caller.post("/auth/logout", json!({})).await.status, 200);
        ends(&mut hers.ping).await;
        assert_eq!(lena.known(&server).await, ["native", "room-chat"]);
        let list = frame::ListConversations::default();
        hers.native.command::<_, ConversationPage>("conversations", &list).await.unwrap();
        lena.native.http.sign_out().await.unwrap();
        native_ends(&mut hers.native).await;
        assert_eq!(lena.known(&server).await, ["room-chat"]);
        goes_on(&mut hers.room).await;
        server.http().with_token(&lena.room_token).sign_out().await.unwrap();
        ends(&mut hers.room).await;
        assert_eq!(lena.known(&server).await, [""; 0]);
    }

    async fn whatever_is_shown_at_the_door_is_revoked(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let mut hers = lena.open(&server, None).await;
        let both = lena.ping.caller.with("authorization", format!("Bearer {}", lena.app_token));
        let out = both.post("/auth/logout", json!({})).await;
        assert_eq!(out.json(), json!({ "success": true, "message": "Logged out successfully" }));
        ends(&mut hers.app).await;
        ends(&mut hers.ping).await;
        goes_on(&mut hers.room).await;
        assert_eq!(lena.known(&server).await, ["native", "messaging-service", "room-chat", "live-chat"]);
    }

    async fn a_session_that_is_ended_from_the_list(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let mut hers = lena.open(&server, None).await;
        let sessions = lena.native.http.sessions().await.unwrap();
        assert_eq!(sessions.len(), EVERYWHERE.len() + 1, "that of the registration too");
        for session in sessions.iter().filter(|session| !session.current) {
            lena.native.http.end_session(session.id).await.unwrap();
        }
        ends(&mut hers.app).await;
        ends(&mut hers.room).await;
        page_ends(&mut hers.page).await;
        ends(&mut hers.ping).await;
        assert_eq!(lena.known(&server).await, ["native"]);
    }

    async fn another_password_natively(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let mut hers = lena.open(&server, None).await;
        let body = ChangePassword { current_password: PASSWORD.to_owned(), new_password: NEW.to_owned() };
        lena.native.http.change_password(&body).await.unwrap();
        ends(&mut hers.app).await;
        ends(&mut hers.room).await;
        page_ends(&mut hers.page).await;
        ends(&mut hers.ping).await;
        assert_eq!(lena.known(&server).await, ["native"]);
        let again = only_the_new_one_is_good(&server, "lena").await;
        assert_eq!(again.known(&server).await, EVERYWHERE);
    }

    async fn another_password_in_pingtalk(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let mut hers = lena.open(&server, None).await;
        let body = json!({ "oldPassword": PASSWORD, "newPassword": NEW });
        assert_eq!(lena.ping.caller.patch("/auth/changePassword", body).await.status, 200);
        hers.all_end().await;
        all_is_over(&server, &lena).await;
        only_the_new_one_is_good(&server, "lena").await;
    }

    async fn another_password_in_live_chat(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        let mut hers = lena.open(&server, None).await;
        let said = lena.page.post("/api/change_password", json!({ "password": NEW })).await;
        assert_plain(&said, 200, "OK");
        native_ends(&mut hers.native).await;
        ends(&mut hers.app).await;
        ends(&mut hers.room).await;
        ends(&mut hers.ping).await;
        assert!(hers.page.all().await.is_empty(), "this one goes on");
        let renewed = Person { page: Pair::issued(&said).on(&Caller::of(&server)), ..lena };
        assert_eq!(renewed.known(&server).await, ["live-chat"]);
        only_the_new_one_is_good(&server, "lena").await;
    }

    /// The keys are kept, and the sessions: cookies, tokens and refresh tokens of every dialect.
    async fn nothing_ends_with_the_process(server: TestServer) {
        let lena = Person::register(&server, "lena").await;
        server.restart().await;
        assert_eq!(lena.known(&server).await, EVERYWHERE);
        lena.native.http.end_all_sessions().await.unwrap();
        server.restart().await;
        assert_eq!(lena.known(&server).await, [""; 0], "nor does anything come back with it");
    }
}
