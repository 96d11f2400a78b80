//! Guessing is bounded for each name, known or not, and never locks the owner out.

use crate::place::{HERE, PASSWORD, Place, code, on_both, signing_in};
use chinwag_chat::Origin;
use chinwag_wire::{Code, Problem, SignIn};
use futures_util::future::join_all;
use std::sync::Arc;

on_both!(
    ten_guesses_in_a_quarter_of_an_hour,
    known_and_unknown_look_the_same,
    many_at_once_are_no_way_around,
    a_success_starts_over,
    a_restart_forgets_nothing,
    addresses_are_bounded_too,
);

async fn guess(place: &Place, name: &str, address: u8) -> Problem {
    let from = Origin { address: [198, 51, 100, address].into() };
    place.chat.sign_in(&from, signing_in(name, "a wrong guess")).await.unwrap_err()
}

/// Guesses from ever new addresses for 15 minutes, a guess each second; gives how many were verified.
async fn guess_for_a_quarter(place: &Place, name: &str) -> usize {
    let (mut verified, mut left) = (0, 900);
    while left > 0 {
        let problem = guess(place, name, left as u8).await;
        let pause = problem.retry_after.unwrap_or(1).min(left);
        verified += usize::from(problem.code == Code::CredentialsWrong);
        assert!([Code::CredentialsWrong, Code::TooManyAttempts].contains(&problem.code), "{problem}");
        place.wait(pause);
        left -= pause;
    }
    verified
}

async fn ten_guesses_in_a_quarter_of_an_hour(place: Arc<Place>) {
    let owner = place.register("ann").await;
    assert_eq!(guess_for_a_quarter(&place, "ann").await, 10);
    guess(&place, "ANN", 1).await;
    let refused = place.sign_in("ann").await.unwrap_err();
    assert!(refused.code == Code::TooManyAttempts && refused.retry_after.is_some_and(|wait| wait <= 900), "{refused}");
    let at_home = SignIn { known_device: owner.known_device.clone(), ..signing_in("ann", PASSWORD) };
    let signed_in = place.chat.sign_in(&HERE, at_home).await.unwrap();
    assert_eq!(signed_in.known_device, owner.known_device);
    assert_eq!(code(place.sign_in("ann").await), Some(Code::TooManyAttempts), "strangers stay outside");
    place.wait(900);
    assert!(place.sign_in("ann").await.is_ok(), "there is no permanent lock");
}

async fn known_and_unknown_look_the_same(place: Arc<Place>) {
    let stranger = place.register("bob").await;
    place.register("ann").await;
    for _ in 0..12 {
        let (known, unknown) = (guess(&place, "ann", 1).await, guess(&place, "nobody", 2).await);
        assert_eq!(known, unknown);
        place.wait(1);
    }
    let with_anothers_device = SignIn { known_device: stranger.known_device, ..signing_in("ann", PASSWORD) };
    assert_eq!(code(place.chat.sign_in(&HERE, with_anothers_device).await), Some(Code::TooManyAttempts));
}

async fn many_at_once_are_no_way_around(place: Arc<Place>) {
    place.register("ann").await;
    let all = (0..40).map(|n| {
        let place = place.clone();
        tokio::spawn(async move { guess(&place, "ann", n).await.code })
    });
    let codes: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    assert_eq!(codes.iter().filter(|code| **code == Code::CredentialsWrong).count(), 5);
    assert!(codes.iter().all(|code| [Code::CredentialsWrong, Code::TooManyAttempts].contains(code)));
}

async fn a_success_starts_over(place: Arc<Place>) {
    place.register("ann").await;
    for _ in 0..10 {
        for _ in 0..4 {
            assert_eq!(guess(&place, "ann", 1).await.code, Code::CredentialsWrong);
        }
        assert!(place.sign_in("ann").await.is_ok());
    }
}

async fn a_restart_forgets_nothing(place: Arc<Place>) {
    place.register("ann").await;
    for _ in 0..6 {
        guess(&place, "ann", 1).await;
    }
    let chat = place.again(crate::place::options()).await;
    assert_eq!(code(chat.sign_in(&HERE, signing_in("ann", PASSWORD)).await), Some(Code::TooManyAttempts));
}

async fn addresses_are_bounded_too(place: Arc<Place>) {
    let options = chinwag_chat::LimitOptions { enabled: true, factor: 100.0 };
    let chat = place.again(chinwag_chat::ChatOptions { limits: options, ..crate::place::options() }).await;
    for n in 0..101 {
        let outcome = chat.sign_in(&HERE, signing_in(&format!("nobody {n}"), "a wrong guess")).await;
        assert_eq!(code(outcome), Some(Code::CredentialsWrong), "{n}");
    }
    let refused = chat.sign_in(&HERE, signing_in("somebody else", "a wrong guess")).await.unwrap_err();
    assert_eq!((refused.code, refused.retry_after), (Code::TooManyAttempts, Some(1)));
    let elsewhere = Origin { address: [203, 0, 113, 1].into() };
    assert_eq!(code(chat.sign_in(&elsewhere, signing_in("somebody else", "x")).await), Some(Code::CredentialsWrong));
}
