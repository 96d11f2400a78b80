//! Refresh tokens work once; whoever lost the answer may ask again; a copy ends the session.

use crate::place::{HERE, Place, code, on_both};
use chinwag_chat::Notice;
use chinwag_wire::{Code, Credentials, Problem, Refresh};
use futures_util::future::join_all;
use std::{collections::HashSet, sync::Arc};

on_both!(
    a_storm_has_one_successor,
    a_replay_after_the_grace_ends_the_session,
    a_replay_of_what_was_overtaken_ends_the_session,
    idle_sessions_end,
    no_session_is_for_ever,
    what_is_no_token_is_refused,
);

async fn refresh(place: &Place, token: &str) -> Result<Credentials, Problem> {
    place.chat.refresh(&HERE, Refresh { refresh_token: token.to_owned() }).await
}

async fn a_storm_has_one_successor(place: Arc<Place>) {
    let mut token = place.register("ann").await.refresh_token;
    for _ in 0..5 {
        let storm = (0..20).map(|_| {
            let (place, token) = (place.clone(), token.clone());
            tokio::spawn(async move { refresh(&place, &token).await.unwrap() })
        });
        let answers: Vec<_> = join_all(storm).await.into_iter().map(Result::unwrap).collect();
        let successors: HashSet<_> = answers.iter().map(|answer| answer.refresh_token.clone()).collect();
        assert_eq!(successors.len(), 1);
        for answer in &answers {
            assert!(place.chat.authenticate(&answer.access_token).await.is_ok());
        }
        token = answers[0].refresh_token.clone();
    }
    assert!(place.heard.take().is_empty());
}

/// The session is over, for the holder of every token.
async fn is_over(place: &Place, first: &Credentials, newest: &Credentials) {
    assert_eq!(place.heard.take(), [Notice::SessionEnded { session: first.session_id }]);
    assert_eq!(code(refresh(place, &newest.refresh_token).await), Some(Code::SessionEnded));
    assert_eq!(code(place.chat.authenticate(&newest.access_token).await), Some(Code::SessionEnded));
    let restarted = place.again(crate::place::options()).await;
    assert_eq!(code(restarted.authenticate(&newest.access_token).await), Some(Code::SessionEnded));
}

async fn a_replay_after_the_grace_ends_the_session(place: Arc<Place>) {
    let first = place.register("ann").await;
    let second = refresh(&place, &first.refresh_token).await.unwrap();
    place.wait(9);
    assert_eq!(refresh(&place, &first.refresh_token).await.unwrap().refresh_token, second.refresh_token);
    place.wait(2);
    assert_eq!(code(refresh(&place, &first.refresh_token).await), Some(Code::RefreshReused));
    is_over(&place, &first, &second).await;
}

async fn a_replay_of_what_was_overtaken_ends_the_session(place: Arc<Place>) {
    let first = place.register("ann").await;
    let second = refresh(&place, &first.refresh_token).await.unwrap();
    let third = refresh(&place, &second.refresh_token).await.unwrap();
    assert_eq!(code(refresh(&place, &first.refresh_token).await), Some(Code::RefreshReused));
    is_over(&place, &first, &third).await;
    assert!(place.sign_in("ann").await.is_ok());
}

const DAY: u64 = 24 * 60 * 60;

async fn idle_sessions_end(place: Arc<Place>) {
    let first = place.register("ann").await;
    place.wait(13 * DAY);
    let second = refresh(&place, &first.refresh_token).await.unwrap();
    place.wait(14 * DAY - 1);
    assert!(place.chat.session_alive(&place.actor(&refresh(&place, &second.refresh_token).await.unwrap()).await).await.is_ok());
    let other = place.sign_in("ann").await.unwrap();
    place.wait(14 * DAY);
    assert_eq!(code(refresh(&place, &other.refresh_token).await), Some(Code::SessionEnded));
}

async fn no_session_is_for_ever(place: Arc<Place>) {
    let mut credentials = place.register("ann").await;
    let end = credentials.account.created_at.after(std::time::Duration::from_secs(90 * DAY));
    for _ in 0..8 {
        place.wait(10 * DAY);
        credentials = refresh(&place, &credentials.refresh_token).await.unwrap();
        assert!(credentials.refresh_expires_at <= end.after(std::time::Duration::from_secs(1)));
    }
    place.wait(10 * DAY);
    assert_eq!(code(refresh(&place, &credentials.refresh_token).await), Some(Code::SessionEnded));
    assert_eq!(code(place.chat.authenticate(&credentials.access_token).await), Some(Code::Unauthenticated));
}

async fn what_is_no_token_is_refused(place: Arc<Place>) {
    let credentials = place.register("ann").await;
    let token = &credentials.refresh_token;
    for at in 0..token.len() {
        let flipped = if &token[at..=at] == "A" { "Q" } else { "A" };
        let mutant = format!("{}{flipped}{}", &token[..at], &token[at + 1..]);
        assert_eq!(code(refresh(&place, &mutant).await), Some(Code::SessionEnded), "byte {at}");
    }
    let known_device = credentials.known_device.as_deref().unwrap();
    for other in ["", credentials.access_token.as_str(), known_device] {
        assert_eq!(code(refresh(&place, other).await), Some(Code::SessionEnded));
        assert!(place.chat.authenticate(other).await.is_ok() == (other == credentials.access_token));
    }
    assert_eq!(code(place.chat.authenticate(token).await), Some(Code::Unauthenticated), "one kind is not another");
    assert!(refresh(&place, token).await.is_ok());
}
