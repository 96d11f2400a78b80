//! Guessing is bounded for each name, known or not, and never locks the owner out.

use crate::rig::{PASSWORD, Rig, code, here, signing_in};
use chinwag_chat::{Chat, Origin};
use chinwag_wire::{Code, Problem, SignIn};
use futures_util::future::join_all;

crate::on_both_engines! {
    ten_guesses_in_a_quarter_of_an_hour
    known_and_unknown_look_the_same
    many_at_once_are_no_way_around
    a_success_starts_over
    a_restart_forgets_nothing
    addresses_are_bounded_too
}

async fn guess(rig: &Rig, name: &str, address: u8) -> Problem {
    guess_at(&rig.chat, name, address).await
}

async fn guess_at(chat: &Chat, name: &str, address: u8) -> Problem {
    let from = Origin { address: [198, 51, 100, address].into() };
    chat.sign_in(&from, signing_in(name, "a wrong guess")).await.unwrap_err()
}

/// Guesses from ever new addresses for 15 minutes, a guess each second; gives how many were verified.
async fn guess_for_a_quarter(rig: &Rig, name: &str) -> usize {
    let (mut verified, mut left) = (0, 900);
    while left > 0 {
        let problem = guess(rig, name, left as u8).await;
        let pause = problem.retry_after.unwrap_or(1).min(left);
        verified += usize::from(problem.code == Code::CredentialsWrong);
        assert!(
            [Code::CredentialsWrong, Code::TooManyAttempts].contains(&problem.code),
            "{problem}"
        );
        rig.wait(pause);
        left -= pause;
    }
    verified
}

async fn ten_guesses_in_a_quarter_of_an_hour(rig: Rig) {
    let owner = rig.register("ann").await;
    assert_eq!(guess_for_a_quarter(&rig, "ann").await, 10);
    guess(&rig, "ANN", 1).await;
    let refused = rig.sign_in("ann").await.unwrap_err();
    assert!(
        refused.code == Code::TooManyAttempts
            && refused.retry_after.is_some_and(|wait| wait <= 900),
        "{refused}"
    );
    let at_home =
        SignIn { known_device: owner.known_device.clone(), ..signing_in("ann", PASSWORD) };
    let signed_in = rig.chat.sign_in(&here(), at_home).await.unwrap();
    assert_eq!(signed_in.known_device, owner.known_device);
    assert_eq!(
        code(rig.sign_in("ann").await),
        Some(Code::TooManyAttempts),
        "strangers stay outside"
    );
    rig.wait(900);
    assert!(rig.sign_in("ann").await.is_ok(), "there is no permanent lock");
}

async fn known_and_unknown_look_the_same(rig: Rig) {
    let stranger = rig.register("bob").await;
    rig.register("ann").await;
    for _ in 0..12 {
        let (known, unknown) = (guess(&rig, "ann", 1).await, guess(&rig, "nobody", 2).await);
        assert_eq!(known, unknown);
        rig.wait(1);
    }
    let with_anothers_device =
        SignIn { known_device: stranger.known_device, ..signing_in("ann", PASSWORD) };
    assert_eq!(
        code(rig.chat.sign_in(&here(), with_anothers_device).await),
        Some(Code::TooManyAttempts)
    );
}

async fn many_at_once_are_no_way_around(rig: Rig) {
    rig.register("ann").await;
    let all = (0..40).map(|n| {
        let chat = rig.chat.clone();
        tokio::spawn(async move { guess_at(&chat, "ann", n).await.code })
    });
    let codes: Vec<_> = join_all(all).await.into_iter().map(Result::unwrap).collect();
    let verified = codes.iter().filter(|code| **code == Code::CredentialsWrong).count();
    assert!((5..=7).contains(&verified), "{verified}: five, and one for each second that it took");
    assert!(
        codes.iter().all(|code| [Code::CredentialsWrong, Code::TooManyAttempts].contains(code))
    );
}

async fn a_success_starts_over(rig: Rig) {
    rig.register("ann").await;
    for _ in 0..10 {
        for _ in 0..4 {
            assert_eq!(guess(&rig, "ann", 1).await.code, Code::CredentialsWrong);
        }
        assert!(rig.sign_in("ann").await.is_ok());
    }
}

async fn a_restart_forgets_nothing(rig: Rig) {
    rig.register("ann").await;
    for _ in 0..6 {
        guess(&rig, "ann", 1).await;
    }
    let chat = rig.again(crate::rig::options()).await;
    assert_eq!(
        code(chat.sign_in(&here(), signing_in("ann", PASSWORD)).await),
        Some(Code::TooManyAttempts)
    );
}

async fn addresses_are_bounded_too(rig: Rig) {
    let options = chinwag_chat::LimitOptions { enabled: true, factor: 100.0 };
    let chat =
        rig.again(chinwag_chat::ChatOptions { limits: options, ..crate::rig::options() }).await;
    for n in 0..101 {
        let outcome =
            chat.sign_in(&here(), signing_in(&format!("nobody {n}"), "a wrong guess")).await;
        assert_eq!(code(outcome), Some(Code::CredentialsWrong), "{n}");
    }
    let refused =
        chat.sign_in(&here(), signing_in("somebody else", "a wrong guess")).await.unwrap_err();
    assert_eq!((refused.code, refused.retry_after), (Code::TooManyAttempts, Some(1)));
    let elsewhere = Origin { address: [203, 0, 113, 1].into() };
    assert_eq!(
        code(chat.sign_in(&elsewhere, signing_in("somebody else", "x")).await),
        Some(Code::CredentialsWrong)
    );
}
