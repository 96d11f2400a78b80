//! Administration: who may do what to whom, and that each act leaves one entry and no owner goes last.

use crate::rig::{PASSWORD, Rig, code, here, signing_in};
use chinwag_chat::{AccountFilter, Actor, AuditFilter, Notice};
use chinwag_wire::{
    AuditAct, AuditResult, ChangeInstanceRole, Code, Content, CreateConversation, InstanceRole,
    Kind, SendMessage, Suspend,
};
use futures_util::future::join_all;

crate::on_both_engines! {
    the_table_holds_for_every_role
    suspending_ends_sessions_and_shuts_out
    a_suspended_account_is_told_only_with_the_right_password
    nobody_slips_in_while_being_suspended
    one_owner_remains_whoever_races
    accounts_are_listed_and_found
    staff_deletes_any_message
    each_act_leaves_one_entry
}

use InstanceRole::{Admin, Member, Moderator, Owner};

/// An account of this role.
async fn staff(rig: &Rig, owner: &Actor, name: &str, role: InstanceRole) -> Actor {
    let account = rig.person(name).await;
    appoint(rig, owner, &account, role).await.unwrap();
    account
}

async fn appoint(
    rig: &Rig,
    by: &Actor,
    account: &Actor,
    role: InstanceRole,
) -> Result<(), chinwag_wire::Problem> {
    let body = ChangeInstanceRole { role };
    rig.chat.change_instance_role(by, &here(), account.account, body).await.map(drop)
}

fn yes_or_no<T>(outcome: Result<T, chinwag_wire::Problem>) -> char {
    match outcome.map_err(|problem| problem.code) {
        Ok(_) => 'y',
        Err(Code::Forbidden) => 'n',
        Err(other) => panic!("{other:?}"),
    }
}

/// Rows: who acts. Columns: whom. Each as member, moderator, admin, owner.
async fn the_table_holds_for_every_role(rig: Rig) {
    let owner = rig.owner("root").await;
    let mut acting = Vec::new();
    for role in [Member, Moderator, Admin, Owner] {
        acting.push(staff(&rig, &owner, &format!("acting {role:?}"), role).await);
    }
    let mut suspending = Vec::new();
    let mut deleting = Vec::new();
    let mut promoting = Vec::new();
    for by in &acting {
        let (mut suspended, mut deleted, mut promoted) =
            (String::new(), String::new(), String::new());
        for (n, role) in [Member, Moderator, Admin, Owner].into_iter().enumerate() {
            let target = staff(&rig, &owner, &format!("{} {n}", by.account), role).await;
            let id = target.account;
            suspended.push(yes_or_no(rig.chat.suspend(by, &here(), id, Suspend::default()).await));
            rig.chat.unsuspend(&owner, &here(), id).await.unwrap();
            let moderator = appoint(&rig, by, &target, Moderator).await;
            promoted.push(yes_or_no(moderator));
            appoint(&rig, &owner, &target, role).await.unwrap();
            let admin = appoint(&rig, by, &target, Admin).await;
            promoted.push(yes_or_no(admin));
            appoint(&rig, &owner, &target, role).await.unwrap();
            deleted.push(yes_or_no(rig.chat.delete_account(by, &here(), id).await));
        }
        suspending.push(suspended);
        deleting.push(deleted);
        promoting.push(promoted);
    }
    assert_eq!(suspending, ["nnnn", "ynnn", "yynn", "yyyy"]);
    assert_eq!(deleting, ["nnnn", "nnnn", "yynn", "yyyy"]);
    assert_eq!(promoting, ["nnnnnnnn", "nnnnnnnn", "ynynnnnn", "yyyyyyyy"]);
}

async fn suspending_ends_sessions_and_shuts_out(rig: Rig) {
    let owner = rig.owner("root").await;
    let (first, second) = (rig.register("ann").await, rig.sign_in("ann").await.unwrap());
    let ann = rig.actor(&first).await;
    rig.heard.take();
    let reason = Some("sold umbrellas".to_owned());
    rig.chat.suspend(&owner, &here(), ann.account, Suspend { reason }).await.unwrap();
    let mut ended = rig.heard.take();
    ended.sort_by_key(|notice| format!("{notice:?}"));
    let mut expected =
        [first.session_id, second.session_id].map(|session| Notice::SessionEnded { session });
    expected.sort_by_key(|notice| format!("{notice:?}"));
    assert_eq!(ended, expected);
    assert_eq!(code(rig.chat.authenticate(&second.access_token).await), Some(Code::SessionEnded));
    let shown = rig.chat.managed_account(&owner, &here(), ann.account).await.unwrap();
    assert_eq!(shown.suspended_for.as_deref(), Some("sold umbrellas"));
    assert_eq!(code(rig.sign_in("ann").await), Some(Code::AccountSuspended));

    rig.chat.suspend(&owner, &here(), ann.account, Suspend::default()).await.unwrap();
    let shown = rig.chat.managed_account(&owner, &here(), ann.account).await.unwrap();
    assert_eq!(shown.suspended_for.as_deref(), Some("sold umbrellas"), "it was already");
    rig.chat.unsuspend(&owner, &here(), ann.account).await.unwrap();
    rig.chat.unsuspend(&owner, &here(), ann.account).await.unwrap();
    rig.sign_in("ann").await.unwrap();
    let own = rig.chat.suspend(&owner, &here(), owner.account, Suspend::default()).await;
    assert_eq!(code(own), Some(Code::Invalid));
}

