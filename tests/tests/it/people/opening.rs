//! Who may open a direct conversation: as the server says, and as each person narrows it for themselves.

use super::{choose, open, refusal};
use chinwag_testkit::{TestServer, both_engines, wire::*};

both_engines! {
    async fn people_narrow_it_for_themselves(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        choose(&ada, DirectFrom::Shared).await;
        assert_eq!(refusal(open(&bob, &ada).await), Code::OpeningNotAllowed);
        assert!(open(&ada, &cleo).await.is_ok(), "it binds others, not oneself");
        assert!(open(&cleo, &ada).await.is_ok(), "and what is open stays open");

        let room = ada.room("lobby", false).await;
        bob.http.join(room).await.unwrap();
        assert_eq!(refusal(open(&bob, &ada).await), Code::OpeningNotAllowed, "anybody may join a room");
        let group = cleo.group("tea", &[&ada, &bob]).await;
        cleo.http.remove_member(group, bob.id()).await.unwrap();
        assert_eq!(refusal(open(&bob, &ada).await), Code::OpeningNotAllowed, "nor does a group that one has left count");
        cleo.http.add_member(group, bob.id(), None).await.unwrap();
        assert!(open(&bob, &ada).await.is_ok());
    }

    async fn the_server_says_how_wide_it_can_be(server: TestServer) with |settings| settings.accounts.direct_from = DirectFrom::Shared => {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        choose(&ada, DirectFrom::Anyone).await;
        assert_eq!(refusal(open(&bob, &ada).await), Code::OpeningNotAllowed);
        assert_eq!(refusal(open(&ada, &bob).await), Code::OpeningNotAllowed);
        cleo.group("tea", &[&ada, &bob]).await;
        assert!(open(&bob, &ada).await.is_ok());
    }
}
