//! The audit log: one entry for each act, refused ones too, chained and read by those it concerns.

use crate::rig::{PASSWORD, Rig, code, here, options, signing_in};
use chinwag_chat::{Actor, AuditFilter, ChatOptions};
use chinwag_sql::{Operation, Sql, Tx};
use chinwag_wire::{
    AuditAct, AuditEntry, AuditResult, ChangePassword, Code, Problem, Refresh, SignIn,
};
use futures_util::future::join_all;
use std::time::Duration;

crate::on_both_engines! {
    each_act_leaves_one_entry
    is_one_chain_whoever_writes
    shows_what_was_altered
    says_of_others_only_what_they_did
    forgets_what_is_old_and_stays_whole
    is_read_by_administrators
}

use AuditResult::{Done, Refused};

/// One's own log, oldest first.
async fn own(rig: &Rig, actor: &Actor) -> Vec<AuditEntry> {
    let mut entries = rig.chat.own_audit(actor, None, Some(200)).await.unwrap().items;
    entries.reverse();
    entries
}

fn acts(entries: &[AuditEntry]) -> Vec<(AuditAct, AuditResult)> {
    entries.iter().map(|entry| (entry.act, entry.result)).collect()
}

fn changing(current: &str, new: &str) -> ChangePassword {
    ChangePassword { current_password: current.to_owned(), new_password: new.to_owned() }
}

async fn each_act_leaves_one_entry(rig: Rig) {
    let registered = rig.register("ann").await;
    let ann = rig.actor(&registered).await;
    let wrong = rig.chat.sign_in(&here(), signing_in("ann", "not the password")).await;
    assert_eq!(code(wrong), Some(Code::CredentialsWrong));
    let phone = rig.sign_in("ann").await.unwrap();
    let other = rig.sign_in("ann").await.unwrap();
    rig.chat.end_session(&ann, &here(), other.session_id).await.unwrap();
    let gone = rig.chat.end_session(&ann, &here(), other.session_id).await;
    assert_eq!(code(gone), Some(Code::SessionNotFound), "and no entry");

    let token = Refresh { refresh_token: phone.refresh_token.clone() };
    let next = rig.chat.refresh(&here(), token.clone()).await.unwrap();
    rig.chat.refresh(&here(), Refresh { refresh_token: next.refresh_token }).await.unwrap();
    assert_eq!(code(rig.chat.refresh(&here(), token).await), Some(Code::RefreshReused));

    let wrong = rig.chat.change_password(&ann, &here(), changing("wrong", "a new password")).await;
    assert_eq!(code(wrong), Some(Code::CredentialsWrong));
    rig.chat.change_password(&ann, &here(), changing(PASSWORD, "a new password")).await.unwrap();
    rig.chat.end_all_sessions(&ann, &here()).await.unwrap();

    let body = SignIn { password: "a new password".to_owned(), ..signing_in("ann", "") };
    let again = rig.actor(&rig.chat.sign_in(&here(), body).await.unwrap()).await;
    rig.chat.sign_out(&again, &here()).await.unwrap();
    let entries = own(&rig, &again).await;
    let expected = [
        (AuditAct::Register, Done),
        (AuditAct::SignIn, Refused),
        (AuditAct::SignIn, Done),
        (AuditAct::SignIn, Done),
        (AuditAct::EndSession, Done),
        (AuditAct::ReuseRefresh, Refused),
        (AuditAct::ChangePassword, Refused),
        (AuditAct::ChangePassword, Done),
        (AuditAct::EndAllSessions, Done),
        (AuditAct::SignIn, Done),
        (AuditAct::EndSession, Done),
    ];
    assert_eq!(acts(&entries), expected);
    assert!(entries.iter().all(|entry| entry.address.as_deref() == Some("127.0.0.1")));
    assert!(entries.iter().all(|entry| entry.account_id == Some(ann.account)));
    let proven = |entry: &AuditEntry| (entry.actor_id, entry.session_id);
    assert_eq!(proven(&entries[0]), (Some(ann.account), Some(ann.session)));
    assert_eq!(proven(&entries[1]), (None, None), "whoever failed to sign in is nobody");
    assert_eq!(proven(&entries[5]), (None, None), "and so is whoever used a token again");
    assert_eq!(entries[4].target, Some(other.session_id.to_string()));
}

async fn is_one_chain_whoever_writes(rig: Rig) {
    let owner = rig.owner("root").await;
    rig.register("ann").await;
    let from = here();
    let attempts = (0..30).map(|n| {
        let password = if n % 3 == 0 { "not the password" } else { PASSWORD };
        rig.chat.sign_in(&from, signing_in(if n % 2 == 0 { "ann" } else { "nobody" }, password))
    });
    join_all(attempts).await;
    let chain = rig.chat.audit_chain(&owner).await.unwrap();
    assert_eq!((chain.whole, chain.first), (true, Some(1)));
    let newest = all(&rig, &owner, AuditFilter::default()).await;
    assert_eq!(chain.last, Some(newest[0].seq), "without a gap");
    assert_eq!(Some(chain.hash), newest[0].hash.clone());
    let seqs: Vec<_> = newest.iter().map(|entry| entry.seq).collect();
    assert_eq!(seqs, (1..=newest[0].seq).rev().collect::<Vec<_>>());
}

