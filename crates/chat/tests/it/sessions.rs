//! Sessions: opened, listed, ended at once, and never more than fifty.

use crate::{
    enrolling::claiming,
    rig::{PASSWORD, Rig, code, here, signing_in},
};
use chinwag_chat::Notice;
use chinwag_wire::{Code, SessionId, SignIn};
use futures_util::future::join_all;
use std::{
    collections::HashSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
};

crate::on_both_engines! {
    signs_in_by_either_name_in_any_spelling
    are_listed_and_ended
    end_for_whoever_is_asking_just_then
    survive_a_restart_until_they_end
    end_all_together
    are_fifty_at_most
    every_attempt_is_recorded
    access_ends_in_minutes
}

async fn signs_in_by_either_name_in_any_spelling(rig: Rig) {
    let made = rig.chat.enrol(&here(), claiming("Zoë", "zoe@example.org")).await.unwrap();
    for name in ["Zoë", "ZOË", "zoe\u{308}", "zoe@example.org", "ZOE@EXAMPLE.ORG"] {
        assert_eq!(rig.sign_in(name).await.unwrap().account, made, "{name}");
    }
    for name in ["zoe", "zoë ", "nobody", "nobody@example.org"] {
        assert_eq!(code(rig.sign_in(name).await), Some(Code::CredentialsWrong), "{name}");
    }
    for name in ["", "\0", &"x".repeat(2_000)] {
        assert_eq!(code(rig.sign_in(name).await), Some(Code::Invalid));
    }
}

async fn are_listed_and_ended(rig: Rig) {
    let first = rig.register("ann").await;
    rig.wait(1);
    let on_phone = SignIn { device: Some("phone".into()), ..signing_in("ann", PASSWORD) };
    let second = rig.chat.sign_in(&here(), on_phone).await.unwrap();
    let (actor, stranger) = (rig.actor(&first).await, rig.actor(&rig.register("bob").await).await);
    let listed = rig.chat.sessions(&actor).await.unwrap();
    let shown: Vec<_> = listed
        .iter()
        .map(|session| (session.id, session.device.as_deref(), session.current))
        .collect();
    assert_eq!(shown, [(second.session_id, Some("phone"), false), (first.session_id, None, true)]);
    assert_eq!(
        (listed[0].address.as_str(), listed[0].expires_at),
        ("127.0.0.1", second.refresh_expires_at)
    );

    assert_eq!(
        code(rig.chat.end_session(&stranger, &here(), second.session_id).await),
        Some(Code::SessionNotFound)
    );
    assert!(rig.chat.authenticate(&second.access_token).await.is_ok());
    rig.chat.end_session(&actor, &here(), second.session_id).await.unwrap();
    assert_eq!(rig.heard.take(), [Notice::SessionEnded { session: second.session_id }]);
    assert_eq!(code(rig.chat.authenticate(&second.access_token).await), Some(Code::SessionEnded));
    assert_eq!(
        code(rig.chat.end_session(&actor, &here(), second.session_id).await),
        Some(Code::SessionNotFound)
    );
    assert_eq!(rig.chat.sessions(&actor).await.unwrap().len(), 1);
    for _ in 0..2 {
        rig.chat.sign_out(&actor, &here()).await.unwrap();
    }
    assert_eq!(code(rig.chat.session_alive(&actor).await), Some(Code::SessionEnded));
}

/// Readers that miss the view and read the database while a session ends must not revive it.
async fn end_for_whoever_is_asking_just_then(rig: Rig) {
    rig.register("ann").await;
    for _ in 0..20 {
        let credentials = rig.sign_in("ann").await.unwrap();
        // Another instance, whose view knows nothing yet.
        let chat = rig.again(crate::rig::options()).await;
        let actor = rig.actor(&credentials).await;
        let stop = Arc::new(AtomicBool::new(false));
        let asking = (0..4).map(|_| {
            let (chat, stop) = (chat.clone(), stop.clone());
            tokio::spawn(async move {
                while !stop.load(SeqCst) {
                    let _ = chat.session_alive(&actor).await;
                    tokio::task::yield_now().await;
                }
            })
        });
        let asking: Vec<_> = asking.collect();
        chat.sign_out(&actor, &here()).await.unwrap();
        assert_eq!(code(chat.session_alive(&actor).await), Some(Code::SessionEnded));
        stop.store(true, SeqCst);
        join_all(asking).await;
        assert_eq!(code(chat.session_alive(&actor).await), Some(Code::SessionEnded));
        chat.close().await;
    }
}

