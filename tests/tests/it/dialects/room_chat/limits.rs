//! How often one may ask.

use super::{
    PASSWORD, assert_refused, code, person, registration, resend, sign_in, sign_up, verify,
};
use crate::dialects::Caller;
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;
use std::time::Duration;

const QUARTER: Duration = Duration::from_secs(15 * 60 + 1);

both_engines! {
    async fn ten_failures_in_a_quarter_of_an_hour(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let ines = person(&server, "Ines Abel").await;
        person(&server, "Bo Lund").await;
        let code = code(&server, &ines.email, 1).await;
        for _ in 0..5 {
            assert_eq!(sign_in(&server, &ines.email, "wrong").await.status, 401);
            assert_eq!(verify(&server, &code, "wrong").await.status, 401);
        }
        for said in [sign_in(&server, &ines.email, PASSWORD).await, verify(&server, &code, PASSWORD).await] {
            assert_refused(&said, 429, "Too many requests", "Too Many Requests");
            assert!(said.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
        }
        assert_eq!(sign_in(&server, "bo.lund@example.org", PASSWORD).await.status, 200, "others are not kept");
        server.clock.advance(QUARTER);
        assert_eq!(verify(&server, &code, PASSWORD).await.status, 200);
    }

    /// 600 an hour by default; every rate is a tenth here.
    async fn sign_ups_of_an_address(server: TestServer) with |settings| {
        settings.limits.factor = 0.1;
        settings.http.trusted_proxies = vec!["127.0.0.1".to_owned()];
    } => {
        let caller = Caller::of(&server).with("x-forwarded-for", "203.0.113.9");
        let room = async |caller: &Caller, number: u32| {
            let body = registration("Ines Abel", &format!("ines{number}@example.org"));
            caller.post("/api/v1/auth/signup", body).await
        };
        let live = async |number: u32| {
            let body = json!({ "email": format!("mara{number}@example.org"), "firstName": "Mara", "lastName": "Quist", "password": "windmill9" });
            caller.post("/api/register", body).await
        };
        for number in 0..30 {
            assert_eq!(room(&caller, number).await.status, 201);
            assert_eq!(live(number).await.status, 200);
        }
        let (one, other) = (room(&caller, 30).await, live(30).await);
        assert_refused(&one, 429, "Too many requests", "Too Many Requests");
        assert_eq!((other.status, other.text.as_str()), (429, "Too Many Requests"));
        for said in [one, other] {
            assert!(said.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
        }
        let elsewhere = caller.with("x-forwarded-for", "203.0.113.10");
        assert_eq!(room(&elsewhere, 31).await.status, 201, "others are not kept");
    }

    async fn letters_that_are_asked_for_once_more(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        assert_eq!(sign_up(&server, "Ines Abel", "ines@example.org").await.status, 201);
        for _ in 0..5 {
            assert_eq!(resend(&server, "ines@example.org").await.status, 200);
        }
        for number in 0..15 {
            assert_eq!(resend(&server, &format!("nobody{number}@example.org")).await.status, 200);
        }
        let said = resend(&server, "ines@example.org").await;
        assert_refused(&said, 429, "Too many requests", "Too Many Requests");
        assert!(said.header("retry-after").is_some());
        // Of those sent at once, only the newest is good, and only that needs to be sent.
        server.clock.advance(Duration::from_secs(3_601));
        assert_eq!(resend(&server, "ines@example.org").await.status, 200);
        assert_eq!(sign_up(&server, "Bo Lund", "bo@example.org").await.status, 201);
        server.letter("bo@example.org", 1).await;
        let letters = server.letters("ines@example.org").len();
        assert!((1..=5).contains(&letters), "{letters}: one at first, three, and one an hour later");
    }
}
