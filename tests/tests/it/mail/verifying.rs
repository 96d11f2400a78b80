//! An address counts once its reader has said so: with a token that works once, for one purpose, with the
//! address it was sent to.

use super::{change_email, refusal, request_reset, reset, verified, verify, with_email};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

both_engines! {
    async fn a_token_works_once(server: TestServer) {
        let ann = with_email(&server, "ann", "Ann@Example.org").await;
        let letter = server.letter("ann@example.org", 1).await;
        assert_eq!(letter.subject, "Is this your email address?");
        assert!(!ann.http.me().await.unwrap().email_verified);
        verify(&server, &letter.token()).await.unwrap();
        assert!(ann.http.me().await.unwrap().email_verified);
        assert_eq!(refusal(verify(&server, &letter.token()).await), Code::LinkUsed);
        // Nothing is left to verify, so nothing is sent.
        ann.http.resend_verification().await.unwrap();
        request_reset(&server, "ann@example.org").await;
        assert_eq!(server.letter("ann@example.org", 2).await.subject, "Choose a new password");
    }

    async fn a_token_works_for_a_day_and_for_one_purpose(server: TestServer) {
        let ann = with_email(&server, "ann", "ann@example.org").await;
        let first = server.letter("ann@example.org", 1).await.token();
        assert_eq!(refusal(reset(&server, &first, "another fine horse").await), Code::LinkUsed);
        server.clock.advance(DAY);
        assert_eq!(refusal(verify(&server, &first).await), Code::LinkUsed);
        let ann = ann.another_device().await;
        ann.http.resend_verification().await.unwrap();
        let second = server.letter("ann@example.org", 2).await.token();
        assert_ne!(first, second);
        verify(&server, &second).await.unwrap();
        request_reset(&server, "ann@example.org").await;
        let third = server.letter("ann@example.org", 3).await.token();
        assert_eq!(refusal(verify(&server, &third).await), Code::LinkUsed);
        reset(&server, &third, "another fine horse").await.unwrap();
    }

    async fn nothing_but_one_text_is_a_token_or_an_address(server: TestServer) {
        let ann = with_email(&server, "ann", "ann@example.org").await;
        let token = server.letter("ann@example.org", 1).await.token();
        let bodies = [
            ("/v1/email-verifications", json!({"token": [token]})),
            ("/v1/email-verifications", json!({"token": {"": token}})),
            ("/v1/email-verifications", json!([token])),
            ("/v1/email-verifications", json!({"token": token, "email": "eve@example.org"})),
            ("/v1/email-verifications", json!({"token": token.to_uppercase()})),
            ("/v1/email-verifications", json!({"token": format!("{token} ")})),
            ("/v1/password-resets", json!({"email": ["ann@example.org", "eve@example.org"]})),
            ("/v1/password-resets", json!({"email": "ann@example.org,eve@example.org"})),
            ("/v1/password-resets", json!({"email": "ann@example.org\r\nBcc: eve@example.org"})),
            ("/v1/password-resets", json!({"email": "Ann <ann@example.org>"})),
            ("/v1/password-resets/confirm", json!({"token": [token], "password": "another fine horse"})),
        ];
        for (path, body) in bodies {
            let answer = server.http().request(Method::POST, path).json(&body).send().await.unwrap();
            assert!(matches!(answer.status().as_u16(), 400 | 410), "{path} {body}: {}", answer.status());
        }
        assert!(!ann.http.me().await.unwrap().email_verified);
        verify(&server, &token).await.unwrap();
        assert!(server.letters("eve@example.org").is_empty());
    }

    async fn another_address_counts_once_it_is_verified(server: TestServer) {
        let ann = verified(&server, "ann", "old@example.org").await;
        let wrong = ChangeEmail { email: "new@example.org".into(), current_password: "a guess".into() };
        assert_eq!(refusal(ann.http.change_email(&wrong).await), Code::CredentialsWrong);
        request_reset(&server, "old@example.org").await;
        let to_old = server.letter("old@example.org", 2).await.token();
        change_email(&ann, "wrong@example.org").await.unwrap();
        let mistaken = server.letter("wrong@example.org", 1).await.token();
        change_email(&ann, "New@example.org").await.unwrap();
        let me = ann.http.me().await.unwrap();
        assert_eq!((me.email.as_deref(), me.pending_email.as_deref(), me.email_verified), (Some("old@example.org"), Some("new@example.org"), true));

        assert_eq!(refusal(verify(&server, &mistaken).await), Code::LinkUsed, "bound to its address");
        verify(&server, &server.letter("new@example.org", 1).await.token()).await.unwrap();
        let me = ann.http.me().await.unwrap();
        assert_eq!((me.email.as_deref(), me.pending_email, me.email_verified), (Some("new@example.org"), None, true));
        let told = server.letter("old@example.org", 3).await;
        assert_eq!(told.subject, "Your account has another email address");
        assert_eq!(refusal(reset(&server, &to_old, "another fine horse").await), Code::LinkUsed, "what went to the old address is void");
    }

    async fn an_address_is_whose_who_reads_it(server: TestServer) {
        let squatter = with_email(&server, "eve", "ann@example.org").await;
        let first = server.letter("ann@example.org", 1).await.token();
        let ann = server.user("ann").await;
        change_email(&ann, "ann@example.org").await.unwrap();
        verify(&server, &server.letter("ann@example.org", 2).await.token()).await.unwrap();
        assert_eq!(ann.http.me().await.unwrap().email.as_deref(), Some("ann@example.org"));
        // What somebody has verified is theirs; that shows only to whoever reads it.
        assert_eq!(refusal(verify(&server, &first).await), Code::EmailTaken);
        change_email(&squatter, "ann@example.org").await.unwrap();
        let told = server.letter("ann@example.org", 3).await;
        assert_eq!(told.subject, "This is the email address of your account already");
        assert!(!told.text.contains("token="), "{}", told.text);
        assert_eq!(squatter.http.me().await.unwrap().email, None);
        assert_eq!(ann.http.me().await.unwrap().email.as_deref(), Some("ann@example.org"));
    }

    async fn an_address_is_not_flooded(server: TestServer) {
        let ann = with_email(&server, "ann", "ann@example.org").await;
        for _ in 0..4 {
            ann.http.resend_verification().await.unwrap();
        }
        assert_eq!(refusal(ann.http.resend_verification().await), Code::RateLimited);
        let bob = server.user("bob").await;
        assert_eq!(refusal(change_email(&bob, "ann@example.org").await), Code::RateLimited);
        server.clock.advance(DAY / 24);
        let ann = ann.another_device().await;
        ann.http.resend_verification().await.unwrap();
        server.letter("ann@example.org", 6).await;
    }
}
