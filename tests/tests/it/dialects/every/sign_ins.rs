//! Sign-ins that fail are counted in one place for the account named and the address, whichever dialect they came
//! through; each refuses at its own number.

use crate::dialects::{
    Caller, Said,
    crossing::{PASSWORD, person::Person},
};
use chinwag_testkit::{TestServer, both_engines};
use serde_json::json;
use std::time::Duration;

const WRONG: &str = "Harbour!13";
const QUARTER: Duration = Duration::from_secs(15 * 60 + 1);
/// One that no proxy would name wrongly.
const ELSEWHERE: &str = "203.0.113.9";

/// A way to sign in.
#[derive(Clone, Copy, Debug)]
enum Door {
    MessagingService,
    MessagingApp,
    RoomChat,
    LiveChat,
    Pingtalk,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Came {
    In,
    Wrong,
    Refused,
}

impl Door {
    const ALL: [Self; 5] = [
        Self::MessagingService,
        Self::MessagingApp,
        Self::RoomChat,
        Self::LiveChat,
        Self::Pingtalk,
    ];
    /// Those that refuse at ten.
    const TEN: [Self; 3] = [Self::MessagingService, Self::RoomChat, Self::LiveChat];

    async fn ask(self, caller: &Caller, username: &str, password: &str) -> Said {
        let email = format!("{username}@example.org");
        let by_name = json!({ "username": username, "password": password });
        let by_email = json!({ "email": email, "password": password });
        match self {
            Self::MessagingService => caller.post("/auth/signin", by_name).await,
            Self::MessagingApp => caller.post("/auth/login", by_name).await,
            Self::RoomChat => caller.post("/api/v1/auth/signin", by_email).await,
            Self::LiveChat => caller.post("/api/login", by_email).await,
            Self::Pingtalk => {
                let body = json!({ "emailId": email, "password": password });
                caller.post("/auth/login", body).await
            }
        }
    }

    /// What is said to who tried too often.
    fn refusal(self) -> (u16, &'static str) {
        match self {
            Self::MessagingService => (200, "failed"),
            Self::MessagingApp => (429, "Too many login attempts, please try again later."),
            Self::RoomChat => (429, "Too many requests"),
            Self::LiveChat => (429, "Too Many Requests"),
            Self::Pingtalk => (429, "Too many login attempts. Try again after 15 minutes."),
        }
    }

    async fn tries(self, caller: &Caller, password: &str) -> Came {
        let said = self.ask(caller, "tom", password).await;
        let (status, words) = self.refusal();
        if said.header("retry-after").is_some() {
            assert!(said.status == status && said.text.contains(words), "{self:?} {said:?}");
            assert_eq!(said.header("set-cookie"), None, "{self:?}");
            return Came::Refused;
        }
        let is_in = said.status == 200 && !said.text.contains("\"failed\"");
        if is_in { Came::In } else { Came::Wrong }
    }
}

both_engines! {
    async fn are_counted_together(server: TestServer) with |settings| {
        settings.limits.factor = 1.0;
        settings.http.trusted_proxies = vec!["127.0.0.1".to_owned()];
    } => {
        let (tom, caller) = (Person::register(&server, "tom").await, Caller::of(&server));
        Person::register(&server, "lena").await;
        for door in Door::TEN {
            assert_eq!(door.tries(&caller, WRONG).await, Came::Wrong, "{door:?}");
        }
        assert_eq!(Door::MessagingApp.tries(&caller, PASSWORD).await, Came::Refused, "three, and none was its own");
        for door in [Door::TEN, Door::TEN].concat().into_iter().chain([Door::LiveChat]) {
            assert_eq!(door.tries(&caller, WRONG).await, Came::Wrong, "{door:?}");
        }
        for door in Door::TEN {
            assert_eq!(door.tries(&caller, PASSWORD).await, Came::Refused, "{door:?}: ten");
        }
        for _ in 0..5 {
            assert_eq!(Door::Pingtalk.tries(&caller, WRONG).await, Came::Wrong, "fifteen are its number");
        }
        assert_eq!(Door::Pingtalk.tries(&caller, PASSWORD).await, Came::Refused);

        let log = tom.service.post("/activity/get", json!({ "noActivity": 1000 })).await.json();
        let failed = log["data"].as_array().unwrap().iter().filter(|entry| entry["result"] == "Failed");
        assert_eq!(failed.count(), 15, "who was refused is not in the log");
        for door in Door::ALL {
            let elsewhere = caller.with("x-forwarded-for", ELSEWHERE);
            assert_eq!(door.tries(&elsewhere, PASSWORD).await, Came::In, "{door:?} from elsewhere");
            assert_eq!(door.ask(&caller, "lena", PASSWORD).await.status, 200, "{door:?} as somebody else");
        }
        server.clock.advance(QUARTER);
        for door in Door::ALL {
            assert_eq!(door.tries(&caller, PASSWORD).await, Came::In, "{door:?} a quarter of an hour later");
        }
    }
}
