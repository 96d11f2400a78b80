//! Refresh tokens work once; whoever lost the answer may ask again; a copy ends the session.

use crate::rig::{Rig, code, here};
use chinwag_chat::Notice;
use chinwag_wire::{Code, Credentials, Problem, Refresh};
use futures_util::future::join_all;
use std::collections::HashSet;

crate::on_both_engines! {
    a_storm_has_one_successor
    a_replay_after_the_grace_ends_the_session
    a_replay_of_what_was_overtaken_ends_the_session
    idle_sessions_end
    no_session_is_for_ever
    what_is_no_token_is_refused
}

async fn refresh(rig: &Rig, token: &str) -> Result<Credentials, Problem> {
    rig.chat.refresh(&here(), Refresh { refresh_token: token.to_owned() }).await
}

async fn a_storm_has_one_successor(rig: Rig) {
    let mut token = rig.register("ann").await.refresh_token;
    for _ in 0..5 {
        let storm = (0..20).map(|_| {
            let (chat, token) = (rig.chat.clone(), token.clone());
            tokio::spawn(async move {
                chat.refresh(&here(), Refresh { refresh_token: token }).await.unwrap()
            })
        });
        let answers: Vec<_> = join_all(storm).await.into_iter().map(Result::unwrap).collect();
        let successors: HashSet<_> =
            answers.iter().map(|answer| answer.refresh_token.clone()).collect();
        assert_eq!(successors.len(), 1);
        for answer in &answers {
            assert!(rig.chat.authenticate(&answer.access_token).await.is_ok());
        }
        token = answers[0].refresh_token.clone();
    }
    assert!(rig.heard.take().is_empty());
}

/// The session is over, for the holder of every token.
async fn is_over(rig: &Rig, first: &Credentials, newest: &Credentials) {
    assert_eq!(rig.heard.take(), [Notice::SessionEnded { session: first.session_id }]);
    assert_eq!(code(refresh(rig, &newest.refresh_token).await), Some(Code::SessionEnded));
    assert_eq!(code(rig.chat.authenticate(&newest.access_token).await), Some(Code::SessionEnded));
    let restarted = rig.again(crate::rig::options()).await;
    assert_eq!(code(restarted.authenticate(&newest.access_token).await), Some(Code::SessionEnded));
}

async fn a_replay_after_the_grace_ends_the_session(rig: Rig) {
    let first = rig.register("ann").await;
    let second = refresh(&rig, &first.refresh_token).await.unwrap();
    rig.wait(9);
    assert_eq!(
        refresh(&rig, &first.refresh_token).await.unwrap().refresh_token,
        second.refresh_token
    );
    rig.wait(2);
    assert_eq!(code(refresh(&rig, &first.refresh_token).await), Some(Code::RefreshReused));
    is_over(&rig, &first, &second).await;
}

async fn a_replay_of_what_was_overtaken_ends_the_session(rig: Rig) {
    let first = rig.register("ann").await;
    let second = refresh(&rig, &first.refresh_token).await.unwrap();
    let third = refresh(&rig, &second.refresh_token).await.unwrap();
    assert_eq!(code(refresh(&rig, &first.refresh_token).await), Some(Code::RefreshReused));
    is_over(&rig, &first, &third).await;
    assert!(rig.sign_in("ann").await.is_ok());
}

const DAY: u64 = 24 * 60 * 60;

async fn idle_sessions_end(rig: Rig) {
    let first = rig.register("ann").await;
    rig.wait(13 * DAY);
    let second = refresh(&rig, &first.refresh_token).await.unwrap();
    rig.wait(14 * DAY - 1);
    assert!(
        rig.chat
            .session_alive(&rig.actor(&refresh(&rig, &second.refresh_token).await.unwrap()).await)
            .await
            .is_ok()
    );
    let other = rig.sign_in("ann").await.unwrap();
    rig.wait(14 * DAY);
    assert_eq!(code(refresh(&rig, &other.refresh_token).await), Some(Code::SessionEnded));
}

async fn no_session_is_for_ever(rig: Rig) {
    let mut credentials = rig.register("ann").await;
    let end = credentials.account.created_at.after(std::time::Duration::from_secs(90 * DAY));
    for _ in 0..8 {
        rig.wait(10 * DAY);
        credentials = refresh(&rig, &credentials.refresh_token).await.unwrap();
        assert!(credentials.refresh_expires_at <= end.after(std::time::Duration::from_secs(1)));
    }
    rig.wait(10 * DAY);
    assert_eq!(code(refresh(&rig, &credentials.refresh_token).await), Some(Code::SessionEnded));
    assert_eq!(
        code(rig.chat.authenticate(&credentials.access_token).await),
        Some(Code::Unauthenticated)
    );
}

async fn what_is_no_token_is_refused(rig: Rig) {
    let credentials = rig.register("ann").await;
    let token = &credentials.refresh_token;
    for at in 0..token.len() {
        let flipped = if &token[at..=at] == "A" { "Q" } else { "A" };
        let mutant = format!("{}{flipped}{}", &token[..at], &token[at + 1..]);
        assert_eq!(code(refresh(&rig, &mutant).await), Some(Code::SessionEnded), "byte {at}");
    }
    let known_device = credentials.known_device.as_deref().unwrap();
    for other in ["", credentials.access_token.as_str(), known_device] {
        assert_eq!(code(refresh(&rig, other).await), Some(Code::SessionEnded));
        assert!(rig.chat.authenticate(other).await.is_ok() == (other == credentials.access_token));
    }
    assert_eq!(
        code(rig.chat.authenticate(token).await),
        Some(Code::Unauthenticated),
        "one kind is not another"
    );
    assert!(refresh(&rig, token).await.is_ok());
}