async fn a_suspended_account_is_told_only_with_the_right_password(rig: Rig) {
    let owner = rig.owner("root").await;
    let ann = rig.person("ann").await;
    rig.chat.suspend(&owner, &here(), ann.account, Suspend::default()).await.unwrap();
    for _ in 0..20 {
        assert_eq!(
            code(rig.sign_in("ann").await),
            Some(Code::AccountSuspended),
            "no guess is wrong"
        );
    }
    let wrong = rig.chat.sign_in(&here(), signing_in("ann", "not the password")).await;
    let nobody = rig.chat.sign_in(&here(), signing_in("nobody", PASSWORD)).await;
    assert_eq!(wrong.unwrap_err(), nobody.unwrap_err());
    let filter =
        AuditFilter { account: Some(ann.account), act: Some(AuditAct::SignIn), actor: None };
    let tries = rig.chat.audit(&owner, &here(), filter, None, None).await.unwrap().items;
    assert_eq!(tries.len(), 21);
    assert!(tries.iter().all(|entry| entry.result == AuditResult::Refused));
}

/// Whoever signs in or refreshes at that very moment is out as well.
async fn nobody_slips_in_while_being_suspended(rig: Rig) {
    let owner = rig.owner("root").await;
    let ann = rig.register("ann").await;
    let id = ann.account.id;
    for _ in 0..10 {
        let signed_in = rig.sign_in("ann").await.unwrap();
        let (chat, from) = (&rig.chat, here());
        let refreshing = async {
            let refresh_token = signed_in.refresh_token.clone();
            chat.refresh(&from, chinwag_wire::Refresh { refresh_token }).await
        };
        let entering = join_all((0..6).map(|_| rig.sign_in("ann")));
        let suspending = chat.suspend(&owner, &from, id, Suspend::default());
        let (entered, refreshed, suspended) = tokio::join!(entering, refreshing, suspending);
        suspended.unwrap();
        for credentials in entered.into_iter().chain([refreshed]).filter_map(Result::ok) {
            let alive = chat.authenticate(&credentials.access_token).await;
            assert_eq!(code(alive), Some(Code::SessionEnded));
        }
        chat.unsuspend(&owner, &from, id).await.unwrap();
    }
}

async fn one_owner_remains_whoever_races(rig: Rig) {
    let root = rig.owner("root").await;
    assert_eq!(code(appoint(&rig, &root, &root, Member).await), Some(Code::LastOwner));
    let mut owners = vec![root];
    for n in 0..5 {
        owners.push(staff(&rig, &root, &format!("owner {n}"), Owner).await);
    }
    let (chat, from) = (&rig.chat, here());
    let body = ChangeInstanceRole { role: Member };
    // Everybody dismisses the next one, and oneself, all at once.
    let each = owners.iter().zip(owners.iter().cycle().skip(1));
    let races = each.flat_map(|(by, next)| [(*by, next.account), (*by, by.account)]);
    let races =
        races.map(async |(by, whom)| chat.change_instance_role(&by, &from, whom, body).await);
    for outcome in join_all(races).await {
        let refused = code(outcome);
        assert!(matches!(refused, None | Some(Code::Forbidden | Code::LastOwner)), "{refused:?}");
    }
    let mut remaining = Vec::new();
    for owner in &owners {
        if rig.chat.me(owner).await.unwrap().role == Owner {
            remaining.push(*owner);
        }
    }
    assert_eq!(remaining.len(), 1);
}

async fn accounts_are_listed_and_found(rig: Rig) {
    let owner = rig.owner("root").await;
    let moderator = staff(&rig, &owner, "mod_1", Moderator).await;
    for (name, email) in [("mod%1", None), ("Anna", Some("anna@example.org")), ("annabel", None)] {
        rig.wait(1);
        match email {
            Some(email) => rig.addressed(name, email).await,
            None => rig.person(name).await,
        };
    }
    let names = async |by: &Actor, filter: AccountFilter| {
        let page = rig.chat.managed_accounts(by, &here(), filter, None, None).await.unwrap();
        page.items.into_iter().map(|account| account.username).collect::<Vec<_>>()
    };
    let find =
        |name: &str| AccountFilter { find: Some(name.to_owned()), ..AccountFilter::default() };
    assert_eq!(
        names(&owner, AccountFilter::default()).await,
        ["annabel", "Anna", "mod%1", "mod_1", "root"]
    );
    assert_eq!(names(&owner, find("ANN")).await, ["annabel", "Anna"]);
    assert_eq!(names(&owner, find("mod_")).await, ["mod_1"]);
    assert_eq!(names(&owner, find("mod%")).await, ["mod%1"]);
    assert_eq!(names(&owner, find("Anna@example.org")).await, ["Anna"]);
    assert!(
        names(&moderator, find("anna@example.org")).await.is_empty(),
        "not by what they may not see"
    );
    let seen =
        rig.chat.managed_accounts(&moderator, &here(), find("anna"), None, None).await.unwrap();
    assert!(seen.items.iter().all(|account| account.email.is_none()));
    let staff = AccountFilter { role: Some(Moderator), ..AccountFilter::default() };
    assert_eq!(names(&owner, staff).await, ["mod_1"]);
    rig.chat.suspend(&owner, &here(), moderator.account, Suspend::default()).await.unwrap();
    let suspended = AccountFilter { suspended: true, ..AccountFilter::default() };
    assert_eq!(names(&owner, suspended).await, ["mod_1"]);
    let again = rig.chat.managed_accounts(&moderator, &here(), find("anna"), None, None).await;
    assert_eq!(code(again), Some(Code::Forbidden), "suspended staff is no staff");

    let page = rig
        .chat
        .managed_accounts(&owner, &here(), AccountFilter::default(), None, Some(2))
        .await
        .unwrap();
    let next = page.next_cursor.as_deref();
    let rest = rig
        .chat
        .managed_accounts(&owner, &here(), AccountFilter::default(), next, None)
        .await
        .unwrap();
    assert_eq!((page.items.len(), rest.items.len()), (2, 3));
}

