//! Whether there is an account shows in no answer, and not in the time it takes either: the same work is done for those
//! who are there and for those who are not. What takes the time is counted, not the time.

use super::{refusal, registration, sign_in};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use reqwest::Method;
use serde_json::{Value, json};

const PASSWORD: &str = "a horse that staples batteries";

/// How often a password was hashed so far, in this process.
async fn hashes(server: &TestServer) -> u64 {
    server.metric("chinwag_password_hashes_total", "").await
}

/// How often doing this hashes a password.
async fn cost(server: &TestServer, doing: impl Future) -> u64 {
    let before = hashes(server).await;
    doing.await;
    hashes(server).await - before
}

async fn verified(server: &TestServer, name: &str, email: &str) -> User {
    let body = Register { email: Some(email.into()), ..registration(name, PASSWORD) };
    let user = User::signed_in(&server.http(), server.http().register(&body).await.unwrap());
    let token = server.letter(email, 1).await.token();
    server.http().verify_email(&VerifyEmail { token }).await.unwrap();
    user
}

async fn status(server: &TestServer, path: &str, body: &Value) -> u16 {
    server.http().request(Method::POST, path).json(body).send().await.unwrap().status().as_u16()
}

both_engines! {
    async fn signing_in_costs_the_same(server: TestServer) {
        let owner_link = server.owner_link();
        let root = User::register_with(&server.http(), "root", |body| body.owner_link = owner_link).await;
        verified(&server, "ada", "ada@example.org").await;
        let (sam, dora) = (server.user("sam").await, server.user("dora").await);
        root.http.suspend(sam.id(), &Suspend { reason: None }).await.unwrap();
        dora.http.delete_own_account(dora.password()).await.unwrap();
        for name in ["ada", "nobody", "ada@example.org", "nobody@example.org", "sam", "dora", "deleted"] {
            let guess = async {
                let answer = server.http().sign_in(&sign_in(name, "a wrong password")).await;
                assert_eq!(refusal(answer), Code::CredentialsWrong, "{name}");
            };
            assert_eq!(cost(&server, guess).await, 1, "{name}");
        }
    }

    async fn signing_in_as_deployed_clients_do_costs_the_same(server: TestServer) {
        server.user("ada").await;
        for (path, refused) in [("/dialects/messaging-app/auth/login", 401), ("/dialects/messaging-service/auth/signin", 200)] {
            for name in ["ada", "nobody"] {
                let body = json!({ "username": name, "password": "Wr0ngPassword" });
                let guess = async { assert_eq!(status(&server, path, &body).await, refused, "{path} {name}") };
                assert_eq!(cost(&server, guess).await, 1, "{path} {name}");
            }
        }
    }

    async fn naming_an_address_costs_the_same(server: TestServer) {
        let ada = verified(&server, "ada", "ada@example.org").await;
        for (name, email) in [("eve1", "ada@example.org"), ("eve2", "nobody@example.org")] {
            let body = Register { email: Some(email.into()), ..registration(name, PASSWORD) };
            let register = async { drop(server.http().register(&body).await.unwrap()) };
            assert_eq!(cost(&server, register).await, 1, "registering with {email}");
            let body = json!({ "email": email });
            let reset = async { assert_eq!(status(&server, "/v1/password-resets", &body).await, 202, "{email}") };
            assert_eq!(cost(&server, reset).await, 0, "a reset for {email}");
        }
        let eve = verified(&server, "eve", "eve@example.org").await;
        for email in ["ada@example.org", "nobody@example.org"] {
            let body = ChangeEmail { email: email.into(), current_password: PASSWORD.into() };
            let change = async { eve.http.change_email(&body).await.unwrap() };
            assert_eq!(cost(&server, change).await, 1, "changing to {email}");
        }
        drop(ada);
    }
}