/// Runs one statement, as somebody with access to the database would.
struct Tamper(&'static Sql);

impl Operation for Tamper {
    type Out = u64;
    type Error = chinwag_sql::Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Self::Error> {
        tx.exec(self.0, &[]).await
    }
}

static ALTER: Sql = chinwag_sql::sql("UPDATE audit SET result = 'done' WHERE seq = 3");
static REMOVE: Sql = chinwag_sql::sql("DELETE FROM audit WHERE seq = 2");
static ERASE: Sql = chinwag_sql::sql("UPDATE audit SET address = NULL WHERE seq = 2");

async fn shows_what_was_altered(rig: Rig) {
    let owner = rig.owner("root").await;
    rig.register("ann").await;
    for _ in 0..3 {
        let _ = rig.chat.sign_in(&here(), signing_in("ann", "not the password")).await;
    }
    let broken = async || {
        let chain = rig.chat.audit_chain(&owner).await.unwrap();
        assert_eq!(chain.whole, chain.broken_at.is_none());
        chain.broken_at
    };
    assert_eq!(broken().await, None);
    assert_eq!(rig.db.write(Tamper(&ERASE), |rows| rows).await, Ok(1));
    assert_eq!(broken().await, None, "an address may be erased");
    assert_eq!(rig.db.write(Tamper(&ALTER), |rows| rows).await, Ok(1));
    assert_eq!(broken().await, Some(3));
    assert_eq!(rig.db.write(Tamper(&REMOVE), |rows| rows).await, Ok(1));
    assert_eq!(broken().await, Some(3), "which does not follow the first");
}

async fn says_of_others_only_what_they_did(rig: Rig) {
    let owner = rig.owner("root").await;
    let ann = rig.person("ann").await;
    assert!(own(&rig, &ann).await.iter().all(|entry| entry.hash.is_none()));
    let filter = AuditFilter { account: Some(ann.account), ..AuditFilter::default() };
    let seen = all(&rig, &owner, filter).await;
    assert_eq!(acts(&seen), [(AuditAct::Register, Done)]);
    assert!(seen[0].hash.is_some());
    assert_eq!(acts(&own(&rig, &ann).await), [(AuditAct::Register, Done)]);
    let filter = AuditFilter { actor: Some(owner.account), ..AuditFilter::default() };
    let done = all(&rig, &owner, filter).await;
    assert_eq!(acts(&done), [(AuditAct::ReadAudit, Done), (AuditAct::Register, Done)]);
    let filter = AuditFilter { act: Some(AuditAct::Register), ..filter };
    assert_eq!(acts(&all(&rig, &owner, filter).await), [(AuditAct::Register, Done)]);
    let filter = AuditFilter { actor: None, ..filter };
    assert_eq!(all(&rig, &owner, filter).await.len(), 2);
}

async fn forgets_what_is_old_and_stays_whole(rig: Rig) {
    let owner = rig.owner("root").await;
    for n in 0..4 {
        rig.register(&format!("early{n}")).await;
    }
    rig.wait(2 * 24 * 60 * 60);
    rig.register("late").await;
    let kept = ChatOptions { audit_kept: Duration::from_secs(24 * 60 * 60), ..options() };
    let chat = rig.again(kept).await;
    chat.forget_old_audit().await.unwrap();
    let chain = chat.audit_chain(&owner).await.unwrap();
    assert_eq!((chain.whole, chain.first, chain.last), (true, Some(6), Some(6)));
    rig.wait(2 * 24 * 60 * 60);
    chat.forget_old_audit().await.unwrap();
    rig.register("later").await;
    let chain = chat.audit_chain(&owner).await.unwrap();
    assert_eq!(
        (chain.whole, chain.first, chain.last),
        (true, Some(6), Some(7)),
        "the newest stays"
    );
}

async fn is_read_by_administrators(rig: Rig) {
    let owner = rig.owner("root").await;
    let ann = rig.person("ann").await;
    let read = async |actor, filter| rig.chat.audit(actor, &here(), filter, None, None).await;
    assert_eq!(code(read(&ann, AuditFilter::default()).await), Some(Code::Forbidden));
    assert_eq!(code(rig.chat.audit_chain(&ann).await), Some(Code::Forbidden));
    assert_eq!(code(rig.chat.let_staff_in(&ann).await), Some(Code::Forbidden));
    rig.chat.let_staff_in(&owner).await.unwrap();
    let both = AuditFilter { account: Some(ann.account), actor: Some(ann.account), act: None };
    assert_eq!(code(read(&owner, both).await), Some(Code::Invalid));
    let page =
        rig.chat.audit(&owner, &here(), AuditFilter::default(), None, Some(1)).await.unwrap();
    let next = page.next_cursor.as_deref();
    let rest = rig.chat.audit(&owner, &here(), AuditFilter::default(), next, None).await.unwrap();
    assert_eq!((page.items[0].seq, rest.items[0].seq), (2, 1));
    let bad = rig.chat.audit(&owner, &here(), AuditFilter::default(), Some("x"), None).await;
    assert_eq!(code(bad), Some(Code::CursorInvalid));
}

/// What an administrator reads, newest first.
async fn all(rig: &Rig, actor: &Actor, filter: AuditFilter) -> Vec<AuditEntry> {
    let read: Result<_, Problem> =
        rig.chat.audit(actor, &here(), filter, None, Some(200)).await.map(|page| page.items);
    read.unwrap()
}
