//! Two people have one direct conversation, whoever opens it, however often, at whatever moment.

use super::{make, refusal};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use futures_util::future::join_all;

fn with(other: &User) -> CreateConversation {
    CreateConversation { account_id: Some(other.id()), ..make(Kind::Direct, None) }
}

both_engines! {
    async fn a_pair_has_one(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.direct(&bob).await;
        assert_eq!(bob.direct(&ada).await, id);
        let by_name = CreateConversation { username: Some("ＢＯＢ".into()), ..make(Kind::Direct, None) };
        let again = ada.http.create_conversation(&by_name).await.unwrap();
        assert_eq!((again.id, again.kind, again.member_count), (id, Kind::Direct, 2));
        assert_eq!(again.peer.unwrap().id, bob.id());
        assert_eq!(bob.http.conversation(id).await.unwrap().peer.unwrap().id, ada.id());
        assert_ne!(ada.direct(&cleo).await, id);
    }

    async fn a_race_to_open_it_makes_one(server: TestServer) {
        let users = server.users(["ada", "bob", "cleo", "dan"]).await;
        let [ada, others @ ..] = &users;
        for other in others {
            let (mine, theirs) = (with(other), with(ada));
            let both = (0..10).flat_map(|_| [ada.http.create_conversation(&mine), other.http.create_conversation(&theirs)]);
            let mut ids: Vec<_> = join_all(both).await.into_iter().map(|opened| opened.unwrap().id).collect();
            ids.dedup();
            assert_eq!(ids.len(), 1);
            let members = ada.http.members(ids[0], None, None).await.unwrap().items;
            assert_eq!(members.len(), 2);
            assert!(members.iter().all(|member| member.role == Role::Member));
        }
        assert_eq!(ada.http.conversations(None, None).await.unwrap().items.len(), 3);
    }

    async fn there_is_none_with_oneself_or_nobody(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        assert_eq!(refusal(ada.http.create_conversation(&with(&ada)).await), Code::Invalid);
        let nobody = CreateConversation { username: Some("nobody".into()), ..make(Kind::Direct, None) };
        assert_eq!(refusal(ada.http.create_conversation(&nobody).await), Code::AccountNotFound);
        assert_eq!(refusal(ada.http.create_conversation(&make(Kind::Direct, None)).await), Code::Invalid);
        let both = CreateConversation { username: Some("bob".into()), ..with(&bob) };
        assert_eq!(refusal(ada.http.create_conversation(&both).await), Code::Invalid);
        assert_eq!(refusal(server.http().create_conversation(&with(&ada)).await), Code::Unauthenticated);
    }

    async fn nobody_comes_or_goes(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.direct(&bob).await;
        assert_eq!(refusal(ada.http.add_member(id, cleo.id(), None).await), Code::Forbidden);
        assert_eq!(refusal(ada.http.remove_member(id, bob.id()).await), Code::Forbidden);
        assert_eq!(refusal(ada.http.leave(id).await), Code::Forbidden);
        assert_eq!(refusal(ada.http.change_role(id, bob.id(), Role::Admin).await), Code::Forbidden);
        let named = UpdateConversation { name: Some("us".into()), guests_read: None };
        assert_eq!(refusal(ada.http.update_conversation(id, &named).await), Code::Forbidden);
        assert_eq!(refusal(cleo.http.join(id).await), Code::ConversationNotFound);
    }
}
