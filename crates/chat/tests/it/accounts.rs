//! Accounts: names are unique under race and in every spelling, and looked up by any.

use crate::{
    enrolling::{addressed, claiming},
    rig::{PASSWORD, Rig, code, here, registration},
};
use chinwag_chat::AccountName;
use chinwag_wire::{AccountId, Code, Credentials, InstanceRole, Problem, Register};
use futures_util::future::join_all;
use std::{collections::HashSet, future::Future};
use uuid::Uuid;

crate::on_both_engines! {
    one_of_many_has_the_username
    one_of_many_has_the_email
    every_derived_handle_is_free
    is_found_in_any_spelling
    what_is_refused_leaves_nothing
    closed_registration_is_closed
}

/// Makes accounts all at once; gives those that were made, and how the others were refused.
async fn race<T: Send + 'static>(
    makings: impl IntoIterator<Item: Future<Output = Result<T, Problem>> + Send + 'static>,
) -> (Vec<T>, HashSet<Code>) {
    let (mut won, mut refused) = (Vec::new(), HashSet::new());
    for outcome in join_all(makings.into_iter().map(tokio::spawn)).await {
        match outcome.unwrap() {
            Ok(made) => won.push(made),
            Err(problem) => drop(refused.insert(problem.code)),
        }
    }
    (won, refused)
}

/// Registers, some time later.
fn register(
    rig: &Rig,
    body: Register,
) -> impl Future<Output = Result<Credentials, Problem>> + use<> {
    let chat = rig.chat.clone();
    async move { chat.register(&here(), body).await }
}

async fn one_of_many_has_the_username(rig: Rig) {
    for round in 0..10 {
        let spellings = [
            format!("Zoë {round}"),
            format!("zoë {round}"),
            format!("ZOE\u{308} {round}"),
            format!("ｚｏë {round}"),
        ];
        let bodies = (0..20).map(|n| registration(Some(&spellings[n % 4]), None));
        let (won, refused) = race(bodies.map(|body| register(&rig, body))).await;
        assert_eq!((won.len(), refused), (1, HashSet::from([Code::UsernameTaken])));
    }
}

async fn one_of_many_has_the_email(rig: Rig) {
    for round in 0..5 {
        let spellings = [format!("ann{round}@example.org"), format!("ANN{round}@Example.ORG")];
        let makings = (0..20).map(|n| {
            let (chat, enrolment) =
                (rig.chat.clone(), addressed(&spellings[n % 2], "Ann", PASSWORD));
            async move { chat.enrol(&here(), enrolment).await }
        });
        let (won, refused) = race(makings).await;
        assert_eq!((won.len(), refused), (1, HashSet::from([Code::EmailTaken])));
    }
}

async fn every_derived_handle_is_free(rig: Rig) {
    let bodies = (0..20).map(|n| Register {
        display_name: Some("Ann Lee".into()),
        ..registration(None, Some(&format!("secret{n}@example.org")))
    });
    let (won, _) = race(bodies.map(|body| register(&rig, body))).await;
    assert_eq!(won.len(), 20);
    let actor = rig.actor(&won[0]).await;
    let mut names = HashSet::new();
    for made in won {
        let id = AccountName::Id(made.account.id);
        let account = rig.chat.account(&actor, id).await.unwrap();
        assert!(
            account.username.starts_with("ann-lee") && account.display_name == "Ann Lee",
            "{account:?}"
        );
        names.insert(account.username);
    }
    assert!(names.len() == 20 && names.contains("ann-lee"));
}

async fn is_found_in_any_spelling(rig: Rig) {
    let made = rig
        .chat
        .register(&here(), registration(Some("Straße"), Some("Ann@Example.org")))
        .await
        .unwrap();
    let actor = rig.actor(&made).await;
    let me = rig.chat.me(&actor).await.unwrap();
    assert_eq!(me, made.account);
    assert_eq!(
        (me.username.as_str(), me.display_name.as_str(), me.pending_email.as_deref(), me.role),
        ("Straße", "Straße", Some("ann@example.org"), InstanceRole::Member)
    );
    for name in ["straße", "STRASSE", "strasse"] {
        let found = rig.chat.account(&actor, AccountName::Username(name.into())).await.unwrap();
        assert_eq!((found.id, found.username.as_str()), (me.id, "Straße"));
    }
    let long = "x".repeat(100_000);
    for name in ["nobody", "", "ann@example.org", "\0", &long] {
        let found = rig.chat.account(&actor, AccountName::Username(name.into())).await;
        assert_eq!(code(found), Some(Code::AccountNotFound), "{name:.20}");
    }
    let found = rig.chat.account(&actor, AccountName::Id(AccountId(Uuid::from_u128(7)))).await;
    assert_eq!(code(found), Some(Code::AccountNotFound));
}

async fn what_is_refused_leaves_nothing(rig: Rig) {
    let enrol = async |name, email| rig.chat.enrol(&here(), claiming(name, email)).await;
    enrol("ann", "ann@example.org").await.unwrap();
    assert_eq!(code(enrol("bob", "ann@example.org").await), Some(Code::EmailTaken));
    assert_eq!(code(enrol("ANN", "bob@example.org").await), Some(Code::UsernameTaken));
    let refused = rig
        .chat
        .register(&here(), Register { password: "short".into(), ..registration(Some("me"), None) })
        .await
        .unwrap_err();
    let fields: Vec<_> = refused.errors.iter().map(|error| error.field.as_str()).collect();
    assert_eq!((refused.code, fields), (Code::Invalid, vec!["username", "password"]));
    assert!(enrol("bob", "bob@example.org").await.is_ok());
}

async fn closed_registration_is_closed(rig: Rig) {
    let chat = rig
        .again(chinwag_chat::ChatOptions { registration_open: false, ..crate::rig::options() })
        .await;
    assert_eq!(
        code(chat.register(&here(), registration(Some("ann"), None)).await),
        Some(Code::Forbidden)
    );
    let with_link =
        |secret: String| Register { owner_link: Some(secret), ..registration(Some("ann"), None) };
    assert_eq!(code(chat.register(&here(), with_link("guess".into())).await), Some(Code::LinkUsed));
    let link = chat.owner_link().await.unwrap().unwrap();
    assert!(chat.register(&here(), with_link(link)).await.is_ok());
    assert!(rig.chat.sign_in(&here(), crate::rig::signing_in("ann", PASSWORD)).await.is_ok());
}
