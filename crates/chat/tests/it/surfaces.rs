//! Sessions of other surfaces: how long they live, how guesses at them are counted, and that they are
//! sessions like all others.

use crate::{
    enrolling::{addressed, named},
    rig::{Rig, code, here, options},
};
use chinwag_chat::{
    Chat, Guesses, LimitOptions, Notice, Origin, PasswordChange, PasswordRule, Purpose,
    SessionKind, SignInName, SignedIn,
};
use chinwag_wire::{Code, Problem};
use futures_util::future::join_all;
use std::time::Duration;

crate::on_both_engines! {
    live_as_long_as_their_kind_says
    are_named_by_username_or_by_email_alone
    failures_are_counted_in_one_place
    those_who_try_at_once_guess_no_more_often
    attempts_are_recorded
    a_password_is_changed_as_the_surface_asks
    an_account_just_made_needs_no_password
}

/// A day, without moving.
pub const DAY: SessionKind =
    SessionKind { surface: "a surface", life: Duration::from_secs(86_400), sliding: false };
/// Ten in a quarter of an hour.
const TEN: Guesses = Guesses { most: 10, window: Duration::from_secs(900) };

fn from(last: u8) -> Origin {
    Origin { address: [192, 0, 2, last].into() }
}

async fn enter(chat: &Chat, name: SignInName, password: &str) -> Result<SignedIn, Problem> {
    chat.sign_in_as(&here(), name, password.to_owned(), &DAY, TEN).await
}

fn ann() -> SignInName {
    SignInName::username("ann")
}

/// The same product, with limits.
async fn limited(rig: &Rig) -> Chat {
    rig.again(chinwag_chat::ChatOptions { limits: LimitOptions::default(), ..options() }).await
}

async fn live_as_long_as_their_kind_says(rig: Rig) {
    rig.chat.enrol(&here(), named("ann", "x")).await.unwrap();
    let signed_in = enter(&rig.chat, ann(), "x").await.unwrap();
    let actor = signed_in.actor;
    let session = rig.chat.sessions(&actor).await.unwrap().remove(0);
    assert_eq!((session.id, session.expires_at), (actor.session, actor.expires));
    assert_eq!(session.expires_at.since(session.created_at), DAY.life);
    rig.wait(86_399);
    assert!(rig.chat.session_alive(&actor).await.is_ok());
    rig.wait(1);
    assert_eq!(code(rig.chat.session_alive(&actor).await), Some(Code::SessionEnded));
    let next = enter(&rig.chat, ann(), "x").await.unwrap().actor;
    rig.heard.take();
    rig.chat.sign_out(&next, &here()).await.unwrap();
    assert_eq!(rig.heard.take(), [Notice::SessionEnded { session: next.session }]);
    assert_eq!(code(rig.chat.session_alive(&next).await), Some(Code::SessionEnded));
}

async fn are_named_by_username_or_by_email_alone(rig: Rig) {
    rig.chat.enrol(&here(), addressed("ann@example.org", "Ann", "windmill9")).await.unwrap();
    rig.chat.enrol(&here(), named("bob@example.org", "windmill9")).await.unwrap();
    let good = [
        SignInName::username("ANN"),
        SignInName::email("Ann@Example.org"),
        SignInName::username("Bob@example.org"),
    ];
    for name in good {
        assert!(enter(&rig.chat, name.clone(), "windmill9").await.is_ok(), "{name:?}");
    }
    let bad = [
        SignInName::username("ann@example.org"),
        SignInName::email("ann"),
        SignInName::email("bob@example.org"),
        SignInName::username(""),
        SignInName::username("\0"),
        SignInName::email(&"x".repeat(5_000)),
    ];
    for name in bad {
        let refused = enter(&rig.chat, name.clone(), "windmill9").await;
        assert_eq!(code(refused), Some(Code::CredentialsWrong), "{name:?}");
    }
    let long = enter(&rig.chat, SignInName::username("ann"), &"x".repeat(1_025)).await;
    assert_eq!(code(long), Some(Code::CredentialsWrong));
}

