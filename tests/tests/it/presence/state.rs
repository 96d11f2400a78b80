//! How an account appears: connected or not, as it wishes, last seen when its last connection ended.

use super::{connect_as, next_presence, sees};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use serde_json::{Value, json};

both_engines! {
    async fn an_account_is_online_while_any_device_is(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let (mut adas, _) = ada.socket().await;
        let phone = bob.another_device().await;
        let ((first, _), (second, _)) = (bob.socket().await, phone.socket().await);
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Online);
        first.close().await;
        bob.http.set_presence(PresenceState::Busy).await.unwrap();
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Busy, "the second device was no news, nor the first's end");
        let before = server.clock.now();
        second.close().await;
        let gone = next_presence(&mut adas, &bob).await;
        assert_eq!(gone.state, PresenceState::Offline);
        // Over the wire times are milliseconds.
        assert!(gone.last_seen_at.is_some_and(|seen| seen.0 >= before.0 - 1_000_000), "{gone:?}");
        assert_eq!(ada.http.presence(&[bob.id()]).await.unwrap(), [gone]);

        server.restart().await;
        assert_eq!(ada.http.presence(&[bob.id()]).await.unwrap(), [gone], "and so after a restart");
        let (_back, _) = bob.socket().await;
        let now = ada.http.presence(&[bob.id()]).await.unwrap();
        assert_eq!(now, [Presence { account_id: bob.id(), state: PresenceState::Online, last_seen_at: None }]);
    }

    async fn a_reconnect_is_no_news(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let ((mut adas, _), (first, _)) = (ada.socket().await, connect_as(&bob, PresenceState::Away).await);
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Away);
        first.close().await;
        let (second, _) = bob.socket().await;
        assert_eq!(ada.http.presence(&[bob.id()]).await.unwrap()[0].state, PresenceState::Away, "as it was");
        second.close().await;
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Offline, "once, after the last");
        let (_third, _) = bob.socket().await;
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Online, "and then anew");
    }

    async fn one_appears_as_one_wishes(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let (mut adas, _) = ada.socket().await;
        let (socket, _) = connect_as(&bob, PresenceState::Busy).await;
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Busy);
        for state in [PresenceState::Away, PresenceState::Online, PresenceState::Busy] {
            socket.command::<_, Value>("presence", &json!({ "state": state })).await.unwrap();
            assert_eq!(next_presence(&mut adas, &bob).await.state, state);
        }
        bob.http.set_presence(PresenceState::Busy).await.unwrap();
        bob.http.set_presence(PresenceState::Away).await.unwrap();
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Away, "the same again is no news");
        let refused = bob.http.set_presence(PresenceState::Offline).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::Invalid));
        let refused = socket.command::<_, Value>("presence", &json!({ "state": "invisible" })).await.unwrap_err();
        assert_eq!(refused.code(), Some(Code::Invalid));
    }

    async fn without_a_connection_there_is_nothing_to_choose(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        bob.http.set_presence(PresenceState::Away).await.unwrap();
        let never = Presence { account_id: bob.id(), state: PresenceState::Offline, last_seen_at: None };
        assert_eq!(ada.http.presence(&[bob.id()]).await.unwrap(), [never]);
        assert_eq!(server.http().presence(&[bob.id()]).await.unwrap_err().code(), Some(Code::Unauthenticated));
    }

    async fn ending_every_session_takes_one_offline(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.direct(&bob).await;
        let (mut adas, _) = ada.socket().await;
        let (_socket, _) = bob.socket().await;
        sees(&mut adas, &bob, PresenceState::Online).await;
        bob.http.end_all_sessions().await.unwrap();
        assert!(sees(&mut adas, &bob, PresenceState::Offline).await.last_seen_at.is_some());
    }
}
