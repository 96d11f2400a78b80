//! The audit log over HTTP: one's own, and for administrators everybody's.

use super::owner;
use chinwag_testkit::{TestServer, both_engines, wire::*};

both_engines! {
    async fn one_reads_ones_own_and_administrators_read_all(server: TestServer) {
        let root = owner(&server, "root").await;
        let ada = server.user("ada").await;
        let wrong = SignIn { name: "ada".into(), password: "not the password".into(), device: None, known_device: None };
        server.http().sign_in(&wrong).await.unwrap_err();
        let own = ada.http.own_audit(None, None).await.unwrap().items;
        let seen: Vec<_> = own.iter().map(|entry| (entry.act, entry.result)).collect();
        assert_eq!(seen, [(AuditAct::SignIn, AuditResult::Refused), (AuditAct::Register, AuditResult::Done)]);
        assert_eq!(own[0].address.as_deref(), Some("127.0.0.1"));

        let filter = [("account_id", Some(ada.id().to_string()))];
        let first = root.http.audit(&filter, None, Some(1)).await.unwrap();
        let rest = root.http.audit(&filter, first.next_cursor.as_deref(), None).await.unwrap();
        let all = [first.items, rest.items].concat();
        assert_eq!(all.iter().map(|entry| entry.seq).collect::<Vec<_>>(), own.iter().map(|entry| entry.seq).collect::<Vec<_>>());
        assert!(all.iter().all(|entry| entry.hash.is_some()) && rest.next_cursor.is_none());
        let chain = root.http.audit_chain().await.unwrap();
        assert!(chain.whole && chain.last == Some(5), "{chain:?}");
        assert_eq!(ada.http.audit_chain().await.unwrap_err().code(), Some(Code::Forbidden));
    }
}
