//! Who sees whom: those who share a direct conversation or group, for as long as they do. Rooms make nobody
//! visible.

use super::{next_presence, presence_of, sees};
use crate::listening::heard_until;
use chinwag_testkit::{TestServer, User, both_engines, wire::*};

/// Whom the answer names, over HTTP and on connecting.
async fn visible(user: &User, others: &[&User]) -> (Vec<AccountId>, Vec<AccountId>) {
    let ids: Vec<_> = others.iter().map(|other| other.id()).collect();
    let asked = user.http.presence(&ids).await.unwrap();
    let mut told: Vec<_> =
        user.socket().await.1.presence.iter().map(|presence| presence.account_id).collect();
    told.sort();
    (asked.iter().map(|presence| presence.account_id).collect(), told)
}

both_engines! {
    async fn those_who_share_a_direct_conversation_or_group_see_each_other(server: TestServer) {
        let [ada, bob, cleo, dan, eve] = server.users(["ada", "bob", "cleo", "dan", "eve"]).await;
        ada.direct(&bob).await;
        ada.group("tea", &[&cleo]).await;
        let room = ada.room("lobby", true).await;
        dan.http.join(room).await.unwrap();
        let mut sockets = Vec::new();
        for user in [&bob, &cleo, &dan, &eve] {
            sockets.push(user.socket().await.0);
        }
        let mut expected = vec![bob.id(), cleo.id()];
        expected.sort();
        assert_eq!(visible(&ada, &[&bob, &cleo, &dan, &eve]).await, (vec![bob.id(), cleo.id()], expected));
        assert_eq!(visible(&dan, &[&ada, &bob]).await, (vec![], vec![]));
        assert_eq!(visible(&bob, &[&ada, &cleo]).await.0, [ada.id()], "not those of whom one shares a friend");

        let (_adas, _) = ada.socket().await;
        ada.http.set_presence(PresenceState::Away).await.unwrap();
        ada.say(room, "done").await;
        let [bobs, cleos, dans, _] = &mut sockets[..] else { unreachable!() };
        sees(bobs, &ada, PresenceState::Away).await;
        sees(cleos, &ada, PresenceState::Away).await;
        let by_dan = heard_until(dans, "done").await;
        assert!(by_dan.iter().all(|event| presence_of(event, ada.id()).is_none()), "{by_dan:?}");
    }

    async fn it_lasts_as_long_as_they_share_something(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let aside = cleo.direct(&ada).await;
        let ((mut adas, _), (_bobs, _)) = (ada.socket().await, bob.socket().await);
        assert_eq!(visible(&ada, &[&bob]).await.0, []);
        let id = ada.group("tea", &[&bob]).await;
        assert_eq!(next_presence(&mut adas, &bob).await.state, PresenceState::Online, "those who meet see each other");
        assert_eq!(visible(&ada, &[&bob]).await.0, [bob.id()]);

        ada.http.remove_member(id, bob.id()).await.unwrap();
        bob.http.set_presence(PresenceState::Busy).await.unwrap();
        cleo.say(aside, "done").await;
        let heard = heard_until(&mut adas, "done").await;
        let states = heard.iter().filter_map(|event| presence_of(event, bob.id()));
        assert!(states.into_iter().all(|presence| presence.state != PresenceState::Busy), "{heard:?}");
        assert_eq!(visible(&ada, &[&bob]).await.0, []);
        assert_eq!(visible(&bob, &[&ada]).await.0, []);
    }

    async fn the_question_is_bounded(server: TestServer) {
        let ada = server.user("ada").await;
        let strangers: Vec<_> = (0..201).map(|n| AccountId(uuid::Uuid::from_u128(n))).collect();
        assert_eq!(ada.http.presence(&strangers[..200]).await.unwrap(), []);
        assert_eq!(ada.http.presence(&strangers).await.unwrap_err().code(), Some(Code::Invalid));
        let (socket, _) = ada.socket().await;
        let live = socket.command::<_, Page<Presence>>("presence_of", &serde_json::json!({ "account_ids": strangers })).await;
        assert_eq!(live.unwrap_err().code(), Some(Code::Invalid));
    }
}
