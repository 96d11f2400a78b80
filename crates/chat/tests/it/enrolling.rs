//! Accounts that are made without being signed in, by the rules of other surfaces.

use crate::rig::{PASSWORD, Rig, code, here};
use chinwag_chat::{Enrolment, Handle, NameRule, PasswordRule};
use chinwag_wire::Code;
use futures_util::future::join_all;

crate::on_both_engines! {
    opens_no_session
    says_of_itself_what_it_was_made_with
    follows_the_rules_of_its_surface
    one_of_many_has_the_name
    what_is_kept_with_it_is_exported_and_erased
}

/// An enrolment under a chosen name.
pub fn named(name: &str, password: &str) -> Enrolment {
    Enrolment {
        handle: Handle::Named(name.to_owned(), NameRule::Plain),
        email: None,
        display_name: None,
        first_name: None,
        last_name: None,
        public_key: None,
        password: password.to_owned(),
        password_rule: PasswordRule::Any,
        extra: None,
        verify: false,
    }
}

/// An enrolment whose address is the account's from the start.
pub fn claiming(name: &str, email: &str) -> Enrolment {
    Enrolment {
        handle: Handle::Named(name.to_owned(), NameRule::Native),
        email: Some(email.to_owned()),
        ..named("", PASSWORD)
    }
}

/// An enrolment with an address, whose name is derived.
pub fn addressed(email: &str, display_name: &str, password: &str) -> Enrolment {
    Enrolment {
        handle: Handle::Derived,
        email: Some(email.to_owned()),
        display_name: Some(display_name.to_owned()),
        password_rule: PasswordRule::Long,
        ..named("", password)
    }
}

async fn opens_no_session(rig: Rig) {
    let made = rig.chat.enrol(&here(), addressed("Ann@Example.org", "Ann Lee", "windmill9")).await;
    let made = made.unwrap();
    assert_eq!(
        (made.username.as_str(), made.display_name.as_str(), made.email.as_deref()),
        ("ann-lee", "Ann Lee", Some("ann@example.org"))
    );
    let person = rig.chat.person(made.id).await.unwrap().unwrap();
    assert_eq!((person.account.username.as_str(), person.email_verified), ("ann-lee", false));
    assert_eq!(rig.chat.person_named("ANN-LEE").await.unwrap(), Some(person.clone()));
    assert_eq!(rig.chat.person_of_email("ANN@example.org").await.unwrap(), Some(person));
    assert_eq!(rig.chat.person_of_email("ann-lee").await.unwrap(), None);
    let signed_in = rig.chat.sign_in(&here(), crate::rig::signing_in("ann-lee", "windmill9")).await;
    let actor = rig.actor(&signed_in.unwrap()).await;
    assert_eq!(rig.chat.sessions(&actor).await.unwrap().len(), 1, "its own, and none before it");
}

async fn says_of_itself_what_it_was_made_with(rig: Rig) {
    let whole = |email: &str| addressed(email, "Mary Ann  Lee", "windmill9");
    let plain = rig.chat.enrol(&here(), whole("a@example.org")).await.unwrap().id;
    let names = Enrolment {
        first_name: Some("Mary Ann".to_owned()),
        last_name: Some("Lee".to_owned()),
        public_key: Some("-----BEGIN\nx\n-----END".to_owned()),
        ..whole("b@example.org")
    };
    let given = rig.chat.enrol(&here(), names.clone()).await.unwrap().id;
    let people = rig.chat.people(&[plain, given]).await.unwrap();
    assert_eq!(people[0].names(), ("Mary", "Ann  Lee"));
    assert_eq!(
        (people[1].names(), people[1].public_key.clone()),
        (("Mary Ann", "Lee"), names.public_key.clone())
    );
    for key in ["", "k\u{e9}y", "k\0y", &"x".repeat(8_193)] {
        let bad = Enrolment { public_key: Some(key.to_owned()), ..whole("c@example.org") };
        assert_eq!(code(rig.chat.enrol(&here(), bad).await), Some(Code::Invalid));
    }
}

async fn follows_the_rules_of_its_surface(rig: Rig) {
    for name in ["joe@x", "a:b-with-c", "me too", "'; DROP TABLE accounts"] {
        assert_eq!(rig.chat.enrol(&here(), named(name, "x")).await.unwrap().username, name);
    }
    let native = Enrolment { password_rule: PasswordRule::Native, ..named("jim", "x") };
    let slug =
        Enrolment { handle: Handle::Named("a b".to_owned(), NameRule::Slug), ..named("", "x") };
    for bad in
        [named("", "x"), named(" a", "x"), named("block", "x"), named("ok", ""), native, slug]
    {
        assert_eq!(code(rig.chat.enrol(&here(), bad).await), Some(Code::Invalid));
    }
    assert_eq!(code(rig.chat.enrol(&here(), named("JOE@X", "x")).await), Some(Code::UsernameTaken));
    let address = || addressed("joe@example.org", "Joe", "windmill9");
    rig.chat.enrol(&here(), address()).await.unwrap();
    assert_eq!(code(rig.chat.enrol(&here(), address()).await), Some(Code::EmailTaken));
}

async fn one_of_many_has_the_name(rig: Rig) {
    let all = (0..20).map(|n| {
        let (chat, name) = (rig.chat.clone(), if n % 2 == 0 { "Zoë" } else { "zOE\u{308}" });
        tokio::spawn(async move { chat.enrol(&here(), named(name, "x")).await })
    });
    let made = join_all(all).await.into_iter().map(Result::unwrap);
    let (won, lost): (Vec<_>, Vec<_>) = made.partition(Result::is_ok);
    assert_eq!(won.len(), 1);
    assert!(lost.into_iter().all(|lost| code(lost) == Some(Code::UsernameTaken)));
}

async fn what_is_kept_with_it_is_exported_and_erased(rig: Rig) {
    let extra = Some(r#"{"likes":"xylophones"}"#.to_owned());
    let made =
        rig.chat.enrol(&here(), Enrolment { extra, ..named("ann", "secret") }).await.unwrap();
    let signed_in = rig.chat.sign_in(&here(), crate::rig::signing_in("ann", "secret")).await;
    let actor = rig.actor(&signed_in.unwrap()).await;
    let password = || chinwag_wire::DeleteOwnAccount { password: "secret".to_owned() };
    rig.chat.delete_own_account(&actor, &here(), password()).await.unwrap();
    assert_eq!(rig.chat.person(made.id).await.unwrap(), None);
    let again = rig.chat.enrol(&here(), named(&format!("deleted@{}", made.id), "x")).await;
    assert!(again.is_ok(), "no name of a tombstone");
}
