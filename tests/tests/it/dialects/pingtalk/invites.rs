//! Invites: sent, answered, listed, taken back.

use super::{
    Person, again, assert_keys, assert_message, block, connect, id_of, invite, people, respond,
    verify,
};
use chinwag_testkit::{TestServer, both_engines, eventually, wire::RequestContact};
use serde_json::{Value, json};
use std::time::Duration;

const NOTHING: &str = "Request not found or already responded";

/// A list, in its one shape: its data.
async fn listed(person: &Person, path: &str) -> Vec<Value> {
    let said = person.caller.get(&format!("/request/invites/{path}")).await;
    let body = said.json();
    assert_keys(&body, &["message", "data", "count", "source"]);
    let which = if path.starts_with("sent") { "Sent" } else { "Received" };
    assert_eq!(body["message"], format!("{which} requests retrieved successfully"));
    assert!(["database", "cache"].contains(&body["source"].as_str().unwrap()));
    let data = body["data"].as_array().unwrap().clone();
    assert_eq!(body["count"], data.len());
    data
}

async fn statuses(person: &Person, path: &str) -> Vec<String> {
    let data = listed(person, path).await;
    data.iter().map(|request| request["status"].as_str().unwrap().to_owned()).collect()
}

both_engines! {
    async fn an_invite_and_its_answer(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let said = lena.caller.post("/request/invite/send", json!({ "toEmail": "TOM@example.org", "message": "Ferry\nat six?" })).await;
        assert_eq!((said.status, &said.json()["message"]), (201, &json!("Invite sent successfully")), "{said:?}");
        let sent = said.json()["data"].clone();
        let expected = ["_id", "createdAt", "updatedAt", "__v", "fromUserId", "toUserId", "status", "message", "inviteSent", "emailSent"];
        assert_keys(&sent, &expected);
        assert_eq!((&sent["fromUserId"], &sent["toUserId"]), (&json!(lena.id), &json!(tom.id)));
        assert_eq!((&sent["status"], &sent["message"]), (&json!("pending"), &json!("Ferry\nat six?")));
        assert_eq!((&sent["inviteSent"], &sent["emailSent"], &sent["__v"]), (&json!(false), &json!(false), &json!(0)));
        assert_eq!(sent["createdAt"], sent["updatedAt"]);
        assert!(sent["createdAt"].as_str().unwrap().ends_with('Z'));
        assert_eq!(listed(&lena, "sent").await, std::slice::from_ref(&sent));
        assert_eq!(listed(&tom, "received").await, std::slice::from_ref(&sent), "the next answer has it");
        assert!(listed(&lena, "received").await.is_empty() && listed(&tom, "sent").await.is_empty());

        let id = id_of(&said);
        for (status, message) in [(json!(null), "status is required"), (json!(""), "status is required"), (json!(7), "status is required"), (json!("maybe"), "status must be 'accepted' or 'rejected'")] {
            let said = tom.caller.patch(&format!("/request/respond/{id}"), json!({ "status": status })).await;
            assert_message(&said, 400, message);
        }
        assert_message(&respond(&lena, &id, "accepted").await, 404, NOTHING);
        assert_message(&respond(&tom, "not-an-id", "accepted").await, 404, NOTHING);
        assert_message(&respond(&tom, &tom.id, "accepted").await, 404, NOTHING);
        let said = respond(&tom, &id, "accepted").await;
        assert_eq!((said.status, &said.json()["message"]), (200, &json!("Request accepted successfully")));
        let answered = said.json()["data"].clone();
        assert_keys(&answered, &expected);
        assert_eq!((&answered["_id"], &answered["status"], &answered["createdAt"]), (&json!(id), &json!("accepted"), &sent["createdAt"]));
        for again in ["accepted", "rejected"] {
            assert_message(&respond(&tom, &id, again).await, 404, NOTHING);
        }
        assert_eq!(statuses(&lena, "sent").await, ["accepted"]);
        assert!(listed(&tom, "received").await.is_empty(), "pending ones, as documented");
        assert_eq!(statuses(&tom, "received?status=accepted").await, ["accepted"]);
        let contacts = server.http().with_token(&lena.token).contacts(None, None).await.unwrap();
        assert_eq!(contacts.items[0].account.id.to_string(), tom.id, "connected, for every surface");
    }

    async fn whom_one_cannot_invite(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let send = async |body: Value| lena.caller.post("/request/invite/send", body).await;
        for missing in [json!({}), json!({ "toEmail": "" }), json!({ "toEmail": 7 }), json!({ "toEmail": { "$gt": "" } })] {
            assert_message(&send(missing).await, 400, "toEmail is required");
        }
        for nobody in ["nobody@example.org", "x", "lena-moor"] {
            assert_message(&send(json!({ "toEmail": nobody })).await, 404, "User not found!");
        }
        assert_message(&send(json!({ "toEmail": lena.email })).await, 400, "You cannot send request to yourself");
        for wrong in [json!("x".repeat(201)), json!(7), json!(["x"])] {
            assert_eq!(send(json!({ "toEmail": tom.email, "message": wrong })).await.status, 400);
        }
        let said = send(json!({ "toEmail": tom.email, "message": "x".repeat(200) })).await;
        assert_eq!(said.status, 201);
        assert_message(&invite(&lena, &tom).await, 400, "Invite request already exists");
        assert_message(&invite(&tom, &lena).await, 400, "Invite request already exists");
        respond(&tom, &id_of(&said), "accepted").await;
        assert_message(&invite(&lena, &tom).await, 400, "Invite request already exists");
        assert_message(&invite(&tom, &lena).await, 400, "Invite request already exists");
        for (by, other) in [(&lena, &tom), (&tom, &lena)] {
            block(&server, by, other).await;
            assert_message(&invite(&lena, &tom).await, 403, "Not authorized");
            assert_message(&invite(&tom, &lena).await, 403, "Not authorized");
            server.http().with_token(&by.token).unblock(other.id.parse().unwrap()).await.unwrap();
        }
        assert_eq!(invite(&tom, &lena).await.status, 201);
    }

    async fn after_a_rejection(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let first = id_of(&invite(&lena, &tom).await);
        let said = respond(&tom, &first, "rejected").await;
        assert_eq!((said.status, &said.json()["message"]), (200, &json!("Request rejected successfully")));
        assert_eq!(statuses(&tom, "received?status=rejected").await, ["rejected"]);
        assert_message(&invite(&lena, &tom).await, 400, "Invite request already exists");
        let back = invite(&tom, &lena).await;
        assert_eq!(back.status, 201, "whoever rejected may invite at once: {back:?}");
        assert!(listed(&lena, "sent").await.is_empty(), "the old one is replaced");
        assert_eq!(respond(&lena, &id_of(&back), "rejected").await.status, 200);
        assert_eq!(invite(&lena, &tom).await.status, 201);
        assert_eq!(statuses(&lena, "sent").await, ["pending"]);
    }

    async fn a_day_after_a_rejection(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let first = id_of(&invite(&lena, &tom).await);
        respond(&tom, &first, "rejected").await;
        server.clock.advance(Duration::from_secs(24 * 60 * 60 - 60));
        assert_message(&invite(&lena, &tom).await, 400, "Invite request already exists");
        server.clock.advance(Duration::from_secs(120));
        assert_eq!(invite(&again(&server, &lena).await, &tom).await.status, 201);
    }

    async fn taking_an_invite_back(server: TestServer) {
        let [lena, tom, ada] = people(&server, ["Lena", "Tom", "Ada"]).await;
        let id = id_of(&invite(&lena, &tom).await);
        let cancel = async |by: &Person, id: &str| by.caller.delete(&format!("/request/cancel/{id}")).await;
        for nothing in ["x", lena.id.as_str()] {
            assert_message(&cancel(&lena, nothing).await, 404, "Request not found");
        }
        for other in [&tom, &ada] {
            assert_message(&cancel(other, &id).await, 403, "You are not allowed to cancel this request");
        }
        assert_message(&cancel(&lena, &id).await, 200, "Request cancelled successfully");
        assert_message(&cancel(&lena, &id).await, 404, "Request not found");
        assert!(listed(&lena, "sent").await.is_empty() && listed(&tom, "received").await.is_empty());
        assert_message(&respond(&tom, &id, "accepted").await, 404, NOTHING);
        let again = id_of(&invite(&lena, &tom).await);
        respond(&tom, &again, "accepted").await;
        assert_message(&cancel(&lena, &again).await, 400, "Only pending requests can be cancelled");
    }

    async fn lists_newest_first_by_status(server: TestServer) {
        let [lena, tom, ada, max] = people(&server, ["Lena", "Tom", "Ada", "Max"]).await;
        for from in [&tom, &ada, &max] {
            assert_eq!(invite(from, &lena).await.status, 201);
        }
        let from = |data: Vec<Value>| -> Vec<String> { data.iter().map(|request| request["fromUserId"].as_str().unwrap().to_owned()).collect() };
        assert_eq!(from(listed(&lena, "received").await), [max.id.clone(), ada.id.clone(), tom.id.clone()]);
        let requests = listed(&lena, "received").await;
        respond(&lena, requests[0]["_id"].as_str().unwrap(), "accepted").await;
        respond(&lena, requests[1]["_id"].as_str().unwrap(), "rejected").await;
        assert_eq!(from(listed(&lena, "received?status=pending").await), std::slice::from_ref(&tom.id));
        assert_eq!(from(listed(&lena, "received?status=accepted").await), std::slice::from_ref(&max.id));
        assert_eq!(from(listed(&lena, "received?status=rejected").await), std::slice::from_ref(&ada.id));
        assert_eq!(statuses(&lena, "received?status=all").await, ["accepted", "rejected", "pending"]);
        for wrong in ["?status=", "?status=x", "?status=PENDING"] {
            let said = lena.caller.get(&format!("/request/invites/received{wrong}")).await;
            assert_eq!((said.status, said.json()["message"].is_string()), (400, true));
        }
    }

    async fn all_received_ones_where_the_operator_wants_it(server: TestServer) with |settings| settings.dialects.pingtalk.received_lists_all = true => {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        connect(&lena, &tom).await;
        assert_eq!(statuses(&tom, "received").await, ["accepted"]);
        assert!(statuses(&tom, "received?status=pending").await.is_empty());
    }

    async fn of_two_who_answer_at_once_one_is_first(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let id = id_of(&invite(&lena, &tom).await);
        let (one, other) = tokio::join!(respond(&tom, &id, "accepted"), respond(&tom, &id, "rejected"));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 404]);
        let crossed = people(&server, ["Ada", "Max"]).await;
        let (one, other) = tokio::join!(invite(&crossed[0], &crossed[1]), invite(&crossed[1], &crossed[0]));
        let mut statuses = [one.status, other.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [201, 400], "one for a pair");
    }

    async fn invites_of_other_surfaces(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let body = RequestContact { account_id: Some(tom.id.parse().unwrap()), text: Some("native".to_owned()), ..RequestContact::default() };
        server.http().with_token(&lena.token).request_contact(&body).await.unwrap();
        assert_eq!(listed(&tom, "received").await[0]["message"], "native");
        assert_message(&invite(&tom, &lena).await, 400, "Invite request already exists");
        let id = listed(&tom, "received").await[0]["_id"].as_str().unwrap().to_owned();
        assert_eq!(respond(&tom, &id, "accepted").await.status, 200);
    }

    async fn letters_where_the_operator_wants_them(server: TestServer) with |settings| settings.dialects.pingtalk.invite_mail = true => {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        verify(&server, &tom).await;
        invite(&lena, &tom).await;
        eventually("the letter is said to be sent", async || {
            let sent = listed(&lena, "sent").await;
            sent[0]["inviteSent"] == true && sent[0]["emailSent"] == true
        }).await;
    }

    async fn no_letters_otherwise(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        verify(&server, &tom).await;
        invite(&lena, &tom).await;
        server.http().with_token(&tom.token).resend_verification().await.unwrap();
        assert_eq!(listed(&lena, "sent").await[0]["emailSent"], false);
        let jobs = server.letters(&tom.email).len();
        assert_eq!(jobs, 1, "the one that verified the address");
    }
}