fn said(text: &str) -> SendMessage {
    let content = Content::Text(text.to_owned());
    SendMessage { client_id: None, content, subject: None, reply_to: None, attachments: Vec::new() }
}

async fn staff_deletes_any_message(rig: Rig) {
    let owner = rig.owner("root").await;
    let (ann, bob) = (rig.person("ann").await, rig.person("bob").await);
    let body = CreateConversation {
        kind: Kind::Direct,
        account_id: Some(bob.account),
        username: None,
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    };
    let id = rig.chat.create_conversation(&ann, body).await.unwrap().0.id;
    let sent = rig.chat.send(&ann, id, said("something foul")).await.unwrap().0;
    rig.heard.take();
    let refused = rig.chat.delete_as_staff(&bob, &here(), id, sent.seq).await;
    assert_eq!(code(refused), Some(Code::Forbidden));
    let deleted = rig.chat.delete_as_staff(&owner, &here(), id, sent.seq).await.unwrap();
    assert!(deleted.content.is_none() && deleted.deleted_at.is_some());
    assert_eq!(rig.heard.take().len(), 1, "the conversation hears of it");
    rig.chat.delete_as_staff(&owner, &here(), id, sent.seq).await.unwrap();
    assert!(rig.heard.take().is_empty());
    let absent = rig.chat.delete_as_staff(&owner, &here(), id, 99).await;
    assert_eq!(code(absent), Some(Code::MessageNotFound));
    let filter =
        AuditFilter { account: Some(ann.account), act: Some(AuditAct::DeleteMessage), actor: None };
    let entries = rig.chat.audit(&owner, &here(), filter, None, None).await.unwrap().items;
    assert_eq!(entries.len(), 1);
    assert_eq!(entries[0].target, Some(format!("{id}/{}", sent.seq)));
}

async fn each_act_leaves_one_entry(rig: Rig) {
    let owner = rig.owner("root").await;
    let ann = rig.person("ann").await;
    let id = ann.account;
    rig.chat.managed_accounts(&owner, &here(), AccountFilter::default(), None, None).await.unwrap();
    rig.chat.managed_account(&owner, &here(), id).await.unwrap();
    appoint(&rig, &owner, &ann, Moderator).await.unwrap();
    appoint(&rig, &owner, &ann, Moderator).await.unwrap();
    rig.chat.sign_out_account(&owner, &here(), id).await.unwrap();
    for _ in 0..2 {
        rig.chat.suspend(&owner, &here(), id, Suspend::default()).await.unwrap();
    }
    for _ in 0..2 {
        rig.chat.unsuspend(&owner, &here(), id).await.unwrap();
    }
    assert_eq!(code(appoint(&rig, &ann, &owner, Member).await), Some(Code::Forbidden));
    rig.chat.delete_account(&owner, &here(), id).await.unwrap();
    assert_eq!(
        code(rig.chat.delete_account(&owner, &here(), id).await),
        Some(Code::AccountNotFound)
    );
    let filter = AuditFilter { actor: Some(owner.account), ..AuditFilter::default() };
    let mut entries = rig.chat.audit(&owner, &here(), filter, None, None).await.unwrap().items;
    entries.reverse();
    let acts: Vec<_> = entries.iter().map(|entry| entry.act).collect();
    let expected = [
        AuditAct::Register,
        AuditAct::ListAccounts,
        AuditAct::ReadAccount,
        AuditAct::ChangeInstanceRole,
        AuditAct::EndAllSessions,
        AuditAct::SuspendAccount,
        AuditAct::UnsuspendAccount,
        AuditAct::DeleteAccount,
    ];
    assert_eq!(acts, expected);
    assert_eq!(entries[3].target.as_deref(), Some("moderator"));
    let concerned = entries.iter().filter(|entry| entry.account_id == Some(id)).count();
    assert_eq!(concerned, 5, "looks are staff's own affair");
}