async fn survive_a_restart_until_they_end(rig: Rig) {
    let credentials = rig.register("ann").await;
    let restarted = rig.again(crate::rig::options()).await;
    let actor = restarted.authenticate(&credentials.access_token).await.unwrap();
    assert_eq!((actor.account, actor.session), (credentials.account.id, credentials.session_id));
    restarted.sign_out(&actor, &here()).await.unwrap();
    let restarted = rig.again(crate::rig::options()).await;
    assert_eq!(
        code(restarted.authenticate(&credentials.access_token).await),
        Some(Code::SessionEnded)
    );
}

async fn end_all_together(rig: Rig) {
    let actor = rig.actor(&rig.register("ann").await).await;
    let bystander = rig.register("bob").await;
    let mut sessions = HashSet::from([actor.session]);
    for _ in 0..3 {
        sessions.insert(rig.sign_in("ann").await.unwrap().session_id);
    }
    rig.chat.end_all_sessions(&actor, &here()).await.unwrap();
    assert_eq!(ended(&rig), sessions);
    assert_eq!(code(rig.chat.session_alive(&actor).await), Some(Code::SessionEnded));
    assert!(rig.chat.authenticate(&bystander.access_token).await.is_ok());
}

fn ended(rig: &Rig) -> HashSet<SessionId> {
    let session = |notice| match notice {
        Notice::SessionEnded { session } => session,
        other => panic!("{other:?}"),
    };
    rig.heard.take().into_iter().map(session).collect()
}

async fn are_fifty_at_most(rig: Rig) {
    let first = rig.register("ann").await;
    let mut newest = first.clone();
    for _ in 0..52 {
        rig.wait(1);
        newest = rig.sign_in("ann").await.unwrap();
    }
    let ended = ended(&rig);
    assert!(ended.len() == 3 && ended.contains(&first.session_id));
    assert_eq!(rig.chat.sessions(&rig.actor(&newest).await).await.unwrap().len(), 50);
    assert_eq!(code(rig.chat.authenticate(&first.access_token).await), Some(Code::SessionEnded));
}

async fn every_attempt_is_recorded(rig: Rig) {
    let actor = rig.actor(&rig.register("ann").await).await;
    // Those that are forgotten are few statements more: one engine shows them.
    let tries = if rig.engine() == chinwag_sql::Engine::Sqlite { 1_005 } else { 205 };
    for n in 0..tries {
        let password = if n % 4 == 0 { "a wrong guess" } else { PASSWORD };
        let body = SignIn { device: Some(n.to_string()), ..signing_in("ann", password) };
        assert_eq!(rig.chat.sign_in(&here(), body).await.is_ok(), n % 4 != 0);
    }
    let (mut cursor, mut seen) = (None, Vec::new());
    loop {
        let page = rig.chat.sign_ins(&actor, cursor.as_deref(), Some(30)).await.unwrap();
        seen.extend(page.items);
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(seen.len(), tries.min(1_000), "the newest");
    for (n, attempt) in (0..tries).rev().zip(&seen) {
        assert_eq!(
            (attempt.device.clone(), attempt.succeeded, attempt.address.as_str()),
            (Some(n.to_string()), n % 4 != 0, "127.0.0.1")
        );
    }
    assert_eq!(
        code(rig.chat.sign_ins(&actor, Some("nonsense"), None).await),
        Some(Code::CursorInvalid)
    );
}

async fn access_ends_in_minutes(rig: Rig) {
    let credentials = rig.register("ann").await;
    let actor = rig.actor(&credentials).await;
    assert_eq!(actor.expires, credentials.access_expires_at);
    rig.wait(600);
    assert_eq!(
        code(rig.chat.authenticate(&credentials.access_token).await),
        Some(Code::Unauthenticated)
    );
    assert!(rig.chat.session_alive(&actor).await.is_ok(), "its session does not");
}