async fn failures_are_counted_in_one_place(rig: Rig) {
    let chat = limited(&rig).await;
    chat.enrol(&here(), addressed("ann@example.org", "Ann", "windmill9")).await.unwrap();
    let three = Guesses { most: 3, ..TEN };
    for _ in 0..3 {
        assert_eq!(code(enter(&chat, ann(), "no").await), Some(Code::CredentialsWrong));
    }
    let by_email = SignInName::email("ann@example.org");
    let left = chat.guesses_left(&here(), &by_email, TEN).await.unwrap();
    assert_eq!((left.limit, left.remaining, left.reset_seconds), (10, 7, 900));
    let right = || "windmill9".to_owned();
    let refused = chat.sign_in_as(&here(), by_email.clone(), right(), &DAY, three).await;
    let refused = refused.err().unwrap();
    assert_eq!((refused.code, refused.retry_after), (Code::TooManyAttempts, Some(900)));
    assert!(
        chat.sign_in_as(&here(), by_email.clone(), right(), &DAY, TEN).await.is_ok(),
        "at its own number"
    );
    let elsewhere = chat.sign_in_as(&from(1), ann(), right(), &DAY, three).await;
    assert!(elsewhere.is_ok(), "from another address");
    for _ in 0..7 {
        assert_eq!(code(enter(&chat, by_email.clone(), "no").await), Some(Code::CredentialsWrong));
    }
    assert_eq!(code(enter(&chat, ann(), "windmill9").await), Some(Code::TooManyAttempts));
    rig.wait(900);
    assert!(enter(&chat, ann(), "windmill9").await.is_ok());
    for _ in 0..10 {
        assert_eq!(
            code(enter(&chat, SignInName::username("nobody"), "no").await),
            Some(Code::CredentialsWrong)
        );
    }
    let nobody = enter(&chat, SignInName::username("NoBody"), "no").await;
    assert_eq!(code(nobody), Some(Code::TooManyAttempts), "the same for nobody");
    for _ in 0..12 {
        assert_eq!(
            code(enter(&rig.chat, ann(), "no").await),
            Some(Code::CredentialsWrong),
            "no limits, no count"
        );
    }
}

async fn those_who_try_at_once_guess_no_more_often(rig: Rig) {
    let chat = limited(&rig).await;
    chat.enrol(&here(), named("ann", "x")).await.unwrap();
    let tries = |password: &'static str, n: usize| {
        join_all((0..n).map(|_| {
            let chat = chat.clone();
            tokio::spawn(async move { code(enter(&chat, ann(), password).await) })
        }))
    };
    let right = tries("x", 30).await;
    assert!(right.into_iter().all(|tried| tried.unwrap().is_none()), "nobody who knows it waits");
    let wrong = tries("no", 30).await.into_iter().map(Result::unwrap);
    let (guessed, refused): (Vec<_>, Vec<_>) =
        wrong.partition(|code| *code == Some(Code::CredentialsWrong));
    assert_eq!((guessed.len(), refused.len()), (10, 20));
    assert!(refused.into_iter().all(|code| code == Some(Code::TooManyAttempts)));
}

async fn attempts_are_recorded(rig: Rig) {
    let chat = limited(&rig).await;
    chat.enrol(&here(), named("ann", "x")).await.unwrap();
    for password in ["no", "x", "no"] {
        let _ = enter(&chat, ann(), password).await;
    }
    let two = Guesses { most: 2, ..TEN };
    let refused = chat.sign_in_as(&here(), ann(), "x".to_owned(), &DAY, two).await;
    assert_eq!(code(refused), Some(Code::TooManyAttempts));
    let actor = enter(&chat, ann(), "x").await.unwrap().actor;
    let log = chat.sign_ins(&actor, None, None).await.unwrap().items;
    let log: Vec<_> = log.iter().map(|attempt| attempt.succeeded).collect();
    assert_eq!(log, [true, false, true, false], "refused ones are not");
    rig.wait(90 * 86_400);
    let actor = enter(&chat, ann(), "x").await.unwrap().actor;
    assert_eq!(chat.sign_ins(&actor, None, None).await.unwrap().items.len(), 1, "of 90 days");
}

async fn a_password_is_changed_as_the_surface_asks(rig: Rig) {
    rig.chat.enrol(&here(), named("ann", "first")).await.unwrap();
    let one = enter(&rig.chat, ann(), "first").await.unwrap().actor;
    let other = enter(&rig.chat, ann(), "first").await.unwrap().actor;
    let change = |old: Option<&str>, new: &str, keep_own| PasswordChange {
        old: old.map(str::to_owned),
        new: new.to_owned(),
        rule: PasswordRule::Strong,
        keep_own,
    };
    let replace = async |change| code(rig.chat.replace_password(&one, &here(), change).await);
    assert_eq!(replace(change(Some("no"), "Harbour#12", true)).await, Some(Code::CredentialsWrong));
    assert_eq!(replace(change(Some("no"), "weak", true)).await, Some(Code::CredentialsWrong));
    assert_eq!(replace(change(Some("first"), "weak", true)).await, Some(Code::Invalid));
    assert_eq!(replace(change(Some("first"), "Harbour#12", true)).await, None);
    assert!(
        rig.chat.session_alive(&one).await.is_ok() && rig.chat.session_alive(&other).await.is_err()
    );
    assert_eq!(replace(change(None, "Harbour#13", false)).await, None);
    assert!(rig.chat.session_alive(&one).await.is_err());
    assert!(enter(&rig.chat, ann(), "Harbour#13").await.is_ok());
}

async fn an_account_just_made_needs_no_password(rig: Rig) {
    let made = rig.chat.enrol(&here(), named("ann", "x")).await.unwrap();
    let actor = rig.chat.open_session(&here(), made.id, &DAY).await.unwrap().actor;
    assert_eq!(rig.chat.me(&actor).await.unwrap(), made);
    let ghost = rig.chat.name_or_unclaimed(&actor, "ghost", Purpose::Write).await.unwrap();
    let refused = rig.chat.open_session(&here(), ghost.id, &DAY).await;
    assert_eq!(code(refused), Some(Code::AccountNotFound));
}
