//! One's conversations: most recently active first, each with its last message and what is unread, page by
//! page without losing any.

use super::refusal;
use chinwag_testkit::{TestServer, User, both_engines, wire::*};

/// What the list tells of each: which, how much is unread, and the text of the last message.
async fn listed(user: &User) -> Vec<(ConversationId, i64, Option<String>)> {
    let items = user.http.conversations(None, None).await.unwrap().items;
    let text = |message: Message| match message.content {
        Some(Content::Text(text)) => text,
        other => format!("{other:?}"),
    };
    items
        .into_iter()
        .map(|item| (item.id, item.me.unwrap().unread, item.last_message.map(text)))
        .collect()
}

both_engines! {
    async fn each_stands_there_with_its_last_message_and_unread_count(server: TestServer) {
        let [ada, bob, cleo] = server.users(["ada", "bob", "cleo"]).await;
        let (direct, group, room) = (ada.direct(&bob).await, ada.group("tea", &[&bob, &cleo]).await, ada.room("lobby", false).await);
        bob.http.join(room).await.unwrap();
        let said = |text: &str| Some(text.to_owned());
        ada.say(room, "one").await;
        ada.say(direct, "two").await;
        ada.say(group, "three").await;
        ada.say(direct, "four").await;
        assert_eq!(listed(&bob).await, [(direct, 2, said("four")), (group, 1, said("three")), (room, 1, said("one"))]);
        assert_eq!(listed(&ada).await, [(direct, 0, said("four")), (group, 0, said("three")), (room, 0, said("one"))]);
        assert_eq!(listed(&cleo).await, [(group, 1, said("three"))]);

        bob.http.mark(direct, &Mark { delivered: None, read: Some(1) }).await.unwrap();
        bob.say(room, "five").await;
        assert_eq!(listed(&bob).await, [(room, 0, said("five")), (direct, 1, said("four")), (group, 1, said("three"))]);
        // What was edited or deleted stands there as it is now, and moves nothing.
        ada.http.edit(group, 1, &EditMessage { content: Content::Text("changed".into()) }, None).await.unwrap();
        ada.http.delete(direct, 2).await.unwrap();
        let list = bob.http.conversations(None, None).await.unwrap().items;
        assert_eq!(list.iter().map(|item| item.id).collect::<Vec<_>>(), [room, direct, group]);
        assert!(list[1].last_message.as_ref().is_some_and(|last| last.seq == 2 && last.content.is_none() && last.deleted_at.is_some()));
        assert_eq!(list[2].last_message.as_ref().unwrap().content, Some(Content::Text("changed".into())));

        ada.http.remove_member(group, bob.id()).await.unwrap();
        assert_eq!(listed(&bob).await.len(), 2);
        let (socket, _) = bob.socket().await;
        let live: ConversationPage = socket.command("conversations", &frame::ListConversations::default()).await.unwrap();
        assert_eq!(live, bob.http.conversations(None, None).await.unwrap());
    }

    async fn pages_lose_nothing_that_stays_where_it_is(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let mut ids = Vec::new();
        for n in 0..12 {
            let id = ada.group(&n.to_string(), &[&bob]).await;
            ada.say(id, "hello").await;
            ids.push(id);
        }
        ids.reverse();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = bob.http.conversations(cursor.as_deref(), Some(5)).await.unwrap();
            assert!(page.items.len() <= 5);
            seen.extend(page.items.iter().map(|item| item.id));
            // Between pages, one that was seen already and one that was not move to the front.
            ada.say(ids[0], "again").await;
            ada.say(ids[11], "again").await;
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, ids[..11], "each once, in order; the last has moved to the front");
        let front = bob.http.conversations(None, Some(2)).await.unwrap().items;
        assert_eq!(front.iter().map(|item| item.id).collect::<Vec<_>>(), [ids[11], ids[0]]);
    }

    async fn a_cursor_is_the_servers_own(server: TestServer) {
        let ada = server.user("ada").await;
        assert_eq!(ada.http.conversations(None, None).await.unwrap(), Page { items: vec![], next_cursor: None });
        for cursor in ["", "x", "AAAA", "../../etc"] {
            let code = refusal(ada.http.conversations(Some(cursor), None).await);
            assert!(matches!(code, Code::CursorInvalid | Code::Invalid), "{cursor:?}: {code:?}");
        }
        for limit in [0, 201] {
            assert_eq!(refusal(ada.http.conversations(None, Some(limit)).await), Code::Invalid);
        }
    }
}
