//! Refresh tokens: each works once, a lost answer may be asked for again, and a copy ends the session.

use super::refusal;
use chinwag_testkit::{TestServer, both_engines, client::Frame, soon, wire::*};
use futures_util::future::join_all;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(86_400);

both_engines! {
    async fn a_token_is_exchanged_for_the_next(server: TestServer) {
        let ada = server.user("ada").await;
        let next = ada.http.refresh(&ada.credentials.refresh_token).await.unwrap();
        assert_eq!((next.account.id, next.session_id), (ada.id(), ada.credentials.session_id));
        assert_ne!(next.refresh_token, ada.credentials.refresh_token);
        assert_eq!(server.http().with_token(&next.access_token).me().await.unwrap().id, ada.id());
        // The older access token lives until its own end.
        assert!(ada.http.me().await.is_ok());
        let third = server.http().refresh(&next.refresh_token).await.unwrap();
        assert!(![&next.refresh_token, &ada.credentials.refresh_token].contains(&&third.refresh_token));
    }

    async fn a_lost_answer_is_given_again_for_a_moment(server: TestServer) {
        let ada = server.user("ada").await;
        let first = ada.http.refresh(&ada.credentials.refresh_token).await.unwrap();
        server.clock.advance(Duration::from_secs(5));
        let again = ada.http.refresh(&ada.credentials.refresh_token).await.unwrap();
        assert_eq!(again.refresh_token, first.refresh_token);
        server.clock.advance(Duration::from_secs(6));
        assert_eq!(refusal(ada.http.refresh(&ada.credentials.refresh_token).await), Code::RefreshReused);
        assert_eq!(refusal(ada.http.refresh(&first.refresh_token).await), Code::SessionEnded);
    }

    async fn a_storm_of_the_same_token_is_one_step(server: TestServer) {
        let ada = server.user("ada").await;
        let mut token = ada.credentials.refresh_token.clone();
        for round in 0..5 {
            let answers = join_all((0..20).map(|_| ada.http.refresh(&token))).await;
            let mut next: Vec<_> = answers.into_iter().map(|answer| answer.unwrap().refresh_token).collect();
            next.dedup();
            assert_eq!(next.len(), 1, "round {round}");
            token = next.remove(0);
        }
    }

    async fn a_copied_token_ends_its_session_and_no_other(server: TestServer) {
        let ada = server.user("ada").await;
        let phone = ada.another_device().await;
        let (mut socket, _) = ada.socket().await;
        let stolen = ada.credentials.refresh_token.clone();
        let thief = server.http().refresh(&stolen).await.unwrap();
        let thief = server.http().refresh(&thief.refresh_token).await.unwrap();

        assert_eq!(refusal(ada.http.refresh(&stolen).await), Code::RefreshReused);
        let closed = soon("the end of the connection", async {
            loop {
                if let Some(Frame::Closed { code, .. }) = socket.next().await {
                    break code;
                }
            }
        });
        assert_eq!(closed.await, Some(Code::SessionEnded.close()));
        for token in [&thief.access_token, &ada.credentials.access_token] {
            assert_eq!(refusal(server.http().with_token(token).me().await), Code::SessionEnded);
        }
        assert_eq!(refusal(server.http().refresh(&thief.refresh_token).await), Code::SessionEnded);
        assert_eq!(refusal(server.http().refresh(&stolen).await), Code::SessionEnded);
        assert!(phone.http.me().await.is_ok());
        phone.refreshed().await;
    }

    async fn a_session_ends_when_it_is_left_alone_or_old(server: TestServer) {
        let [mut ada, bob] = server.users(["ada", "bob"]).await;
        let mut days = 0;
        while days < 78 {
            server.clock.advance(13 * DAY);
            ada = ada.refreshed().await;
            days += 13;
        }
        assert_eq!(refusal(bob.http.refresh(&bob.credentials.refresh_token).await), Code::SessionEnded, "fourteen days unused");
        server.clock.advance(13 * DAY);
        assert_eq!(refusal(ada.http.refresh(&ada.credentials.refresh_token).await), Code::SessionEnded, "ninety days at most");
    }

    async fn what_is_no_refresh_token_is_refused(server: TestServer) {
        let ada = server.user("ada").await;
        let token = &ada.credentials.refresh_token;
        let known_device = ada.credentials.known_device.clone().unwrap();
        let wrong = [String::new(), "cwr_".into(), token[..token.len() - 1].into(), format!("{token}A"), token.to_uppercase(), ada.credentials.access_token.clone(), known_device];
        for wrong in wrong {
            assert_eq!(refusal(ada.http.refresh(&wrong).await), Code::SessionEnded, "{wrong}");
        }
        ada.refreshed().await;
    }
}
