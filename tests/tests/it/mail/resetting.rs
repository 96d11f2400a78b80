//! Getting in again without the password: nothing tells who has an account, and whoever gets in is alone.

use super::{refusal, request_reset, reset, verified, with_email};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use reqwest::Method;
use serde_json::json;
use std::time::Duration;

const NEW: &str = "another fine horse";

async fn sign_in(
    server: &TestServer,
    name: &str,
    password: &str,
) -> Result<Credentials, chinwag_testkit::client::Error> {
    let (name, password) = (name.to_owned(), password.to_owned());
    server.http().sign_in(&SignIn { name, password, device: None, known_device: None }).await
}

/// Status, headers that say something, and body.
async fn answer(server: &TestServer, email: &str) -> (u16, Vec<String>, String) {
    let request =
        server.http().request(Method::POST, "/v1/password-resets").json(&json!({"email": email}));
    let response = request.send().await.unwrap();
    let mut headers: Vec<_> = response.headers().keys().map(ToString::to_string).collect();
    headers.sort();
    (response.status().as_u16(), headers, response.text().await.unwrap())
}

async fn page(server: &TestServer, token: &str) -> String {
    let path = format!("/reset-password?token={token}");
    let response = server.http().request(Method::GET, &path).send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(
        response.headers()["content-security-policy"]
            .to_str()
            .unwrap()
            .contains("form-action 'self'")
    );
    response.text().await.unwrap()
}

both_engines! {
    async fn nothing_tells_who_has_an_account(server: TestServer) {
        verified(&server, "ann", "ann@example.org").await;
        with_email(&server, "bob", "bob@example.org").await;
        server.letter("bob@example.org", 1).await;
        let known = answer(&server, "ann@example.org").await;
        assert_eq!((known.0, known.2.as_str()), (202, ""));
        for other in ["ANN@example.org", "bob@example.org", "nobody@example.org"] {
            assert_eq!(answer(&server, other).await, known, "{other}");
        }
        // Queued last, so what was queued before it has been looked at.
        server.letter("ann@example.org", 3).await;
        request_reset(&server, "ann@example.org").await;
        server.letter("ann@example.org", 4).await;
        assert_eq!(server.letters("bob@example.org").len(), 1, "nobody verified it");
        assert!(server.letters("nobody@example.org").is_empty());
    }

    async fn every_session_ends_and_the_new_password_works(server: TestServer) {
        let ann = verified(&server, "ann", "ann@example.org").await;
        let (mut socket, _) = ann.socket().await;
        request_reset(&server, "ann@example.org").await;
        request_reset(&server, "ann@example.org").await;
        let other = server.letter("ann@example.org", 2).await.token();
        let token = server.letter("ann@example.org", 3).await.token();
        assert_eq!(refusal(reset(&server, &token, "short").await), Code::Invalid);
        reset(&server, &token, NEW).await.unwrap();
        assert_eq!(refusal(ann.http.me().await), Code::SessionEnded);
        assert_eq!(refusal(ann.http.refresh(&ann.credentials.refresh_token).await), Code::SessionEnded);
        chinwag_testkit::soon("the end of the connection", async { while socket.next().await.is_some() {} }).await;
        assert_eq!(refusal(sign_in(&server, "ann", ann.password()).await), Code::CredentialsWrong);
        let back = User::signed_in(&server.http(), sign_in(&server, "ann", NEW).await.unwrap());
        for used in [token, other] {
            assert_eq!(refusal(reset(&server, &used, NEW).await), Code::LinkUsed);
        }
        assert!(back.http.me().await.is_ok());
    }

    async fn a_link_works_for_half_an_hour(server: TestServer) {
        verified(&server, "ann", "ann@example.org").await;
        request_reset(&server, "ann@example.org").await;
        let token = server.letter("ann@example.org", 2).await.token();
        server.clock.advance(Duration::from_secs(30 * 60 + 60));
        assert_eq!(refusal(reset(&server, &token, NEW).await), Code::LinkUsed);
        assert_eq!(refusal(sign_in(&server, "ann", NEW).await), Code::CredentialsWrong);
    }

    async fn the_page_works_without_script_and_looking_changes_nothing(server: TestServer) {
        verified(&server, "ann", "ann@example.org").await;
        request_reset(&server, "ann@example.org").await;
        let letter = server.letter("ann@example.org", 2).await;
        assert!(letter.text.contains(&format!("{}/reset-password?token=", server.url())));
        let token = letter.token();
        for _ in 0..2 {
            let page = page(&server, &token).await;
            assert!(page.contains(&format!("value=\"{token}\"")) && !page.contains("<script"));
        }
        assert!(page(&server, "%22%3E%3Cscript%3E").await.contains("value=\"&quot;&gt;&lt;script&gt;\""));
        let submit = async |password: &str| {
            let form = server.http().request(Method::POST, "/reset-password").body(format!("token={token}&password={password}"));
            let form = form.header("content-type", "application/x-www-form-urlencoded");
            let response = form.send().await.unwrap();
            (response.status().as_u16(), response.text().await.unwrap())
        };
        assert_eq!(submit("short").await.0, 400);
        assert_eq!(submit("another+fine%20horse").await.0, 200);
        let (status, said) = submit("another+fine+horse").await;
        assert!(status == 410 && said.contains("one-time link was used"), "{said}");
        assert!(sign_in(&server, "ann@example.org", NEW).await.is_ok());
    }
}
