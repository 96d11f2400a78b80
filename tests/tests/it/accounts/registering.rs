//! Making accounts: of any number who race for a name one has it, however each spells it.

use super::{refusal, registration, sign_in};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use futures_util::future::join_all;

const PASSWORD: &str = "a horse that staples batteries";

/// One name to everybody who reads it.
const SPELLINGS: [&str; 5] = ["zoé", "Zoé", "ZOE\u{301}", "ｚｏé", "zoe\u{301}"];

both_engines! {
    async fn a_new_account_is_signed_in(server: TestServer) {
        let body = Register {
            email: Some("Ada@Example.org".into()),
            display_name: Some("Ada L.".into()),
            device: Some("laptop".into()),
            ..registration("Ada", PASSWORD)
        };
        let credentials = server.http().register(&body).await.unwrap();
        let me = server.http().with_token(&credentials.access_token).me().await.unwrap();
        assert_eq!(me, credentials.account);
        assert_eq!((me.username.as_str(), me.display_name.as_str(), me.role), ("Ada", "Ada L.", InstanceRole::Member));
        assert_eq!((me.email, me.pending_email.as_deref()), (None, Some("ada@example.org")));
        let early = server.http().sign_in(&sign_in("ada@example.org", PASSWORD)).await;
        assert_eq!(refusal(early), Code::CredentialsWrong, "not verified yet");
        let token = server.letter("ada@example.org", 1).await.token();
        server.http().verify_email(&VerifyEmail { token }).await.unwrap();

        for name in ["ada", "ADA", "ａｄａ", "ada@example.org", "ADA@EXAMPLE.ORG"] {
            let again = server.http().sign_in(&sign_in(name, PASSWORD)).await.unwrap();
            assert_eq!(again.account.id, me.id, "{name}");
            assert_ne!(again.session_id, credentials.session_id);
        }
    }

    async fn others_see_the_public_side_alone(server: TestServer) {
        let body = Register { email: Some("ada@example.org".into()), ..registration("Ada", PASSWORD) };
        let ada = server.http().register(&body).await.unwrap().account;
        let bob = server.user("bob").await;
        let seen = bob.http.account(ada.id).await.unwrap();
        assert_eq!(seen, Account { id: ada.id, username: "Ada".into(), display_name: "Ada".into() });
        assert_eq!(bob.http.account_named("ａＤＡ").await.unwrap(), seen);
        assert_eq!(refusal(bob.http.account_named("nobody").await), Code::AccountNotFound);
        assert_eq!(refusal(bob.http.account_named("ada@example.org").await), Code::AccountNotFound);
        assert_eq!(refusal(server.http().account(ada.id).await), Code::Unauthenticated);
        let raw = bob.http.request(reqwest::Method::GET, &format!("/v1/accounts/{}", ada.id)).send().await.unwrap();
        assert!(!raw.text().await.unwrap().contains("example.org"));
    }

    async fn a_race_for_a_name_has_one_winner(server: TestServer) {
        for round in 0..5 {
            let bodies: Vec<_> = (0..20).map(|n| registration(&format!("{}{round}", SPELLINGS[n % SPELLINGS.len()]), PASSWORD)).collect();
            let http = server.http();
            let answers = join_all(bodies.iter().map(|body| http.register(body))).await;
            let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
            let [winner] = &won[..] else { panic!("round {round}: {} winners", won.len()) };
            assert!(lost.into_iter().all(|lost| refusal(lost) == Code::UsernameTaken));
            let winner = winner.as_ref().unwrap();
            let http = http.with_token(&winner.access_token);
            for spelling in SPELLINGS {
                let found = http.account_named(&format!("{spelling}{round}")).await.unwrap();
                assert_eq!(found.id, winner.account.id, "{spelling}");
            }
        }
    }

    async fn a_race_for_an_address_has_one_winner(server: TestServer) {
        let body = |n: usize| {
            let email = if n.is_multiple_of(2) { "ada@example.org" } else { "ADA@example.ORG" };
            Register { email: Some(email.into()), ..registration(&format!("ada{n}"), PASSWORD) }
        };
        let (http, bodies) = (server.http(), (0..20).map(body).collect::<Vec<_>>());
        let answers = join_all(bodies.iter().map(|body| http.register(body))).await;
        assert!(answers.iter().all(Result::is_ok), "naming it tells nothing");
        // One address is sent five links an hour.
        server.letter("ada@example.org", 5).await;
        let links: Vec<_> = server.letters("ada@example.org").iter().map(|letter| VerifyEmail { token: letter.token() }).collect();
        let verified = join_all(links.iter().map(|link| http.verify_email(link))).await;
        assert_eq!(verified.iter().filter(|answer| answer.is_ok()).count(), 1);
        assert!(verified.into_iter().filter(Result::is_err).all(|lost| refusal(lost) == Code::EmailTaken));
        let whose = http.sign_in(&sign_in("ada@example.org", PASSWORD)).await.unwrap().account;
        assert!(whose.email_verified && whose.pending_email.is_none());
    }

    async fn nothing_tells_whose_an_address_is(server: TestServer) {
        let register = async |username: &str, email: &str| {
            let body = Register { email: Some(email.into()), ..registration(username, PASSWORD) };
            let response = server.http().request(reqwest::Method::POST, "/v1/accounts").json(&body).send().await.unwrap();
            let (status, headers) = (response.status().as_u16(), response.headers().clone());
            let names: std::collections::BTreeSet<_> = headers.keys().map(ToString::to_string).collect();
            let whole: Credentials = response.json().await.unwrap();
            let OwnAccount { email, email_verified, pending_email, .. } = whole.account.clone();
            ((status, names, email, email_verified, pending_email.is_some()), whole)
        };
        register("ann", "ann@example.org").await;
        let token = server.letter("ann@example.org", 1).await.token();
        server.http().verify_email(&VerifyEmail { token }).await.unwrap();

        let (unknown, _) = register("eve1", "nobody@example.org").await;
        let (known, eve) = register("eve2", "ANN@example.org").await;
        assert_eq!(known, unknown);
        assert_eq!((known.0, known.2, known.3, known.4), (201, None, false, true));
        let eve = server.http().with_token(&eve.access_token);
        assert_eq!(eve.me().await.unwrap().pending_email.as_deref(), Some("ann@example.org"));
        for name in ["ann@example.org", "nobody@example.org"] {
            assert_eq!(refusal(server.http().sign_in(&sign_in(name, "some guess")).await), Code::CredentialsWrong);
        }
        let told = server.letter("ann@example.org", 2).await;
        assert_eq!(told.subject, "This is the email address of your account already");
        assert!(told.text.contains("\"ann\"") && told.text.contains("\"eve2\"") && !told.text.contains("token="), "{}", told.text);
        assert_eq!(server.http().sign_in(&sign_in("ann@example.org", PASSWORD)).await.unwrap().account.username, "ann");
    }

    async fn whoever_gives_no_name_is_given_one(server: TestServer) {
        let body = || Register { username: None, email: None, display_name: Some("Zoë Müller".into()), ..registration("", PASSWORD) };
        let register = async |email: &str| {
            let body = Register { email: Some(email.into()), ..body() };
            server.http().register(&body).await.unwrap().account.username
        };
        let (first, second) = (register("a@example.org").await, register("b@example.org").await);
        assert_eq!(first, "zoe-muller");
        assert!(second.starts_with("zoe-muller-"), "{second}");
    }

    async fn what_misleads_is_no_name_and_what_anybody_guesses_no_password(server: TestServer) {
        let refused = async |username: &str, password: &str| {
            let error = server.http().register(&registration(username, password)).await.unwrap_err();
            let problem = error.problem().unwrap();
            assert_eq!(problem.code, Code::Invalid, "{username} {password}");
            problem.errors[0].field.clone()
        };
        for name in ["", " ada", "a\u{200b}da", "a\u{202e}da", "me", "ＭＥ", "a@b", "0189f7e2-7a3b-7c00-8000-000000000001"] {
            assert_eq!(refused(name, PASSWORD).await, "username");
        }
        for password in ["", "seven77", "password", "PASSWORD"] {
            assert_eq!(refused("ada", password).await, "password");
        }
        assert_eq!(refused("ada", &"x".repeat(1_025)).await, "password");
        server.user("ada").await;
    }

    async fn a_closed_server_takes_nobody_new(server: TestServer) with |settings| settings.accounts.registration_open = false => {
        assert_eq!(refusal(server.http().register(&registration("ada", PASSWORD)).await), Code::Forbidden);
        let owner = Register { owner_link: server.owner_link(), ..registration("ada", PASSWORD) };
        assert_eq!(server.http().register(&owner).await.unwrap().account.role, InstanceRole::Owner, "but its owner");
    }
}
