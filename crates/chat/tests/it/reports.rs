//! Reports: made once by those who can see what they report, decided once by staff.

use crate::rig::{Rig, code, here};
use chinwag_chat::{Actor, AuditFilter};
use chinwag_wire::{
    AccountId, AuditAct, Code, Content, ConversationId, CreateConversation, Kind, NewReport,
    ReportOutcome, ReportReason, ResolveReport, SendMessage,
};
use futures_util::future::join_all;
use std::collections::HashSet;
use uuid::Uuid;

crate::on_both_engines! {
    are_made_once_whoever_races
    are_made_by_those_who_can_see
    are_read_with_what_was_said_around
    are_decided_once
}

fn of_account(account: AccountId) -> NewReport {
    let (conversation_id, seq, text) = (None, None, Some("look\nat this".to_owned()));
    NewReport { account_id: Some(account), conversation_id, seq, reason: ReportReason::Spam, text }
}

fn of_message(conversation: ConversationId, seq: i64) -> NewReport {
    let (conversation_id, seq) = (Some(conversation), Some(seq));
    NewReport {
        account_id: None,
        conversation_id,
        seq,
        reason: ReportReason::Harassment,
        text: None,
    }
}

async fn direct(rig: &Rig, one: &Actor, other: &Actor) -> ConversationId {
    let body = CreateConversation {
        kind: Kind::Direct,
        account_id: Some(other.account),
        username: None,
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    };
    rig.chat.create_conversation(one, body).await.unwrap().0.id
}

async fn say(rig: &Rig, who: &Actor, id: ConversationId, text: &str) -> i64 {
    let content = Content::Text(text.to_owned());
    let body = SendMessage {
        client_id: None,
        content,
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    };
    rig.chat.send(who, id, body).await.unwrap().0.seq
}

async fn are_made_once_whoever_races(rig: Rig) {
    let owner = rig.owner("root").await;
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let made = join_all((0..20).map(|_| rig.chat.report(&ann, of_account(bob.account)))).await;
    let made: Vec<_> = made.into_iter().map(Result::unwrap).collect();
    assert_eq!(made.iter().filter(|(_, new)| *new).count(), 1);
    assert_eq!(made.iter().map(|(report, _)| report.id).collect::<HashSet<_>>().len(), 1);
    rig.wait(1);
    rig.chat.report(&bob, of_account(ann.account)).await.unwrap();
    let listed = rig.chat.reports(&owner, true, None, None).await.unwrap().items;
    assert_eq!(
        listed.iter().map(|report| report.reporter_id).collect::<Vec<_>>(),
        [ann.account, bob.account]
    );
    let first = rig.chat.reports(&owner, true, None, Some(1)).await.unwrap();
    let rest = rig.chat.reports(&owner, true, first.next_cursor.as_deref(), None).await.unwrap();
    assert_eq!(rest.items, listed[1..]);
}

async fn are_made_by_those_who_can_see(rig: Rig) {
    let [ann, bob, eve] =
        [rig.person("ann").await, rig.person("bob").await, rig.person("eve").await];
    let id = direct(&rig, &ann, &bob).await;
    let seq = say(&rig, &ann, id, "hello").await;
    let (report, new) = rig.chat.report(&bob, of_message(id, seq)).await.unwrap();
    assert_eq!((report.account_id, report.seq, new), (ann.account, Some(seq), true));
    let absent = ConversationId(Uuid::from_u128(9));
    for hidden in [of_message(id, seq), of_message(absent, seq)] {
        assert_eq!(code(rig.chat.report(&eve, hidden).await), Some(Code::ConversationNotFound));
    }
    for (body, expected) in [
        (of_message(id, 99), Code::MessageNotFound),
        (of_account(AccountId(Uuid::from_u128(9))), Code::AccountNotFound),
        (of_account(bob.account), Code::Invalid),
        (NewReport { seq: None, ..of_message(id, 1) }, Code::Invalid),
        (NewReport { account_id: Some(ann.account), ..of_message(id, 1) }, Code::Invalid),
        (NewReport { text: Some(" \n".into()), ..of_message(id, 1) }, Code::Invalid),
        (NewReport { text: Some("x".repeat(2_001)), ..of_message(id, 1) }, Code::Invalid),
        (NewReport { text: Some("\0".into()), ..of_message(id, 1) }, Code::Invalid),
    ] {
        assert_eq!(code(rig.chat.report(&bob, body).await), Some(expected));
    }
    assert_eq!(
        code(rig.chat.report(&ann, of_message(id, seq)).await),
        Some(Code::Invalid),
        "oneself"
    );
}

async fn are_read_with_what_was_said_around(rig: Rig) {
    let owner = rig.owner("root").await;
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let id = direct(&rig, &ann, &bob).await;
    for n in 1..=30 {
        say(&rig, &ann, id, &n.to_string()).await;
    }
    let report = rig.chat.report(&bob, of_message(id, 15)).await.unwrap().0;
    assert_eq!(code(rig.chat.read_report(&ann, &here(), report.id).await), Some(Code::Forbidden));
    let read = rig.chat.read_report(&owner, &here(), report.id).await.unwrap();
    assert_eq!((read.reporter.id, read.account.id), (bob.account, ann.account));
    let seqs: Vec<_> = read.messages.iter().map(|message| message.seq).collect();
    assert_eq!(seqs, (5..=25).collect::<Vec<_>>());
    let filter = AuditFilter { act: Some(AuditAct::ReadReport), ..AuditFilter::default() };
    let entries = rig.chat.audit(&owner, &here(), filter, None, None).await.unwrap().items;
    assert_eq!((entries.len(), entries[0].target.clone()), (1, Some(report.id.to_string())));
    let own = rig.chat.own_audit(&ann, None, None).await.unwrap().items;
    assert!(
        own.iter().all(|entry| entry.act == AuditAct::Register),
        "whom it is about is not warned"
    );
}

async fn are_decided_once(rig: Rig) {
    let owner = rig.owner("root").await;
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let report = rig.chat.report(&ann, of_account(bob.account)).await.unwrap().0;
    let (chat, from) = (&rig.chat, here());
    let outcomes = [ReportOutcome::Acted, ReportOutcome::Dismissed].into_iter().cycle().take(10);
    let deciding = outcomes.map(|outcome| {
        let body = ResolveReport { outcome, note: Some(format!("{outcome:?}")) };
        chat.resolve_report(&owner, &from, report.id, body)
    });
    let decided: Vec<_> = join_all(deciding).await.into_iter().map(Result::unwrap).collect();
    assert!(decided.iter().all(|report| *report == decided[0] && report.resolution.is_some()));
    assert!(rig.chat.reports(&owner, true, None, None).await.unwrap().items.is_empty());
    assert_eq!(rig.chat.reports(&owner, false, None, None).await.unwrap().items, decided[..1]);
    let again = rig.chat.report(&ann, of_account(bob.account)).await.unwrap();
    assert!(!again.1 && again.0.resolution.is_none(), "the reporter does not hear of it");
    let filter = AuditFilter { act: Some(AuditAct::ResolveReport), ..AuditFilter::default() };
    assert_eq!(rig.chat.audit(&owner, &here(), filter, None, None).await.unwrap().items.len(), 1);
    let absent = chinwag_wire::ReportId(Uuid::from_u128(9));
    let body = ResolveReport { outcome: ReportOutcome::Acted, note: None };
    assert_eq!(
        code(rig.chat.resolve_report(&owner, &here(), absent, body).await),
        Some(Code::ReportNotFound)
    );
}
