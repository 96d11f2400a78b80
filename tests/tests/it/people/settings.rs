//! Settings: what was chosen is kept, on every surface the same, and one's other devices hear of it.

use super::{choose, refusal};
use crate::listening::hear;
use chinwag_testkit::{TestServer, both_engines, wire::*};
use serde_json::json;

fn changed(event: &Event) -> Option<SettingsChanged> {
    match &event.body {
        EventBody::SettingsChanged(changed) => Some(changed.clone()),
        _ => None,
    }
}

both_engines! {
    async fn what_was_chosen_is_kept_and_null_takes_it_back(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let unchosen = ada.http.settings().await.unwrap();
        assert_eq!(unchosen.direct_from, None);
        let chosen = choose(&ada, DirectFrom::Shared).await;
        assert_eq!(chosen.direct_from, Some(DirectFrom::Shared));
        assert_eq!(ada.http.update_settings(&UpdateSettings::default()).await.unwrap(), chosen, "absent stays");
        server.restart().await;
        assert_eq!(ada.http.settings().await.unwrap(), chosen);
        assert_eq!(bob.http.settings().await.unwrap(), unchosen);
        let clear = UpdateSettings { direct_from: Patch::Clear, ..UpdateSettings::default() };
        assert_eq!(ada.http.update_settings(&clear).await.unwrap(), unchosen);
        assert_eq!(refusal(server.http().settings().await), Code::Unauthenticated);
    }

    async fn letters_are_chosen_within_their_range(server: TestServer) {
        let ada = server.user("ada").await;
        let begun = ada.http.settings().await.unwrap();
        assert_eq!((begun.mail_contact_requests, begun.mail_missed_messages), (None, None));
        let choose = async |requests, missed| {
            let body = UpdateSettings { mail_contact_requests: requests, mail_missed_messages: missed, ..Default::default() };
            ada.http.update_settings(&body).await
        };
        for minutes in [0, 14, 10_081, u32::MAX] {
            assert_eq!(refusal(choose(Patch::Set(false), Patch::Set(minutes)).await), Code::Invalid, "{minutes}");
        }
        for minutes in [15, 10_080] {
            let chosen = choose(Patch::Set(false), Patch::Set(minutes)).await.unwrap();
            assert_eq!((chosen.mail_contact_requests, chosen.mail_missed_messages), (Some(false), Some(minutes)));
            assert_eq!(ada.http.settings().await.unwrap(), chosen);
        }
        assert_eq!(choose(Patch::Clear, Patch::Clear).await.unwrap(), begun);
        for body in [json!({"mail_contact_requests": "yes"}), json!({"mail_contact_requests": 1}), json!({"mail_missed_messages": "15"}), json!({"mail_missed_messages": -15}), json!({"mail_missed_messages": 15.5}), json!({"mail_missed_messages": [15]})] {
            let request = ada.http.request(reqwest::Method::PATCH, "/v1/me/settings").json(&body);
            assert_eq!(request.send().await.unwrap().status().as_u16(), 400, "{body}");
        }
        assert_eq!(ada.http.settings().await.unwrap(), begun);
    }

    async fn ones_own_devices_hear_of_it_on_every_surface(server: TestServer) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let ((mut phone, ready), (mut bobs, _)) = (ada.socket().await, bob.socket().await);
        assert_eq!(ready.account_rev, Some(0));
        let laptop = ada.another_device().await.socket().await.0;
        let answer: Settings = laptop.command("update_settings", &json!({"direct_from": "shared"})).await.unwrap();
        let told = hear(&mut phone, "the settings", changed).await;
        assert_eq!(told, SettingsChanged { settings: answer.clone(), account_rev: 1 });
        assert_eq!(laptop.command::<_, Settings>("settings", &json!({})).await.unwrap(), answer);
        choose(&ada, DirectFrom::Shared).await;
        choose(&bob, DirectFrom::Anyone).await;
        assert_eq!(hear(&mut bobs, "bob's own", changed).await.settings.direct_from, Some(DirectFrom::Anyone), "and nobody else's");
        assert_eq!(ada.socket().await.1.account_rev, Some(1), "what changes nothing is no change");
    }
}
