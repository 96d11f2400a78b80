//! The owner link makes one owner, once.

use super::{refusal, registration};
use chinwag_testkit::{TestServer, both_engines, wire::*};
use futures_util::future::join_all;

const PASSWORD: &str = "a horse that staples batteries";

fn with_link(username: &str, link: Option<String>) -> Register {
    Register { owner_link: link, ..registration(username, PASSWORD) }
}

both_engines! {
    async fn a_race_for_it_makes_one_owner(server: TestServer) {
        let link = server.owner_link();
        assert!(link.is_some(), "a new server has one");
        let bodies: Vec<_> = (0..20).map(|n| with_link(&format!("ada{n}"), link.clone())).collect();
        let http = server.http();
        let answers = join_all(bodies.iter().map(|body| http.register(body))).await;
        let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(Result::is_ok);
        assert_eq!(won.iter().flatten().map(|won| won.account.role).collect::<Vec<_>>(), [InstanceRole::Owner]);
        assert!(lost.into_iter().all(|lost| refusal(lost) == Code::LinkUsed));
        server.restart().await;
        assert_eq!(refusal(server.http().register(&with_link("late", link)).await), Code::LinkUsed);
    }

    async fn a_wrong_one_makes_nobody_anything(server: TestServer) {
        for wrong in [String::new(), "x".repeat(22), server.owner_link().unwrap().to_lowercase() + "A"] {
            let code = refusal(server.http().register(&with_link("eve", Some(wrong.clone()))).await);
            assert!(matches!(code, Code::LinkUsed | Code::Invalid), "{wrong:?}: {code:?}");
        }
        // Neither a wrong guess nor somebody without it uses it up, and a name that is taken does not either.
        let eve = server.user("eve").await;
        assert_eq!(eve.credentials.account.role, InstanceRole::Member);
        assert_eq!(refusal(server.http().register(&with_link("EVE", server.owner_link())).await), Code::UsernameTaken);
        let ada = server.http().register(&with_link("ada", server.owner_link())).await.unwrap();
        assert_eq!(ada.account.role, InstanceRole::Owner);
    }
}
