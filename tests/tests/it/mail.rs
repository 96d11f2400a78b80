//! Mail: what is sent, to whom, and what the links in it do.

mod choosing;
mod delivering;
mod resetting;
mod securing;
mod verifying;

/// Runs each function as a test on either engine, for tests that start their servers themselves.
macro_rules! on_both {
    ($($name:ident)*) => {$(
        mod $name {
            use chinwag_testkit::Engine;

            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                super::$name(Engine::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                super::$name(Engine::Postgres).await;
            }
        }
    )*};
}
pub(crate) use on_both;

use chinwag_testkit::{TestServer, User, client::Error, wire::*};

const PASSWORD: &str = "a horse that staples batteries";

/// A new account with an address that nobody has verified.
async fn with_email(server: &TestServer, username: &str, email: &str) -> User {
    let body = Register {
        username: Some(username.to_owned()),
        email: Some(email.to_owned()),
        password: PASSWORD.to_owned(),
        display_name: None,
        owner_link: None,
        device: None,
    };
    User::signed_in(&server.http(), server.http().register(&body).await.unwrap())
}

/// The same, with its first letter answered.
async fn verified(server: &TestServer, username: &str, email: &str) -> User {
    let user = with_email(server, username, email).await;
    verify(server, &server.letter(email, 1).await.token()).await.unwrap();
    user
}

async fn verify(server: &TestServer, token: &str) -> Result<(), Error> {
    server.http().verify_email(&VerifyEmail { token: token.to_owned() }).await
}

async fn reset(server: &TestServer, token: &str, password: &str) -> Result<(), Error> {
    let body = ResetPassword { token: token.to_owned(), password: password.to_owned() };
    server.http().reset_password(&body).await
}

async fn request_reset(server: &TestServer, email: &str) {
    server.http().request_reset(&RequestReset { email: email.to_owned() }).await.unwrap();
}

async fn change_email(user: &User, email: &str) -> Result<(), Error> {
    let body = ChangeEmail { email: email.to_owned(), current_password: PASSWORD.to_owned() };
    user.http.change_email(&body).await
}

fn refusal<T: std::fmt::Debug>(answer: Result<T, Error>) -> Code {
    answer.unwrap_err().code().expect("a refusal")
}
