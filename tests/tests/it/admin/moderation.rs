//! Moderation from end to end: somebody reports, staff reads, deletes and decides, and people notice.

use super::owner;
use chinwag_testkit::{TestServer, both_engines, client::Frame, soon, wire::*};

both_engines! {
    async fn a_foul_message_is_reported_read_and_deleted(server: TestServer) {
        let root = owner(&server, "root").await;
        let [ada, bob, mia] = server.users(["ada", "bob", "mia"]).await;
        let body = ChangeInstanceRole { role: InstanceRole::Moderator };
        assert_eq!(root.http.change_instance_role(mia.id(), &body).await.unwrap().role, InstanceRole::Moderator);
        assert_eq!(mia.http.me().await.unwrap().role, InstanceRole::Moderator);
        let id = ada.direct(&bob).await;
        let sent = ada.say(id, "something foul").await;
        let (socket, _) = bob.socket().await;
        let report = NewReport { account_id: None, conversation_id: Some(id), seq: Some(sent.seq), reason: ReportReason::Harassment, text: Some("see for yourself".into()) };
        let first = bob.http.report(&report).await.unwrap();
        let again: Report = socket.command("report", &report).await.unwrap();
        assert_eq!(again, first, "on the socket alike, and once");

        let open = mia.http.reports(false, None, None).await.unwrap().items;
        assert_eq!(open, std::slice::from_ref(&first));
        let read = mia.http.read_report(first.id).await.unwrap();
        assert_eq!(read.messages.len(), 1);
        assert_eq!(read.messages[0].content, Some(Content::Text("something foul".into())));
        let (mut listening, _) = bob.socket().await;
        mia.http.delete_as_staff(id, sent.seq).await.unwrap();
        soon("the tombstone", async {
            loop {
                if let Some(Frame::Event(event)) = listening.next().await && let EventBody::MessageDeleted(message) = event.body {
                    assert!(message.content.is_none());
                    break;
                }
            }
        }).await;
        let decision = ResolveReport { outcome: ReportOutcome::Acted, note: None };
        let closed = mia.http.resolve_report(first.id, &decision).await.unwrap();
        assert_eq!(closed.resolution.unwrap().resolved_by, mia.id());
        assert!(mia.http.reports(false, None, None).await.unwrap().items.is_empty());
        let list = frame::ListConversations::default();
        socket.command::<_, ConversationPage>("conversations", &list).await.unwrap();
        assert_eq!(mia.http.audit(&[], None, None).await.unwrap_err().code(), Some(Code::Forbidden), "moderators do not read the log");
    }
}
