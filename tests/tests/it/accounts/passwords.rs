//! Passwords: whoever guesses learns nothing and is slowed down, the owner is told and never locked out.

use super::{refusal, sign_in};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use futures_util::future::join_all;
use reqwest::Method;
use std::time::Duration;

const NEW: &str = "an entirely different horse";
const QUARTER: Duration = Duration::from_secs(15 * 60);

async fn change(user: &User, current: &str, new: &str) -> Result<(), Code> {
    let body = ChangePassword { current_password: current.into(), new_password: new.into() };
    user.http.change_password(&body).await.map_err(|error| error.code().unwrap())
}

/// Everything of an answer to a sign-in but the time it was given at.
async fn whole_answer(server: &TestServer, body: &SignIn) -> (u16, Vec<(String, String)>, String) {
    let request = server
        .http()
        .request(Method::POST, "/v1/sessions")
        .header("x-request-id", "same")
        .json(body);
    let answer = request.send().await.unwrap();
    let differs = |name: &str| name == "date" || name.contains("ratelimit");
    let headers = answer.headers().iter().filter(|(name, _)| !differs(name.as_str()));
    let headers = headers
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
        .collect();
    (answer.status().as_u16(), headers, answer.text().await.unwrap())
}

both_engines! {
    async fn a_new_password_replaces_the_old_everywhere(server: TestServer) {
        let ada = server.user("ada").await;
        let thief = ada.another_device().await;
        assert_eq!(change(&ada, "not the password", NEW).await, Err(Code::CredentialsWrong));
        assert_eq!(change(&ada, ada.password(), "short").await, Err(Code::Invalid));
        assert!(thief.http.me().await.is_ok(), "nothing has changed");

        assert_eq!(change(&ada, ada.password(), NEW).await, Ok(()));
        assert!(ada.http.me().await.is_ok(), "whoever changed it stays");
        assert_eq!(refusal(thief.http.me().await), Code::SessionEnded);
        assert_eq!(refusal(thief.http.refresh(&thief.credentials.refresh_token).await), Code::SessionEnded);
        ada.refreshed().await;
        assert_eq!(refusal(server.http().sign_in(&sign_in("ada", ada.password())).await), Code::CredentialsWrong);
        assert!(server.http().sign_in(&sign_in("ada", NEW)).await.is_ok());
    }

    async fn long_passwords_count_to_their_last_byte(server: TestServer) {
        let ada = server.user("ada").await;
        let long = "ü".repeat(511) + "ab";
        assert_eq!(change(&ada, ada.password(), &long).await, Ok(()));
        let other = "ü".repeat(511) + "ac";
        assert_eq!(refusal(server.http().sign_in(&sign_in("ada", &other)).await), Code::CredentialsWrong);
        assert!(server.http().sign_in(&sign_in("ada", &long)).await.is_ok());
    }

    async fn whether_there_is_an_account_does_not_show(server: TestServer) {
        server.user("ada").await;
        let known = whole_answer(&server, &sign_in("ada", "a wrong password")).await;
        assert_eq!(known.0, 401);
        for name in ["nobody", "nobody@example.org", "x\u{200b}", "me"] {
            assert_eq!(whole_answer(&server, &sign_in(name, "a wrong password")).await, known, "{name:?}");
        }
        // Guessing at nobody is slowed down as guessing at somebody is.
        for name in ["ada", "nobody-else"] {
            let mut codes = Vec::new();
            for _ in 0..8 {
                codes.push(refusal(server.http().sign_in(&sign_in(name, "a wrong password")).await));
            }
            assert!(codes[0] == Code::CredentialsWrong && codes.contains(&Code::TooManyAttempts), "{name}: {codes:?}");
        }
    }

    async fn guessing_is_bounded_and_locks_nobody_out(server: TestServer) {
        let ada = server.user("ada").await;
        let known = server.http().sign_in(&sign_in("ada", ada.password())).await.unwrap();
        // As fast as may be, until the next guess would be a quarter of an hour after the first.
        let (mut verified, mut waited) = (0, Duration::ZERO);
        while waited < QUARTER {
            match server.http().sign_in(&sign_in("ＡＤＡ", "a guess")).await.unwrap_err().problem().unwrap() {
                Problem { code: Code::CredentialsWrong, .. } => verified += 1,
                Problem { code: Code::TooManyAttempts, retry_after: Some(seconds), .. } => {
                    let wait = Duration::from_secs(*seconds);
                    waited += wait;
                    server.clock.advance(if waited < QUARTER { wait } else { Duration::ZERO });
                }
                other => panic!("{other}"),
            }
        }
        assert!(verified <= 10, "{verified} guesses were verified");
        assert_eq!(refusal(server.http().sign_in(&sign_in("ada", ada.password())).await), Code::TooManyAttempts);
        let mine = SignIn { known_device: known.known_device, ..sign_in("ada", ada.password()) };
        assert!(server.http().sign_in(&mine).await.is_ok(), "a device that was here before is not a stranger");
        server.clock.advance(QUARTER);
        assert!(server.http().sign_in(&sign_in("ada", ada.password())).await.is_ok(), "there is no lock for ever");
    }

    async fn a_burst_of_guesses_is_bounded_too(server: TestServer) {
        let ada = server.user("ada").await;
        let (http, body) = (server.http(), sign_in("ada", "a guess"));
        let guesses = join_all((0..40).map(|_| http.sign_in(&body))).await;
        let codes: Vec<_> = guesses.into_iter().map(refusal).collect();
        let verified = codes.iter().filter(|code| **code == Code::CredentialsWrong).count();
        assert!(verified <= 10, "{verified} guesses were verified");
        // Whoever holds a session cannot guess at the password behind it either.
        let changes = join_all((0..40).map(|_| change(&ada, "a guess", NEW))).await;
        let verified = changes.iter().filter(|change| **change == Err(Code::CredentialsWrong)).count();
        assert!(verified <= 10 && !changes.contains(&Ok(())), "{changes:?}");
    }

    async fn every_attempt_is_shown_to_the_owner_alone(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        for (password, device) in [("a wrong guess", "somebody's"), (ada.password(), "phone"), ("another guess", "somebody's")] {
            let body = SignIn { device: Some(device.into()), ..sign_in("ada", password) };
            let answer = server.http().sign_in(&body).await;
            assert_eq!(answer.is_ok(), password == ada.password());
        }
        let page = ada.http.sign_ins(None, None).await.unwrap();
        let told: Vec<_> = page.items.iter().map(|attempt| (attempt.succeeded, attempt.device.as_deref())).collect();
        assert_eq!(told[..3], [(false, Some("somebody's")), (true, Some("phone")), (false, Some("somebody's"))]);
        assert!(page.items.iter().all(|attempt| attempt.address == "127.0.0.1"));
        assert!(page.items.is_sorted_by(|newer, older| newer.at > older.at));

        let mut paged = Vec::new();
        let mut cursor = None;
        loop {
            let page = ada.http.sign_ins(cursor.as_deref(), Some(1)).await.unwrap();
            paged.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(paged, page.items);
        let others = bob.http.sign_ins(None, None).await.unwrap().items;
        assert!(others.iter().all(|attempt| attempt.device.is_none()), "{others:?}");
    }
}
