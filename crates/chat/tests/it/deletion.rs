//! Deletion is real: what was known of a person is gone after it.

use crate::{
    enrolling::claiming,
    rig::{PASSWORD, Rig, code, here, signing_in},
};
use chinwag_chat::{AccountName, Actor, Enrolment, FillIn, KEPT, Notice, Viewer};
use chinwag_sql::{Operation, Sql, Tx};
use chinwag_wire::{
    AddMember, AuditAct, AuditResult, ChangeEmail, Code, Content, ConversationId,
    CreateConversation, DeleteOwnAccount, DirectFrom, EventBody, Kind, NewReport, Patch,
    ReportReason, RequestReset, Role, SendMessage, SignIn, UpdateProfile, UpdateSettings,
};
use futures_util::future::join_all;
use std::collections::BTreeSet;

crate::on_both_engines! {
    nothing_known_of_the_person_is_left
    names_are_free_again_and_others_keep_what_was_said
    takes_the_right_password
    what_one_owned_is_handed_over
    an_account_that_goes_is_added_nowhere
    every_table_has_its_say
}

/// A word that stands nowhere else.
pub const CANARY: &str = "xylophonist";

fn make(kind: Kind) -> CreateConversation {
    CreateConversation {
        kind,
        account_id: None,
        username: None,
        name: None,
        members: Vec::new(),
        guests_read: false,
        client_id: None,
    }
}

pub async fn direct(rig: &Rig, one: &Actor, other: &Actor) -> ConversationId {
    let body = CreateConversation { account_id: Some(other.account), ..make(Kind::Direct) };
    rig.chat.create_conversation(one, body).await.unwrap().0.id
}

pub async fn group(rig: &Rig, owner: &Actor, members: &[Actor]) -> ConversationId {
    let members = members.iter().map(|member| member.account).collect();
    let body = CreateConversation { name: Some("crew".into()), members, ..make(Kind::Group) };
    rig.chat.create_conversation(owner, body).await.unwrap().0.id
}

