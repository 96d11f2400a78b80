//! Setting and lifting a block, and the list of those one blocked.

use super::refusal;
use crate::listening::{hear, heard_until};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};

async fn blocked_by(user: &User) -> Vec<AccountId> {
    user.http.blocks(None).await.unwrap().items.iter().map(|account| account.id).collect()
}

both_engines! {
    async fn a_block_is_ones_own_and_stays(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        for other in [&bob, &cleo, &bob] {
            ada.http.block(other.id()).await.unwrap();
        }
        assert_eq!(blocked_by(&ada).await, [cleo.id(), bob.id()], "newest first, each once");
        assert_eq!((blocked_by(&bob).await, blocked_by(&cleo).await), (vec![], vec![]));
        server.restart().await;
        assert_eq!(blocked_by(&ada).await, [cleo.id(), bob.id()]);
        ada.http.unblock(bob.id()).await.unwrap();
        ada.http.unblock(bob.id()).await.unwrap();
        assert_eq!(blocked_by(&ada).await, [cleo.id()]);

        assert_eq!(refusal(ada.http.block(ada.id()).await).code, Code::Invalid);
        let nobody = AccountId(uuid::Uuid::from_u128(1));
        assert_eq!(refusal(ada.http.block(nobody).await).code, Code::AccountNotFound);
        assert_eq!(refusal(server.http().block(bob.id()).await).code, Code::Unauthenticated);
    }

    async fn ones_own_devices_are_told_and_nobody_else(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let group = ada.group("tea", &[&bob]).await;
        let phone = ada.another_device().await;
        let ((mut mine, _), (mut theirs, _)) = (phone.socket().await, bob.socket().await);
        ada.http.block(bob.id()).await.unwrap();
        ada.http.block(bob.id()).await.unwrap();
        ada.http.unblock(bob.id()).await.unwrap();
        let changes = |event: &Event| match &event.body {
            EventBody::BlockAdded(change) => Some((true, change.clone())),
            EventBody::BlockRemoved(change) => Some((false, change.clone())),
            _ => None,
        };
        let (added, first) = hear(&mut mine, "block_added", changes).await;
        let (stays, second) = hear(&mut mine, "block_removed", changes).await;
        assert_eq!((added, stays, first.account.id, second.account.id), (true, false, bob.id(), bob.id()));
        assert!(second.account_rev == first.account_rev + 1);
        ada.say(group, "done").await;
        let heard = heard_until(&mut theirs, "done").await;
        assert!(heard.iter().all(|event| changes(event).is_none()), "{heard:?}");
    }
}
