//! A session that ends takes its connections with it, at once.

use super::{closed, connected, next_event, next_message};
use chinwag_testkit::{
    TestServer, User, both_engines,
    client::{Item, Socket},
    eventually, soon,
    wire::*,
};
use std::time::{Duration, Instant};

/// The connection ends within a second with the code that says why.
async fn ends_at_once(socket: &mut Socket) {
    let since = Instant::now();
    assert_eq!(closed(socket).await, Some(Code::SessionEnded.close()));
    assert!(since.elapsed() < Duration::from_secs(1), "{:?}", since.elapsed());
}

async fn change_password(user: &User) {
    let current_password = user.password().to_owned();
    let body =
        ChangePassword { current_password, new_password: "an entirely different horse".into() };
    user.http.change_password(&body).await.unwrap();
}

both_engines! {
    async fn signing_out_closes_the_connections_of_this_session_only(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let phone = bob.another_device().await;
        let ((mut here, _), (mut here_too, _), (mut there, _)) = (bob.socket().await, bob.socket().await, phone.socket().await);
        bob.http.sign_out().await.unwrap();
        ends_at_once(&mut here).await;
        ends_at_once(&mut here_too).await;
        let sent = ada.say(id, "who is there?").await;
        assert_eq!(next_message(&mut there).await.seq, sent.seq);
        assert_eq!(bob.http.me().await.unwrap_err().code(), Some(Code::SessionEnded));
    }

    async fn ending_a_session_from_another_device_closes_it(server: TestServer) {
        let bob = server.user("bob").await;
        let phone = bob.another_device().await;
        let (mut lost, _) = phone.socket().await;
        bob.http.end_session(phone.credentials.session_id).await.unwrap();
        ends_at_once(&mut lost).await;
    }

    async fn ending_all_sessions_closes_everything(server: TestServer) {
        let bob = server.user("bob").await;
        let phone = bob.another_device().await;
        let ((mut here, _), (mut there, _)) = (bob.socket().await, phone.socket().await);
        bob.http.end_all_sessions().await.unwrap();
        ends_at_once(&mut here).await;
        ends_at_once(&mut there).await;
    }

    async fn a_new_password_closes_the_other_devices(server: TestServer) {
        let bob = server.user("bob").await;
        let thief = bob.another_device().await;
        let ((here, _), (mut there, _)) = (bob.socket().await, thief.socket().await);
        change_password(&bob).await;
        ends_at_once(&mut there).await;
        let list = frame::ListConversations::default();
        here.command::<_, ConversationPage>("conversations", &list).await.unwrap();
    }

    /// The access token ends while the client is connected: it obtains the next one and comes back by itself.
    async fn a_client_stays_signed_in(server: TestServer) with |settings| settings.live.heartbeat_seconds = 1 => {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let (client, mut events) = bob.client();
        connected(&mut events).await;
        let first = client.credentials().unwrap();
        server.clock.advance(Duration::from_secs(11 * 60));
        let ada = ada.refreshed().await;
        let id = ada.direct(&bob).await;
        let sent = client.send(id, Content::Text("still here".into())).await.unwrap();
        ada.say(id, "good").await;
        assert_eq!(sent.seq, 1);
        while next_event(&mut events).await.rev != Some(ada.http.conversation(id).await.unwrap().last_rev) {}
        eventually("the next credentials", async || client.credentials().unwrap().refresh_token != first.refresh_token).await;
        // And so after a restart, when the old access token is long over.
        server.clock.advance(Duration::from_secs(11 * 60));
        server.restart().await;
        assert_eq!(client.send(id, Content::Text("and still".into())).await.unwrap().seq, 3);
    }

    async fn a_client_whose_session_ended_gives_up_and_says_why(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let id = ada.direct(&bob).await;
        let (client, mut events) = bob.client();
        connected(&mut events).await;
        bob.http.sign_out().await.unwrap();
        let why = soon("the end", async {
            loop {
                if let Item::Ended(error) = events.next().await.unwrap() {
                    break error;
                }
            }
        });
        assert!(why.await.to_string().contains("4502"));
        assert!(client.send(id, Content::Text("too late".into())).await.is_err());
        assert_eq!(ada.history(id).await, []);
    }
}
