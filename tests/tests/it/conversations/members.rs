//! Coming and going: added, removed, leaving, appointed; a group keeps an owner.

use super::{make, refusal};
use crate::listening::hear;
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use futures_util::future::join_all;

async fn roles(user: &User, id: ConversationId) -> Vec<(AccountId, Role)> {
    let members = user.http.members(id, None, None).await.unwrap().items;
    members.into_iter().map(|member| (member.account.id, member.role)).collect()
}

both_engines! {
    async fn members_come_and_go_and_everybody_hears(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.group("tea", &[&bob]).await;
        let ((mut listening, _), (mut cleos, _)) = (bob.socket().await, cleo.socket().await);
        let added = ada.http.add_member(id, cleo.id(), None).await.unwrap();
        assert_eq!((added.account.id, added.role), (cleo.id(), Role::Member));
        assert_eq!(roles(&bob, id).await, [(ada.id(), Role::Owner), (bob.id(), Role::Member), (cleo.id(), Role::Member)]);
        assert_eq!(ada.http.conversation(id).await.unwrap().member_count, 3);
        let joined = hear(&mut cleos, "conversation_joined", |event| matches!(event.body, EventBody::ConversationJoined(_)).then_some(event.rev)).await;
        let changed = hear(&mut listening, "member_changed", |event| match &event.body {
            EventBody::MemberChanged(member) => Some((event.rev, member.clone())),
            _ => None,
        });
        assert_eq!(changed.await, (joined, added.clone()));
        assert_eq!(ada.http.add_member(id, cleo.id(), None).await.unwrap(), added, "again is no change");

        cleo.http.leave(id).await.unwrap();
        let left = |event: &Event| match event.body {
            EventBody::MemberLeft(left) => Some(left),
            _ => None,
        };
        assert_eq!(hear(&mut listening, "member_left", left).await, MemberLeft { account_id: cleo.id(), removed_by: None });
        ada.http.add_member(id, cleo.id(), None).await.unwrap();
        ada.http.remove_member(id, cleo.id()).await.unwrap();
        assert_eq!(hear(&mut listening, "member_left", left).await, MemberLeft { account_id: cleo.id(), removed_by: Some(ada.id()) });
        assert_eq!(refusal(ada.http.remove_member(id, cleo.id()).await), Code::MemberNotFound);
        assert_eq!(refusal(ada.http.change_role(id, cleo.id(), Role::Admin).await), Code::MemberNotFound);
        assert_eq!(ada.http.conversation(id).await.unwrap().member_count, 2);
    }

    async fn a_group_keeps_an_owner(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let id = ada.group("tea", &[&bob, &cleo]).await;
        assert_eq!(refusal(ada.http.leave(id).await), Code::LastOwner);
        assert_eq!(refusal(ada.http.change_role(id, ada.id(), Role::Member).await), Code::LastOwner);
        let promoted = ada.http.change_role(id, bob.id(), Role::Owner).await.unwrap();
        assert_eq!(promoted.role, Role::Owner);
        ada.http.leave(id).await.unwrap();
        assert_eq!(roles(&bob, id).await, [(bob.id(), Role::Owner), (cleo.id(), Role::Member)]);
        cleo.http.leave(id).await.unwrap();
        bob.http.leave(id).await.unwrap();
        assert_eq!(refusal(bob.http.conversation(id).await), Code::ConversationNotFound, "the last to go takes it along");
    }

    /// Two owners who leave or dismiss each other at the same moment do not leave the group without one.
    async fn a_race_of_owners_leaves_one(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        for round in 0..10 {
            let id = ada.group("tea", &[&bob, &cleo]).await;
            ada.http.change_role(id, bob.id(), Role::Owner).await.unwrap();
            if round % 2 == 0 {
                let (one, other) = tokio::join!(ada.http.leave(id), bob.http.leave(id));
                assert_eq!([one, other].iter().filter(|left| left.is_ok()).count(), 1);
            } else {
                let (one, other) = tokio::join!(
                    ada.http.change_role(id, bob.id(), Role::Member),
                    bob.http.change_role(id, ada.id(), Role::Member)
                );
                assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
            }
            assert_eq!(roles(&cleo, id).await.iter().filter(|(_, role)| *role == Role::Owner).count(), 1);
        }
    }

    async fn a_race_to_add_somebody_counts_them_once(server: TestServer) {
        let [ada, bob, cleo, dan] = server.users(["ada", "bob", "cleo", "dan"]).await;
        let id = ada.group("tea", &[&bob]).await;
        ada.http.change_role(id, bob.id(), Role::Admin).await.unwrap();
        let adding = (0..10).flat_map(|_| [(&ada, &cleo), (&bob, &cleo), (&ada, &dan), (&bob, &dan)]);
        let added = join_all(adding.map(async |(by, whom)| by.http.add_member(id, whom.id(), None).await)).await;
        assert!(added.iter().all(Result::is_ok));
        let conversation = ada.http.conversation(id).await.unwrap();
        assert_eq!((conversation.member_count, roles(&ada, id).await.len()), (4, 4));
        let removing = join_all((0..10).map(async |_| ada.http.remove_member(id, dan.id()).await)).await;
        assert_eq!(removing.iter().filter(|removed| removed.is_ok()).count(), 1);
        assert_eq!(ada.http.conversation(id).await.unwrap().member_count, 3);
    }

    async fn a_group_is_full_at_its_limit(server: TestServer) with |settings| settings.limits.group_members = 3 => {
        let [ada, bob, cleo, dan] = server.users(["ada", "bob", "cleo", "dan"]).await;
        let too_many = CreateConversation { members: vec![bob.id(), cleo.id(), dan.id()], ..make(Kind::Group, Some("tea")) };
        assert_eq!(refusal(ada.http.create_conversation(&too_many).await), Code::GroupFull);
        let id = ada.group("tea", &[&bob]).await;
        let (one, other) = tokio::join!(ada.http.add_member(id, cleo.id(), None), ada.http.add_member(id, dan.id(), None));
        let (added, refused): (Vec<_>, Vec<_>) = [one, other].into_iter().partition(Result::is_ok);
        assert_eq!((added.len(), refused.len()), (1, 1));
        assert!(refused.into_iter().all(|refused| refusal(refused) == Code::GroupFull));
    }

    async fn a_group_is_made_once_and_with_those_there_are(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let body = CreateConversation { members: vec![bob.id(), bob.id(), ada.id()], client_id: Some("once".into()), ..make(Kind::Group, Some("tea")) };
        let made = join_all((0..10).map(|_| ada.http.create_conversation(&body))).await;
        let mut ids: Vec<_> = made.into_iter().map(|made| made.unwrap().id).collect();
        ids.dedup();
        assert_eq!((ids.len(), roles(&ada, ids[0]).await.len()), (1, 2));
        let other = CreateConversation { name: Some("coffee".into()), ..body };
        assert_eq!(refusal(ada.http.create_conversation(&other).await), Code::ClientIdReused);
        let nobody = AccountId(uuid::Uuid::from_u128(1));
        let with_nobody = CreateConversation { members: vec![nobody], ..make(Kind::Group, Some("ghosts")) };
        assert_eq!(refusal(ada.http.create_conversation(&with_nobody).await), Code::AccountNotFound);
        assert_eq!(refusal(ada.http.add_member(ids[0], nobody, None).await), Code::AccountNotFound);
    }

    async fn a_list_of_members_is_read_in_pages(server: TestServer) {
        let users = server.users(["ada", "bob", "cleo", "dan", "eve"]).await;
        let [ada, others @ ..] = &users;
        let id = ada.group("tea", &others.iter().collect::<Vec<_>>()).await;
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = ada.http.members(id, cursor.as_deref(), Some(2)).await.unwrap();
            seen.extend(page.items.iter().map(|member| member.account.id));
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        seen.sort();
        let mut all = users.each_ref().map(User::id);
        all.sort();
        assert_eq!(seen, all);
        assert_eq!(refusal(ada.http.members(id, Some("not a cursor"), None).await), Code::CursorInvalid);
    }
}
