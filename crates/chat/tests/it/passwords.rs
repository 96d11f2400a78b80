//! Passwords: whole, bounded, upgraded, changed.

use crate::rig::{PASSWORD, Rig, code, here, options, registration, signing_in};
use chinwag_chat::{ChatOptions, Notice};
use chinwag_sql::{Error, Operation, Sql, Tx, sql};
use chinwag_wire::{ChangePassword, Code, Register};
use futures_util::future::join_all;

crate::on_both_engines! {
    no_byte_is_ignored
    hashes_from_elsewhere_are_upgraded
    changing_it_ends_every_other_session
    changing_it_takes_the_current_one
    an_old_one_opens_nothing_once_changed
    whoever_finds_no_seat_is_told_to_come_back
}

static IMPORT: Sql = sql("UPDATE accounts SET password_hash = ?1");
static STORED: Sql = sql("SELECT password_hash FROM accounts");

struct Import(Option<&'static str>);

impl Operation for Import {
    type Out = u64;
    type Error = Error;
    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Error> {
        tx.exec(&IMPORT, &[self.0.into()]).await
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

async fn no_byte_is_ignored(rig: Rig) {
    let password = "p".repeat(100);
    rig.chat
        .register(
            &here(),
            Register { password: password.clone(), ..registration(Some("ann"), None) },
        )
        .await
        .unwrap();
    let other = format!("{}q", &password[..99]);
    for (guess, refused) in [(other.as_str(), true), (&password[..99], true), (&password, false)] {
        assert_eq!(rig.chat.sign_in(&here(), signing_in("ann", guess)).await.is_err(), refused);
    }
    let endless = "p".repeat(1_025);
    assert_eq!(
        code(rig.chat.sign_in(&here(), signing_in("ann", &endless)).await),
        Some(Code::Invalid)
    );
}

async fn hashes_from_elsewhere_are_upgraded(rig: Rig) {
    rig.register("ann").await;
    // The first vector of crypt_blowfish.
    let import = Import(Some("$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"));
    assert_eq!(rig.db.write(import, |rows| rows).await, Ok(1));
    assert_eq!(
        code(rig.chat.sign_in(&here(), signing_in("ann", "U*V")).await),
        Some(Code::CredentialsWrong)
    );
    for _ in 0..2 {
        assert!(
            rig.chat.sign_in(&here(), signing_in("ann", "U*U")).await.is_ok(),
            "also one that is too short to be chosen"
        );
        assert!(rig.db.read(Stored).await.unwrap().unwrap().starts_with("v1$$2b$04$"));
    }
    assert_eq!(rig.db.write(Import(None), |rows| rows).await, Ok(1));
    assert_eq!(
        code(rig.chat.sign_in(&here(), signing_in("ann", "")).await),
        Some(Code::CredentialsWrong),
        "a name without a password"
    );
}

fn changing(current: &str, new: &str) -> ChangePassword {
    ChangePassword { current_password: current.to_owned(), new_password: new.to_owned() }
}

async fn changing_it_ends_every_other_session(rig: Rig) {
    let (mine, other) = (rig.register("ann").await, rig.sign_in("ann").await.unwrap());
    let (actor, ended) = (rig.actor(&mine).await, rig.actor(&other).await);
    rig.chat
        .change_password(&actor, &here(), changing(PASSWORD, "another fine one"))
        .await
        .unwrap();
    assert_eq!(rig.heard.take(), [Notice::SessionEnded { session: other.session_id }]);
    assert_eq!(code(rig.chat.authenticate(&other.access_token).await), Some(Code::SessionEnded));
    assert_eq!(code(rig.chat.session_alive(&ended).await), Some(Code::SessionEnded));
    assert!(rig.chat.authenticate(&mine.access_token).await.is_ok());
    assert_eq!(code(rig.sign_in("ann").await), Some(Code::CredentialsWrong));
    assert!(rig.chat.sign_in(&here(), signing_in("ann", "another fine one")).await.is_ok());
}

async fn changing_it_takes_the_current_one(rig: Rig) {
    let actor = rig.actor(&rig.register("ann").await).await;
    let refused =
        rig.chat.change_password(&actor, &here(), changing(PASSWORD, "short")).await.unwrap_err();
    assert_eq!((refused.code, refused.errors[0].field.as_str()), (Code::Invalid, "new_password"));
    for _ in 0..5 {
        let refused = rig
            .chat
            .change_password(&actor, &here(), changing("not the current one", "another fine one"))
            .await;
        assert_eq!(code(refused), Some(Code::CredentialsWrong));
    }
    let refused =
        rig.chat.change_password(&actor, &here(), changing(PASSWORD, "another fine one")).await;
    assert_eq!(code(refused), Some(Code::TooManyAttempts), "a stolen session cannot guess on");
    assert!(rig.sign_in("ann").await.is_ok(), "and does not lock its owner out");
}

async fn whoever_finds_no_seat_is_told_to_come_back(rig: Rig) {
    rig.register("ann").await;
    let chat = rig.again(ChatOptions { hash_queue: 1, bcrypt_cost: 8, ..options() }).await;
    let tries = join_all((0..30).map(|_| {
        let chat = chat.clone();
        tokio::spawn(async move { chat.sign_in(&here(), signing_in("ann", PASSWORD)).await })
    }));
    let outcomes: Vec<_> = tries.await.into_iter().map(Result::unwrap).collect();
    let refused: Vec<_> = outcomes
        .iter()
        .filter_map(|outcome| outcome.as_ref().err())
        .filter(|problem| problem.code == Code::Overloaded)
        .collect();
    assert!(
        refused.len() >= 10 && refused.iter().all(|problem| problem.retry_after.is_some()),
        "{}",
        refused.len()
    );
    assert!(chat.sign_in(&here(), signing_in("ann", PASSWORD)).await.is_ok(), "and is served then");
}

/// A sign-in whose password was verified just before it changed opens no session just after.
async fn an_old_one_opens_nothing_once_changed(rig: Rig) {
    let mine = rig.actor(&rig.register("ann").await).await;
    for round in 0..5 {
        let [old, new] = [round, round + 1]
            .map(|n| if n == 0 { PASSWORD.to_owned() } else { format!("password number {n}") });
        let tries: Vec<_> = (0..8)
            .map(|_| {
                let (chat, old) = (rig.chat.clone(), old.clone());
                tokio::spawn(async move { chat.sign_in(&here(), signing_in("ann", &old)).await })
            })
            .collect();
        // Under so many tries the change itself may have to wait for its turn at guessing.
        while rig.chat.change_password(&mine, &here(), changing(&old, &new)).await.is_err() {
            rig.wait(900);
        }
        for credentials in join_all(tries).await.into_iter().filter_map(|tried| tried.unwrap().ok())
        {
            assert!(rig.chat.authenticate(&credentials.access_token).await.is_err());
        }
        assert_eq!(rig.chat.sessions(&mine).await.unwrap().len(), 1);
        rig.wait(900);
    }
}
