//! Confirming an address with the code from its letter.

use super::{
    PASSWORD, assert_done, assert_refused, code, faults, person, resend, sign_in, sign_up, verify,
};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::{Value, json};
use std::time::Duration;

const VERIFIED: &str = "Email have been verified successfully";
const ON_ITS_WAY: &str = "If the address is waiting for verification, a mail is on its way";
const HOUR: Duration = Duration::from_secs(60 * 60);

async fn is_verified(server: &TestServer, email: &str) -> Value {
    sign_in(server, email, PASSWORD).await.json()["data"]["isVerified"].clone()
}

both_engines! {
    async fn with_the_code_and_the_password(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let code = code(&server, &ines.email, 1).await;
        assert!(uuid::Uuid::parse_str(&code).is_ok_and(|code| code.get_version_num() == 4), "{code}");
        assert_refused(&verify(&server, "no code", PASSWORD).await, 403, "Token is invalid", "Forbidden");
        let other = uuid::Uuid::from_u128(7).to_string();
        assert_refused(&verify(&server, &other, PASSWORD).await, 403, "Token is invalid", "Forbidden");
        let wrong = verify(&server, &code, "Teapot8").await;
        assert_refused(&wrong, 401, "You're not authorized to perform this action", "Unauthorized");
        assert_eq!(is_verified(&server, &ines.email).await, false);
        assert_done(&verify(&server, &code, PASSWORD).await, 200, VERIFIED);
        assert_eq!(is_verified(&server, &ines.email).await, true);
        assert_refused(&verify(&server, &code, PASSWORD).await, 409, "Email is already verified", "Conflict");
        assert_eq!(verify(&server, &code, "Teapot8").await.status, 401, "the password comes first");
        assert!(server.http().with_token(&ines.token).me().await.unwrap().email_verified, "everywhere");
    }

    async fn two_at_once_confirm_once(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let code = code(&server, &ines.email, 1).await;
        let (one, other) = tokio::join!(verify(&server, &code, PASSWORD), verify(&server, &code, PASSWORD));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 409]);
    }

    async fn what_is_wrong_is_listed(server: TestServer) {
        let caller = Caller::of(&server);
        let verify = async |body: Value| caller.patch("/api/v1/auth/verifyEmail", body).await;
        let found = faults(&verify(json!({ "email": "x" })).await);
        for wanted in ["token should not be empty", "password should not be empty", "passwordConfirmation must be a string", "property email should not exist"] {
            assert!(found.iter().any(|fault| fault == wanted), "{wanted}: {found:?}");
        }
        let differ = json!({ "token": "x", "password": "a", "passwordConfirmation": "b" });
        assert_eq!(faults(&verify(differ).await), ["passwordConfirmation must match password exactly"]);
        let again = caller.post("/api/v1/auth/resendVerification", json!({ "email": "x", "a": 1 })).await;
        assert_eq!(faults(&again), ["email must be an email", "property a should not exist"]);
    }

    async fn a_code_ends_after_three_days(server: TestServer) {
        let ines = person(&server, "Ines Abel").await;
        let first = code(&server, &ines.email, 1).await;
        server.clock.advance(71 * HOUR);
        assert_eq!(verify(&server, &first, "x").await.status, 401, "good still");
        server.clock.advance(2 * HOUR);
        assert_refused(&verify(&server, &first, PASSWORD).await, 403, "Token is invalid", "Forbidden");
        assert_done(&resend(&server, &ines.email).await, 200, ON_ITS_WAY);
        let second = code(&server, &ines.email, 2).await;
        assert_done(&verify(&server, &second, PASSWORD).await, 200, VERIFIED);
        server.clock.advance(71 * HOUR);
        assert_eq!(verify(&server, &second, PASSWORD).await.status, 409);
        server.clock.advance(2 * HOUR);
        assert_eq!(verify(&server, &second, PASSWORD).await.status, 403, "kept until it ends");
    }

    async fn a_new_letter_ends_the_code_before(server: TestServer) {
        assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
        let first = code(&server, "ines@example.org", 1).await;
        assert_done(&resend(&server, " Ines@example.org").await, 200, ON_ITS_WAY);
        let second = code(&server, "ines@example.org", 2).await;
        assert_ne!(first, second);
        assert_refused(&verify(&server, &first, PASSWORD).await, 403, "Token is invalid", "Forbidden");
        assert_done(&verify(&server, &second, PASSWORD).await, 200, VERIFIED);
        assert_done(&resend(&server, "ines@example.org").await, 200, ON_ITS_WAY);
        assert_done(&resend(&server, "nobody@example.org").await, 200, ON_ITS_WAY);
        assert_eq!(sign_up(&server, "Bo Lund", "bo@example.org").await.status, 201);
        server.letter("bo@example.org", 1).await;
        assert_eq!(server.letters("ines@example.org").len(), 2, "nobody waits for one");
        assert!(server.letters("nobody@example.org").is_empty());
    }
}
