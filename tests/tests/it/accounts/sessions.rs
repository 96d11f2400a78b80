//! Sessions: where one is signed in can be seen and ended, one's own only.

use super::{refusal, sign_in};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use uuid::Uuid;

async fn ids(user: &User) -> Vec<SessionId> {
    user.http.sessions().await.unwrap().iter().map(|session| session.id).collect()
}

both_engines! {
    async fn each_device_is_listed(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let body = SignIn { device: Some("phone".into()), ..sign_in("ada", ada.password()) };
        let phone = server.http().sign_in(&body).await.unwrap();
        let sessions = ada.http.sessions().await.unwrap();
        let [second, first] = &sessions[..] else { panic!("{sessions:?}") };
        assert_eq!((first.id, first.current, first.device.as_deref()), (ada.credentials.session_id, true, None));
        assert_eq!((second.id, second.current, second.device.as_deref()), (phone.session_id, false, Some("phone")));
        assert!(sessions.iter().all(|session| session.address == "127.0.0.1" && session.expires_at > session.used_at));
        assert_eq!(ids(&bob).await, [bob.credentials.session_id], "one's own only");

        ada.refreshed().await;
        assert_eq!(ids(&ada).await, [first.id, second.id], "the one used last comes first");
    }

    async fn one_ends_where_the_owner_says(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let phone = ada.another_device().await;
        let unknown = SessionId(Uuid::from_u128(phone.credentials.session_id.0.as_u128() ^ 1));
        for foreign in [bob.credentials.session_id, unknown] {
            assert_eq!(refusal(ada.http.end_session(foreign).await), Code::SessionNotFound);
        }
        assert!(bob.http.me().await.is_ok());

        ada.http.end_session(phone.credentials.session_id).await.unwrap();
        assert_eq!(refusal(phone.http.me().await), Code::SessionEnded);
        assert_eq!(refusal(phone.http.refresh(&phone.credentials.refresh_token).await), Code::SessionEnded);
        assert_eq!(ids(&ada).await, [ada.credentials.session_id]);
        assert_eq!(refusal(ada.http.end_session(phone.credentials.session_id).await), Code::SessionNotFound);
    }

    async fn signing_out_everywhere_ends_all_of_them(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let phone = ada.another_device().await;
        ada.http.end_all_sessions().await.unwrap();
        for device in [&ada, &phone] {
            assert_eq!(refusal(device.http.me().await), Code::SessionEnded);
            assert_eq!(refusal(server.http().refresh(&device.credentials.refresh_token).await), Code::SessionEnded);
        }
        assert!(bob.http.me().await.is_ok());
        // And so after a restart, when nothing is remembered but what is stored.
        server.restart().await;
        assert_eq!(refusal(phone.http.me().await), Code::SessionEnded);
        assert_eq!(ids(&ada.another_device().await).await.len(), 1);
    }
}
