//! Passwords: whole, bounded, upgraded, changed.

use crate::place::{HERE, PASSWORD, Place, code, on_both, options, registration, signing_in};
use chinwag_chat::{ChatOptions, Notice};
use chinwag_sql::{Error, Operation, Sql, Tx, sql};
use chinwag_wire::{ChangePassword, Code, Register};
use futures_util::future::join_all;
use std::sync::Arc;

on_both!(
    no_byte_is_ignored,
    hashes_from_elsewhere_are_upgraded,
    changing_it_ends_every_other_session,
    changing_it_takes_the_current_one,
    whoever_finds_no_seat_is_told_to_come_back,
);

static IMPORT: Sql = sql("UPDATE accounts SET password_hash = ?1");
static STORED: Sql = sql("SELECT password_hash FROM accounts");

struct Import(Option<&'static str>);

impl Operation for Import {
    type Out = ();
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Error> {
        tx.exec(&IMPORT, &[self.0.into()]).await.map(drop)
    }
}

struct Stored;

impl Operation for Stored {
    type Out = Option<String>;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<Option<String>, Error> {
        tx.row(&STORED, &[]).await?.get(0)
    }
}

async fn no_byte_is_ignored(place: Arc<Place>) {
    let password = "p".repeat(100);
    place.chat.register(&HERE, Register { password: password.clone(), ..registration(Some("ann"), None) }).await.unwrap();
    let other = format!("{}q", &password[..99]);
    for (guess, refused) in [(other.as_str(), true), (&password[..99], true), (&password, false)] {
        assert_eq!(place.chat.sign_in(&HERE, signing_in("ann", guess)).await.is_err(), refused);
    }
    let endless = "p".repeat(1_025);
    assert_eq!(code(place.chat.sign_in(&HERE, signing_in("ann", &endless)).await), Some(Code::Invalid));
}

async fn hashes_from_elsewhere_are_upgraded(place: Arc<Place>) {
    place.register("ann").await;
    // The first vector of crypt_blowfish.
    place.db.write(Import(Some("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW")), |()| ()).await.unwrap();
    assert_eq!(code(place.chat.sign_in(&HERE, signing_in("ann", "U*V")).await), Some(Code::CredentialsWrong));
    for _ in 0..2 {
        assert!(place.chat.sign_in(&HERE, signing_in("ann", "U*U")).await.is_ok(), "also one that is too short to be chosen");
        assert!(place.db.read(Stored).await.unwrap().unwrap().starts_with("v1$$2b$04$"));
    }
    place.db.write(Import(None), |()| ()).await.unwrap();
    assert_eq!(code(place.chat.sign_in(&HERE, signing_in("ann", "")).await), Some(Code::CredentialsWrong), "a name without a password");
}

fn changing(current: &str, new: &str) -> ChangePassword {
    ChangePassword { current_password: current.to_owned(), new_password: new.to_owned() }
}

async fn changing_it_ends_every_other_session(place: Arc<Place>) {
    let (here, other) = (place.register("ann").await, place.sign_in("ann").await.unwrap());
    let (actor, ended) = (place.actor(&here).await, place.actor(&other).await);
    place.chat.change_password(&actor, &HERE, changing(PASSWORD, "another fine one")).await.unwrap();
    assert_eq!(place.heard.take(), [Notice::SessionEnded { session: other.session_id }]);
    assert_eq!(code(place.chat.authenticate(&other.access_token).await), Some(Code::SessionEnded));
    assert_eq!(code(place.chat.session_alive(&ended).await), Some(Code::SessionEnded));
    assert!(place.chat.authenticate(&here.access_token).await.is_ok());
    assert_eq!(code(place.sign_in("ann").await), Some(Code::CredentialsWrong));
    assert!(place.chat.sign_in(&HERE, signing_in("ann", "another fine one")).await.is_ok());
}

async fn changing_it_takes_the_current_one(place: Arc<Place>) {
    let actor = place.actor(&place.register("ann").await).await;
    let refused = place.chat.change_password(&actor, &HERE, changing(PASSWORD, "short")).await.unwrap_err();
    assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::Invalid, "new_password"));
    for _ in 0..5 {
        let refused = place.chat.change_password(&actor, &HERE, changing("not the current one", "another fine one")).await;
        assert_eq!(code(refused), Some(Code::CredentialsWrong));
    }
    let refused = place.chat.change_password(&actor, &HERE, changing(PASSWORD, "another fine one")).await;
    assert_eq!(code(refused), Some(Code::TooManyAttempts), "a stolen session cannot guess on");
    assert!(place.sign_in("ann").await.is_ok(), "and does not lock its owner out");
}

async fn whoever_finds_no_seat_is_told_to_come_back(place: Arc<Place>) {
    place.register("ann").await;
    let chat = place.again(ChatOptions { hash_queue: 1, bcrypt_cost: 8, ..options() }).await;
    let tries = join_all((0..30).map(|_| {
        let chat = chat.clone();
        tokio::spawn(async move { chat.sign_in(&HERE, signing_in("ann", PASSWORD)).await })
    }));
    let outcomes: Vec<_> = tries.await.into_iter().map(Result::unwrap).collect();
    let refused: Vec<_> = outcomes.iter().filter_map(|outcome| outcome.as_ref().err()).filter(|problem| problem.code == Code::Overloaded).collect();
    assert!(refused.len() >= 10 && refused.iter().all(|problem| problem.retry_after.is_some()), "{}", refused.len());
    assert!(chat.sign_in(&HERE, signing_in("ann", PASSWORD)).await.is_ok(), "and is served then");
}