pub async fn say(rig: &Rig, who: &Actor, id: ConversationId, text: &str) -> i64 {
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

async fn delete(rig: &Rig, who: &Actor) {
    let body = DeleteOwnAccount { password: PASSWORD.to_owned() };
    rig.chat.delete_own_account(who, &here(), body).await.unwrap();
}

/// Somebody whose every field holds the canary, with something in every table.
pub async fn marked(rig: &Rig, friend: &Actor) -> Actor {
    let name = format!("{CANARY}-name");
    let enrolment = Enrolment {
        display_name: Some(format!("{CANARY} the person")),
        ..claiming(&name, &format!("{CANARY}@example.org"))
    };
    rig.chat.enrol(&here(), enrolment).await.unwrap();
    let on = |device: &str| SignIn {
        device: Some(format!("{CANARY} {device}")),
        ..signing_in(&name, PASSWORD)
    };
    let person = rig.actor(&rig.chat.sign_in(&here(), on("phone")).await.unwrap()).await;
    rig.chat.sign_in(&here(), on("laptop")).await.unwrap();
    let wrong =
        SignIn { device: Some(format!("{CANARY} thief")), ..signing_in(&name, "not the password") };
    assert!(rig.chat.sign_in(&here(), wrong).await.is_err());
    let report = NewReport {
        account_id: Some(friend.account),
        conversation_id: None,
        seq: None,
        reason: ReportReason::Other,
        text: Some(format!("{CANARY} complains")),
    };
    rig.chat.report(&person, report).await.unwrap();
    rig.chat.block(&person, rig.person("blocked").await.account).await.unwrap();
    let chosen =
        UpdateSettings { direct_from: Patch::Set(DirectFrom::Shared), ..UpdateSettings::default() };
    rig.chat.update_settings(&person, chosen).await.unwrap();
    rig.chat.update_profile(&person, profile()).await.unwrap();
    let picture_link = Some(format!("https://example.org/{CANARY}.png"));
    rig.chat.fill_in_profile(&person, FillIn { picture_link, ..FillIn::default() }).await.unwrap();
    // Letters on their way: their jobs hold the address.
    let email = format!("{CANARY}@example.org");
    let change = ChangeEmail {
        email: format!("{CANARY}@another.example.org"),
        current_password: PASSWORD.to_owned(),
    };
    rig.chat.change_email(&person, &here(), change).await.unwrap();
    rig.chat.request_reset(&here(), RequestReset { email }).await.unwrap();
    person
}

/// A profile whose every text holds the canary.
fn profile() -> UpdateProfile {
    let text = |what: &str| Patch::Set(format!("{CANARY} {what}"));
    UpdateProfile {
        display_name: Patch::Keep,
        first_name: text("first"),
        last_name: text("last"),
        about: text("about"),
        gender: text("gender"),
        age: Patch::Set(77),
        status_text: text("status"),
        public_key: text("key"),
    }
}

/// Every row of every table, as text.
struct Everything;

static TABLES: Sql = chinwag_sql::per_engine(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
    "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public' ORDER BY table_name",
);

impl Operation for Everything {
    type Out = Vec<(String, String)>;
    type Error = chinwag_sql::Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Self::Out, Self::Error> {
        let mut all = Vec::new();
        for table in tx.rows(&TABLES, &[]).await? {
            let name: String = table.get(0)?;
            // Statements live as long as the program: a test may make a few for itself.
            let select: &'static str = format!("SELECT * FROM {name}").leak();
            let statement: &'static Sql = Box::leak(Box::new(chinwag_sql::sql(select)));
            let rows = tx.rows(statement, &[]).await?;
            all.push((name, rows.iter().map(|row| format!("{row:?} {}\n", bytes(row))).collect()));
        }
        Ok(all)
    }
}

/// The bytes in a row, as the text that they may be.
fn bytes(row: &chinwag_sql::Row) -> String {
    let columns = (0..row.len()).filter_map(|column| row.get::<Vec<u8>>(column).ok());
    columns.map(|bytes| format!("{:?}", String::from_utf8_lossy(&bytes))).collect()
}

async fn nothing_known_of_the_person_is_left(rig: Rig) {
    let friend = rig.person("friend").await;
    let person = marked(&rig, &friend).await;
    let id = direct(&rig, &person, &friend).await;
    say(&rig, &person, id, "what I said").await;
    let holding = async || {
        let all = rig.db.read(Everything).await.unwrap();
        let tables = all.into_iter().filter(|(_, rows)| rows.contains(CANARY));
        tables.map(|(name, _)| name).collect::<Vec<_>>()
    };
    let control = [
        "accounts",
        "email_tokens",
        "jobs",
        "name_words",
        "profiles",
        "reports",
        "sessions",
        "sign_ins",
    ];
    assert_eq!(holding().await, control);
    delete(&rig, &person).await;
    assert!(holding().await.is_empty(), "{:?}", holding().await);
    // Nor anything of what it did here, but by its id.
    let all = rig.db.read(Everything).await.unwrap();
    let left = |table: &str| &all.iter().find(|(name, _)| name == table).unwrap().1;
    assert!(left("jobs").is_empty(), "letters on their way: {}", left("jobs"));
    for table in ["sessions", "refresh_tokens"] {
        assert_eq!(left(table).lines().count(), 2, "of the friend and the blocked: {table}");
    }
    assert!(
        left("blocks").is_empty()
            && left("sign_ins").is_empty()
            && left("throttles").lines().count() <= 2
    );
    rig.chat.close().await;
    if let Some(folder) = rig.folder() {
        for file in std::fs::read_dir(folder).unwrap() {
            let path = file.unwrap().path();
            let bytes = std::fs::read(&path).unwrap();
            let found = bytes.windows(CANARY.len()).any(|bytes| bytes == CANARY.as_bytes());
            assert!(!found, "{} still holds it", path.display());
        }
    }
}

async fn names_are_free_again_and_others_keep_what_was_said(rig: Rig) {
    let friend = rig.person("friend").await;
    let ann = rig.addressed("ann", "ann@example.org").await;
    let (id, crew) = (direct(&rig, &ann, &friend).await, group(&rig, &friend, &[ann]).await);
    say(&rig, &ann, id, "keep this").await;
    say(&rig, &ann, crew, "and this").await;
    rig.heard.take();
    delete(&rig, &ann).await;
    let heard = rig.heard.take();
    let ended = heard.iter().filter(|notice| matches!(notice, Notice::SessionEnded { .. })).count();
    let told = heard.iter().filter(|notice| match notice {
        Notice::Conversation { event, .. } => matches!(event.body, EventBody::MemberLeft(_)),
        _ => false,
    });
    assert_eq!((ended, told.count()), (1, 2));

    let seen = rig.chat.account(&friend, AccountName::Id(ann.account)).await.unwrap();
    assert_eq!(
        (seen.username.as_str(), seen.display_name.as_str()),
        ("deleted", "Deleted account")
    );
    for conversation in [id, crew] {
        let message = rig.chat.message(&Viewer::Account(friend), conversation, 1).await.unwrap();
        assert!(message.content.is_some() && message.sender_id == ann.account);
    }
    let content = Content::Text("are you there?".to_owned());
    let body = SendMessage {
        client_id: None,
        content,
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    };
    assert_eq!(code(rig.chat.send(&friend, id, body).await), Some(Code::SendingNotAllowed));
    for name in ["ann", "ann@example.org"] {
        assert_eq!(code(rig.sign_in(name).await), Some(Code::CredentialsWrong));
    }
    let open = CreateConversation { account_id: Some(ann.account), ..make(Kind::Direct) };
    assert_eq!(
        code(rig.chat.create_conversation(&friend, open).await),
        Some(Code::AccountNotFound)
    );
    let add = AddMember { account_id: ann.account, role: None };
    assert_eq!(code(rig.chat.add_member(&friend, crew, add).await), Some(Code::AccountNotFound));
    assert_eq!(code(rig.chat.block(&friend, ann.account).await), Some(Code::AccountNotFound));
    assert_eq!(code(rig.chat.session_alive(&ann).await), Some(Code::SessionEnded));

    let next = rig.addressed("Ann", "ann@example.org").await;
    assert_ne!(next.account, ann.account);
    assert_eq!(
        code(rig.chat.conversation(&Viewer::Account(next), id).await),
        Some(Code::ConversationNotFound)
    );
    delete(&rig, &next).await;
}

async fn takes_the_right_password(rig: Rig) {
    let owner = rig.owner("root").await;
    let ann = rig.person("ann").await;
    let guess = |password: &str| DeleteOwnAccount { password: password.to_owned() };
    let wrong = rig.chat.delete_own_account(&ann, &here(), guess("not it")).await;
    assert_eq!(code(wrong), Some(Code::CredentialsWrong));
    let long = rig.chat.delete_own_account(&ann, &here(), guess(&"x".repeat(2_000))).await;
    assert_eq!(code(long), Some(Code::Invalid));
    let newest = &rig.chat.own_audit(&ann, None, None).await.unwrap().items[0];
    assert_eq!((newest.act, newest.result), (AuditAct::DeleteAccount, AuditResult::Refused));
    let mut tries = 0;
    while code(rig.chat.delete_own_account(&ann, &here(), guess("not it")).await)
        == Some(Code::CredentialsWrong)
    {
        tries += 1;
        assert!(tries < 10, "guessing is bounded");
    }
    rig.wait(15 * 60);
    let last = rig.chat.delete_own_account(&owner, &here(), guess(PASSWORD)).await;
    assert_eq!(code(last), Some(Code::LastOwner));
    delete(&rig, &ann).await;
    let audit = chinwag_chat::AuditFilter { account: Some(ann.account), ..Default::default() };
    let entries = rig.chat.audit(&owner, &here(), audit, None, None).await.unwrap().items;
    assert_eq!((entries[0].act, entries[0].result), (AuditAct::DeleteAccount, AuditResult::Done));
    assert!(
        entries.iter().all(|entry| entry.address.is_none()),
        "who did what stays, from where goes"
    );
    assert!(rig.chat.audit_chain(&owner).await.unwrap().whole);
}

async fn what_one_owned_is_handed_over(rig: Rig) {
    let [ann, bob, eve] =
        [rig.person("ann").await, rig.person("bob").await, rig.person("eve").await];
    let crew = group(&rig, &ann, &[bob, eve]).await;
    let role = chinwag_wire::ChangeRole { role: Role::Admin };
    rig.chat.change_role(&ann, crew, eve.account, role).await.unwrap();
    let alone = group(&rig, &ann, &[]).await;
    let body = CreateConversation { name: Some("lobby".into()), ..make(Kind::Room) };
    let room = rig.chat.create_conversation(&ann, body).await.unwrap().0.id;
    rig.chat.join(&bob, room).await.unwrap();
    let before = rig.chat.conversation(&Viewer::Account(bob), crew).await.unwrap().last_rev;
    delete(&rig, &ann).await;
    let members = async |of: &Actor, id| {
        let members = rig.chat.members(of, id, None, None).await.unwrap().items;
        members.into_iter().map(|member| (member.account.id, member.role)).collect::<BTreeSet<_>>()
    };
    let expected = BTreeSet::from([(bob.account, Role::Member), (eve.account, Role::Owner)]);
    assert_eq!(members(&bob, crew).await, expected, "an admin comes first");
    assert_eq!(members(&bob, room).await, BTreeSet::from([(bob.account, Role::Owner)]));
    let changes = rig.chat.sync(&Viewer::Account(bob), crew, before).await.unwrap();
    let revs: Vec<_> = changes.events.iter().map(|event| event.rev).collect();
    assert_eq!(revs, [Some(before + 1), Some(before + 2)], "appointed, then left");
    assert_eq!(
        code(rig.chat.conversation(&Viewer::Account(bob), alone).await),
        Some(Code::ConversationNotFound)
    );
}

async fn an_account_that_goes_is_added_nowhere(rig: Rig) {
    let ann = rig.person("ann").await;
    for round in 0..5 {
        let gone = rig.person(&format!("gone{round}")).await;
        let (chat, from) = (&rig.chat, here());
        let adding = join_all((0..8).map(async |_| {
            let crew = group(&rig, &ann, &[]).await;
            let body = AddMember { account_id: gone.account, role: None };
            (crew, chat.add_member(&ann, crew, body).await)
        }));
        let body = DeleteOwnAccount { password: PASSWORD.to_owned() };
        let (added, deleted) = tokio::join!(adding, chat.delete_own_account(&gone, &from, body));
        deleted.unwrap();
        for (crew, outcome) in added {
            let refused = code(outcome);
            assert!(matches!(refused, None | Some(Code::AccountNotFound)), "{refused:?}");
            let members = chat.members(&ann, crew, None, None).await.unwrap().items;
            assert_eq!(members.len(), 1, "it is not, or no longer, in it");
        }
    }
}

/// A table that is added is erased, or says why not.
async fn every_table_has_its_say(rig: Rig) {
    let engine = rig.engine();
    let erased =
        chinwag_chat::erasing().iter().map(|statement| statement.text(engine)).collect::<String>();
    let tables = rig.db.read(Everything).await.unwrap();
    for (table, _) in &tables {
        let kept = KEPT.iter().any(|(kept, _)| kept == table);
        let named = [format!("UPDATE {table} "), format!("DELETE FROM {table} ")];
        let erased = named.iter().any(|named| erased.contains(named));
        assert!(kept || erased, "{table}: say in personal/erase.rs what becomes of it");
    }
    for (kept, _) in KEPT {
        assert!(tables.iter().any(|(table, _)| table == kept), "there is no table {kept}");
    }
}
