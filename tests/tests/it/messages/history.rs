//! Reading the log by pages: the newest, before, after and around a number, at a time.

use chinwag_testkit::{TestServer, User, both_engines, client::Error, wire::*};

/// A conversation of two with this many messages, each with its number as its text.
async fn numbered(server: &TestServer, count: i64) -> (User, User, ConversationId) {
    let [ada, bob] = server.users(["ada", "bob"]).await;
    let id = ada.direct(&bob).await;
    for n in 1..=count {
        ada.say(id, &n.to_string()).await;
    }
    (ada, bob, id)
}

fn newest(conversation_id: ConversationId) -> frame::History {
    frame::History {
        conversation_id,
        before: None,
        after: None,
        around: None,
        at: None,
        limit: None,
    }
}

/// The numbers of a page, and whether there is more before and after it.
async fn page(user: &User, query: frame::History) -> (Vec<i64>, bool, bool) {
    let page = user.http.history(&query).await.unwrap();
    for message in &page.messages {
        assert_eq!(message.content, Some(Content::Text(message.seq.to_string())));
    }
    (page.messages.iter().map(|message| message.seq).collect(), page.more_before, page.more_after)
}

fn range(from: i64, to: i64) -> Vec<i64> {
    (from..=to).collect()
}

both_engines! {
    async fn pages_lie_where_they_were_asked_for(server: TestServer) {
        let (_, bob, id) = numbered(&server, 120).await;
        let query = newest(id);
        assert_eq!(page(&bob, query).await, (range(71, 120), true, false));
        assert_eq!(page(&bob, frame::History { before: Some(71), ..query }).await, (range(21, 70), true, true));
        assert_eq!(page(&bob, frame::History { before: Some(21), ..query }).await, (range(1, 20), false, true));
        assert_eq!(page(&bob, frame::History { after: Some(0), limit: Some(7), ..query }).await, (range(1, 7), false, true));
        assert_eq!(page(&bob, frame::History { after: Some(110), ..query }).await, (range(111, 120), true, false));
        assert_eq!(page(&bob, frame::History { after: Some(120), ..query }).await, (vec![], true, false));
        assert_eq!(page(&bob, frame::History { around: Some(60), limit: Some(10), ..query }).await, (range(55, 64), true, true));
        assert_eq!(page(&bob, frame::History { limit: Some(200), ..query }).await, (range(1, 120), false, false));

        let at = bob.http.message(id, 60).await.unwrap().sent_at;
        let (seqs, ..) = page(&bob, frame::History { at: Some(at), limit: Some(10), ..query }).await;
        // Times travel in milliseconds: several messages may share one.
        assert!(seqs.len() == 10 && seqs.iter().any(|seq| (50..=60).contains(seq)), "{seqs:?}");
        let before_all = at.before(std::time::Duration::from_secs(86_400));
        assert_eq!(page(&bob, frame::History { at: Some(before_all), limit: Some(10), ..query }).await.0, range(1, 5));
    }

    async fn an_empty_log_has_an_empty_page(server: TestServer) {
        let (ada, _, id) = numbered(&server, 0).await;
        assert_eq!(page(&ada, newest(id)).await, (vec![], false, false));
        let (socket, _) = ada.socket().await;
        let page: MessagePage = socket.command("history", &newest(id)).await.unwrap();
        assert_eq!(page, MessagePage { messages: vec![], more_before: false, more_after: false });
    }

    async fn the_socket_reads_the_same_pages(server: TestServer) {
        let (_, bob, id) = numbered(&server, 30).await;
        let (socket, _) = bob.socket().await;
        for query in [newest(id), frame::History { before: Some(20), limit: Some(5), ..newest(id) }] {
            let live: MessagePage = socket.command("history", &query).await.unwrap();
            assert_eq!(live, bob.http.history(&query).await.unwrap());
        }
    }

    async fn an_impossible_page_is_refused(server: TestServer) {
        let (ada, _, id) = numbered(&server, 1).await;
        let eve = server.user("eve").await;
        let code = |answer: Result<MessagePage, Error>| answer.unwrap_err().code();
        for (before, after, limit) in [(Some(1), Some(1), None), (None, None, Some(0)), (None, None, Some(201))] {
            let query = frame::History { before, after, limit, ..newest(id) };
            assert_eq!(code(ada.http.history(&query).await), Some(Code::Invalid), "{query:?}");
        }
        assert_eq!(code(eve.http.history(&newest(id)).await), Some(Code::ConversationNotFound));
        let nobody = code(server.http().history(&newest(id)).await);
        assert_eq!(nobody, Some(Code::ConversationNotFound), "a guest learns no more than a stranger");
    }
}
