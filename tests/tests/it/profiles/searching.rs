//! Finding people: by how a name or a word of it begins, in any spelling; by a whole email address only where
//! its owner verified it and wants that; and by nothing that reads like a wildcard.

use super::{refusal, rename, set};
use chinwag_testkit::{TestServer, User, both_engines, wire::*};
use serde_json::json;

/// The usernames that are found.
async fn found(who: &User, prefix: &str) -> Vec<String> {
    let page = who.http.search_accounts(prefix, None, None).await.unwrap();
    page.items.into_iter().map(|account| account.username).collect()
}

async fn with_email(server: &TestServer, name: &str, verified: bool) -> User {
    let email = format!("{name}@example.org");
    let user =
        User::register_with(&server.http(), name, |body| body.email = Some(email.clone())).await;
    if verified {
        let token = server.letter(&email, 1).await.token();
        server.http().verify_email(&VerifyEmail { token }).await.unwrap();
    }
    user
}

async fn be_found_by_email(user: &User) {
    let body = UpdateSettings { found_by_email: Patch::Set(true), ..UpdateSettings::default() };
    user.http.update_settings(&body).await.unwrap();
}

both_engines! {
    async fn names_are_found_by_the_beginning_of_each_word(server: TestServer) {
        let me = server.user("searcher").await;
        for (username, name) in [("zoë", "Zoë Anna Müller"), ("annabel", "Annabel"), ("müll-er", "Somebody"), ("小林", "小林 さくら"), ("STRASSE", "Straße 9")] {
            let user = server.user(username).await;
            rename(&user, name).await;
        }
        let body = UpdateProfile { first_name: set("Gwendolyn"), last_name: set("de la Cruz"), ..UpdateProfile::default() };
        server.user("gw").await.http.update_profile(&body).await.unwrap();
        let cases: [(&str, &[&str]); 19] = [
            ("anna", &["zoë", "annabel"]), ("ANNA", &["zoë", "annabel"]), ("anna ", &["zoë"]), ("Anna  Mü", &["zoë"]),
            ("annab", &["annabel"]), ("mül", &["müll-er", "zoë"]), ("mu\u{308}ll", &["müll-er", "zoë"]), ("ＺＯë", &["zoë"]),
            ("straße", &["STRASSE"]), ("strasse", &["STRASSE"]), ("小林", &["小林"]), ("さくら", &["小林"]),
            ("gwen", &["gw"]), ("cruz", &["gw"]), ("la cruz", &["gw"]), ("an", &[]), ("a", &[]), ("gw", &["gw"]), ("nnabel", &[]),
        ];
        for (prefix, expected) in cases {
            assert_eq!(found(&me, prefix).await, expected, "{prefix}");
        }
        assert_eq!(found(&me, "searcher").await, [""; 0], "oneself is not looked for");
    }

    async fn a_name_that_changed_is_found_by_the_new_one_at_once(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        for name in ["First Name", "Second Name", "Third"] {
            rename(&ada, name).await;
            assert_eq!(found(&bob, name).await, ["ada"]);
        }
        assert_eq!(found(&bob, "First").await, [""; 0]);
        assert_eq!(found(&bob, "ada").await, ["ada"]);
        ada.http.delete_own_account(ada.password()).await.unwrap();
        for gone in ["ada", "Third", "deleted", "Deleted account"] {
            assert_eq!(found(&bob, gone).await, [""; 0], "{gone}");
        }
    }

    async fn nothing_is_a_wildcard(server: TestServer) {
        let me = server.user("searcher").await;
        for username in ["plain", "100%_sure", "back\\slash", "star*", "[a-z]", "quote'", "semi;colon"] {
            server.user(username).await;
        }
        for (prefix, expected) in [("%%%", &[][..]), ("___", &[]), ("pl%", &[]), ("p_a", &[]), ("\\\\\\", &[]), ("***", &[]), ("100%_", &["100%_sure"]), ("back\\s", &["back\\slash"]), ("[a-z]", &["[a-z]"]), ("quote'", &["quote'"]), ("' OR 1=1 --", &[]), ("semi;", &["semi;colon"])] {
            assert_eq!(found(&me, prefix).await, expected, "{prefix}");
        }
        let (socket, _) = me.socket().await;
        for bad in ["", " ", "\u{7}", &"x".repeat(101)] {
            assert_eq!(refusal(me.http.search_accounts(bad, None, None).await), Code::Invalid, "{bad:?}");
            let live = socket.command::<_, Page<Account>>("search_accounts", &json!({ "prefix": bad })).await;
            assert_eq!(refusal(live), Code::Invalid, "{bad:?}");
        }
        for empty in ["\u{fdfa}".repeat(100), "🦆🦆🦆".to_owned(), "\u{10ffff}\u{10ffff}\u{10ffff}".to_owned()] {
            assert_eq!(found(&me, &empty).await, [""; 0]);
        }
        assert_eq!(refusal(me.http.search_accounts("pla", None, Some(201)).await), Code::Invalid);
        assert_eq!(refusal(me.http.search_accounts("pla", Some("x"), None).await), Code::CursorInvalid);
        assert_eq!(refusal(server.http().search_accounts("pla", None, None).await), Code::Unauthenticated);
    }

    async fn pages_name_each_person_once_in_order(server: TestServer) {
        let me = server.user("searcher").await;
        let mut everybody = Vec::new();
        for n in 0..23 {
            let user = server.user(&format!("person {n:02}")).await;
            rename(&user, &format!("Person Personne {}", n % 5)).await;
            everybody.push(user.id());
        }
        for limit in [1, 7, 23, 200] {
            let (mut seen, mut cursor) = (Vec::new(), None);
            loop {
                let page = me.http.search_accounts("pers", cursor.as_deref(), Some(limit)).await.unwrap();
                assert!(page.items.len() <= limit as usize);
                seen.extend(page.items.into_iter().map(|account| account.id));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            seen.sort();
            everybody.sort();
            assert_eq!(seen, everybody, "{limit} at a time");
        }
    }

    async fn an_address_finds_only_those_who_want_it(server: TestServer) {
        let me = server.user("searcher").await;
        let (verified, unverified) = (with_email(&server, "verified", true).await, with_email(&server, "unverified", false).await);
        let silent = with_email(&server, "silent", true).await;
        assert_eq!(found(&me, "verified@example.org").await, [""; 0], "nobody is found who did not say so");
        for user in [&verified, &unverified] {
            be_found_by_email(user).await;
        }
        assert_eq!(found(&me, "verified@example.org").await, ["verified"]);
        assert_eq!(found(&me, " Verified@Example.ORG ").await, ["verified"]);
        for nobody in ["unverified@example.org", "silent@example.org", "nobody@example.org", "verified@example.or", "verified@example", "verified@", "verified@example.orgs"] {
            assert_eq!(found(&me, nobody).await, [""; 0], "{nobody}");
        }
        verified.http.block(me.id()).await.unwrap();
        assert_eq!(found(&me, "verified@example.org").await, [""; 0]);
        drop(silent);
    }

    async fn searches_are_bounded(server: TestServer) with |settings| settings.limits.factor = 1.0 => {
        let me = server.user("searcher").await;
        let mut asked = 0;
        let refused = loop {
            match me.http.search_accounts("nobody@example.org", None, None).await {
                Ok(_) => asked += 1,
                Err(error) => break error.code(),
            }
            assert!(asked < 200);
        };
        assert_eq!(refused, Some(Code::RateLimited));
        assert!(asked >= 60, "{asked}");
    }
}
