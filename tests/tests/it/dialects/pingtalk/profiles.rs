//! Profiles: read, changed, and their pictures.

use super::{Person, assert_keys, assert_message, block, form, people, person};
use crate::{
    dialects::{Caller, Said},
    files::jpeg,
};
use chinwag_testkit::{
    TestServer, both_engines,
    wire::{Patch, UpdateProfile},
};
use image::{GenericImageView as _, ImageFormat, Rgba, RgbaImage};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::Cursor;

const KEYS: [&str; 11] = [
    "_id",
    "createdAt",
    "updatedAt",
    "__v",
    "userId",
    "firstName",
    "lastName",
    "about",
    "profilePic",
    "age",
    "gender",
];
const NOT_THAT: &str = "Invalid image format. Only JPEG, JPG, and PNG are allowed";

async fn own(person: &Person) -> Value {
    let said = person.caller.get("/profile/getProfile").await;
    assert_eq!(said.status, 200, "{said:?}");
    assert_keys(&said.json(), &["data", "source"]);
    assert!(["database", "cache"].contains(&said.json()["source"].as_str().unwrap()));
    assert_keys(&said.json()["data"], &KEYS);
    said.json()["data"].clone()
}

async fn change(person: &Person, body: Value) -> Said {
    person.caller.put("/profile/patchProfile", body).await
}

async fn changed(person: &Person, body: Value) -> Value {
    let said = change(person, body).await;
    assert_eq!(
        (said.status, &said.json()["message"]),
        (200, &json!("Profile updated successfully")),
        "{said:?}"
    );
    let data = said.json()["data"].clone();
    assert_eq!(own(person).await, data, "never stale");
    data
}

/// A picture as clients send it.
fn data_url(kind: &str, bytes: &[u8]) -> Value {
    json!(format!("data:image/{kind};base64,{}", base64(bytes)))
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for chunk in bytes.chunks(3) {
        let bits = chunk.iter().fold(0_u32, |bits, byte| bits << 8 | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let letter = char::from(LETTERS[(bits >> (18 - 6 * place) & 63) as usize]);
            text.push(if place <= chunk.len() { letter } else { '=' });
        }
    }
    text
}

fn png() -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    RgbaImage::from_pixel(90, 30, Rgba([200, 10, 10, 128]))
        .write_to(&mut file, ImageFormat::Png)
        .unwrap();
    file.into_inner()
}

async fn send_form(person: &Person, body: Vec<u8>) -> Said {
    person.caller.form(Method::PUT, "/profile/patchProfile", body).await
}

async fn picture(caller: &Caller, address: &str) -> (u16, Vec<u8>) {
    let mut request = caller.http.get(address);
    for (name, value) in &caller.headers {
        request = request.header(*name, value);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
}

both_engines! {
    async fn from_sign_up_on(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        let profile = own(&lena).await;
        assert_eq!((&profile["userId"], &profile["firstName"], &profile["lastName"]), (&json!(lena.id), &json!("Lena"), &json!("Moor")));
        assert_eq!((&profile["about"], &profile["profilePic"]), (&json!(""), &json!("")));
        assert_eq!((&profile["age"], &profile["gender"], &profile["__v"]), (&json!(null), &json!(null), &json!(0)));
        let said = tom.caller.get(&format!("/profile/profile/{}", lena.id)).await;
        assert_eq!((said.status, said.json()), (200, json!({ "data": profile })));
        for wrong in ["x", "me", "%00", "00000000"] {
            assert_message(&tom.caller.get(&format!("/profile/profile/{wrong}")).await, 400, "Invalid user id");
        }
        let nobody = "019cf0e1-0000-7000-8000-000000000000";
        assert_message(&tom.caller.get(&format!("/profile/profile/{nobody}")).await, 404, "Profile not found");
    }

    async fn of_accounts_made_elsewhere(server: TestServer) {
        let tom = person(&server, "Tom").await;
        let native = server.user("otto").await;
        let caller = Caller::of(&server).with("authorization", native.credentials.access_token.clone());
        let otto = Person { caller, id: native.id().to_string(), email: String::new(), token: String::new() };
        assert_eq!((&own(&otto).await["firstName"], &own(&otto).await["lastName"]), (&json!("otto"), &json!("")));
        let body = UpdateProfile { display_name: Patch::Set("Otto von  Berg".to_owned()), ..UpdateProfile::default() };
        native.http.update_profile(&body).await.unwrap();
        assert_eq!((&own(&otto).await["firstName"], &own(&otto).await["lastName"]), (&json!("Otto"), &json!("von  Berg")));
        let profile = changed(&otto, json!({ "firstName": "Ottokar" })).await;
        assert_eq!((&profile["firstName"], &profile["lastName"]), (&json!("Ottokar"), &json!("von  Berg")), "the rest stays");
        assert_eq!(native.http.me().await.unwrap().display_name, "Ottokar von  Berg");
        block(&server, &tom, &otto).await;
        let said = tom.caller.get(&format!("/profile/profile/{}", otto.id)).await;
        assert_eq!(said.status, 200);
        native.http.delete_own_account(native.password()).await.unwrap();
        assert_message(&tom.caller.get(&format!("/profile/profile/{}", otto.id)).await, 404, "Profile not found");
    }

    async fn any_part_of_it_changes(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let before = own(&lena).await;
        let all = json!({ "firstName": "Leni", "lastName": "M", "about": "I sail.\nOften.", "profilePic": "https://example.org/l.png", "gender": "Female", "age": "30" });
        let profile = changed(&lena, all).await;
        assert_eq!((&profile["firstName"], &profile["lastName"], &profile["age"]), (&json!("Leni"), &json!("M"), &json!(30)));
        assert_eq!((&profile["about"], &profile["gender"]), (&json!("I sail.\nOften."), &json!("Female")));
        assert_eq!(profile["profilePic"], "https://example.org/l.png", "stored as given");
        assert_eq!(profile["createdAt"], before["createdAt"]);
        for (key, value) in [("firstName", json!("Lena")), ("lastName", json!("Moor")), ("about", json!("x")), ("gender", json!("other")), ("age", json!(0))] {
            let after = changed(&lena, json!({ key: value })).await;
            assert_eq!(after[key], value);
            assert_eq!(after["profilePic"], "https://example.org/l.png", "absent keys keep their value");
        }
        assert_eq!(server.http().with_token(&lena.token).me().await.unwrap().display_name, "Lena Moor");
        for gender in ["male", "female", "other", "Male", "Female"] {
            changed(&lena, json!({ "gender": gender })).await;
        }
    }

    async fn all_of_a_change_or_nothing(server: TestServer) {
        let lena = person(&server, "Lena").await;
        assert_eq!(change(&lena, json!({ "profilePic": data_url("png", &png()), "about": "first" })).await.status, 200);
        let before = own(&lena).await;
        assert_eq!((before["about"].as_str(), before["profilePic"].as_str().unwrap().is_empty()), (Some("first"), false));
        for wrong in [json!({ "firstName": "a\u{7}b" }), json!({ "about": "a\u{7}b" })] {
            let mut body = wrong.clone();
            body["profilePic"] = data_url("jpeg", &jpeg(40, 40));
            assert_eq!(change(&lena, body).await.status, 400, "{wrong}");
            assert_eq!(own(&lena).await, before, "{wrong}");
        }
    }

    async fn what_cannot_be_a_profile(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let before = own(&lena).await;
        let all = "Missing required fields: firstName, lastName, about, profilePic, gender, age";
        assert_message(&change(&lena, json!({})).await, 400, all);
        let said = change(&lena, json!({ "age": null, "firstName": "", "about": "x" })).await;
        assert_message(&said, 400, "Missing required fields: firstName, age");
        for other in ["emailId", "userId", "_id", "$set", "constructor"] {
            assert_message(&change(&lena, json!({ other: "x", "about": "y" })).await, 400, "Update not allowed");
        }
        for (key, wrong) in [
            ("firstName", json!("L")), ("firstName", json!("x".repeat(101))), ("firstName", json!(7)), ("lastName", json!("  ")),
            ("about", json!("x".repeat(751))), ("about", json!({ "$gt": "" })), ("gender", json!("FEMALE")), ("gender", json!(1)),
            ("age", json!(151)), ("age", json!(-1)), ("age", json!("x")), ("age", json!(1.5)), ("age", json!([])), ("firstName", json!("a\u{7}b")),
        ] {
            let said = change(&lena, json!({ key: wrong, "about": "not kept" })).await;
            if key != "about" {
                assert_eq!((said.status, said.json()["message"].is_string()), (400, true), "{key} {wrong}");
            }
        }
        assert_eq!(change(&lena, json!({ "about": "x".repeat(751) })).await.status, 400);
        for odd in [json!(7), json!("x"), json!("ftp://example.org/a.png"), json!("https://example.org/a.gif"), json!("data:text/plain;base64,AAAA")] {
            assert_message(&change(&lena, json!({ "profilePic": odd })).await, 400, "Invalid profile picture format");
        }
        for other in [json!("data:image/gif;base64,R0lGODlh"), data_url("png", b"GIF89a"), data_url("jpeg", &jpeg(40, 40)[..60]), json!("data:image/png;base64,!!")] {
            assert_message(&change(&lena, json!({ "profilePic": other, "firstName": "Changed" })).await, 400, NOT_THAT);
        }
        let said = lena.caller.ask(Method::PUT, "/profile/patchProfile", "application/json", Some("[".to_owned())).await;
        assert_message(&said, 400, "Malformed JSON");
        let after = own(&lena).await;
        assert!(after == before || after["about"] == "not kept", "refused changes change nothing");
        assert_eq!((&after["firstName"], &after["age"], &after["profilePic"]), (&json!("Lena"), &json!(null), &json!("")));
    }

    async fn a_picture_is_cut_and_kept(server: TestServer) {
        let [lena, tom] = people(&server, ["Lena", "Tom"]).await;
        for bytes in [data_url("jpeg", &jpeg(900, 500)), data_url("jpg", &jpeg(30, 30)), data_url("png", &png())] {
            let address = changed(&lena, json!({ "profilePic": bytes })).await["profilePic"].as_str().unwrap().to_owned();
            assert!(address.starts_with(&server.url()) && address.ends_with(".jpg"), "{address}");
            let (status, bytes) = picture(&tom.caller, &address).await;
            assert_eq!(status, 200);
            assert_eq!(image::guess_format(&bytes).unwrap(), ImageFormat::Jpeg);
            assert_eq!(image::load_from_memory(&bytes).unwrap().dimensions(), (413, 531));
            assert_eq!(picture(&Caller::of(&server), &address).await.0, 401, "for those who are signed in");
            let same = changed(&lena, json!({ "profilePic": address, "about": "back and forth" })).await;
            assert_eq!(same["profilePic"], address, "clients send back what they were given");
            assert_eq!(server.blobs().len(), 4, "three squares and a portrait; nothing of earlier ones");
        }
        let address = own(&lena).await["profilePic"].as_str().unwrap().to_owned();
        let native = server.http().with_token(&tom.token).profile(lena.id.parse().unwrap()).await.unwrap();
        assert_eq!(native.avatar.keys().collect::<Vec<_>>(), ["256", "512", "64"]);
        let old = address.replace(address.rsplit('/').next().unwrap(), "019cf0e1-0000-7000-8000-000000000000.jpg");
        assert_eq!(picture(&tom.caller, &old).await.0, 404);
        block(&server, &lena, &tom).await;
        assert_eq!(picture(&tom.caller, &address).await.0, 404, "not across a block");
        let seen = tom.caller.get(&format!("/profile/profile/{}", lena.id)).await.json()["data"].clone();
        assert_eq!((&seen["profilePic"], &seen["about"]), (&json!(""), &json!("")));
        let elsewhere = changed(&lena, json!({ "profilePic": "http://example.org/x.jpeg" })).await;
        assert_eq!(elsewhere["profilePic"], "http://example.org/x.jpeg");
        assert!(server.blobs().is_empty(), "ours is gone");
        server.http().with_token(&lena.token).remove_avatar().await.unwrap();
        assert_eq!(own(&lena).await["profilePic"], "");
    }

    async fn a_form_works_too(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let picture = jpeg(600, 600);
        let said = send_form(&lena, form(&[("about", "by a form"), ("age", "41")], Some(("profilePic", "me.jpg", &picture)))).await;
        assert_eq!(said.status, 200, "{said:?}");
        let profile = own(&lena).await;
        assert_eq!((&profile["about"], &profile["age"]), (&json!("by a form"), &json!(41)));
        assert!(profile["profilePic"].as_str().unwrap().ends_with(".jpg"));
        let said = send_form(&lena, form(&[("about", "again")], None)).await;
        assert_eq!(said.json()["data"]["profilePic"], profile["profilePic"]);
        assert_message(&send_form(&lena, form(&[], Some(("profilePic", "x.png", b"no picture")))).await, 400, NOT_THAT);
        assert_message(&send_form(&lena, form(&[], Some(("avatar", "x.jpg", &picture)))).await, 400, "Update not allowed");
        assert_message(&send_form(&lena, form(&[("about", "")], None)).await, 400, "Missing required fields: about");
        assert_message(&send_form(&lena, b"--b\r\nbroken".to_vec()).await, 400, "Malformed JSON");
        let nobody = Caller::of(&server);
        let said = nobody.form(Method::PUT, "/profile/patchProfile", form(&[("about", "x")], None)).await;
        assert_message(&said, 401, "Token Expired, please login again");
    }

    async fn what_is_too_large(server: TestServer) {
        let lena = person(&server, "Lena").await;
        let mut large = jpeg(64, 64);
        large.resize(5 * 1024 * 1024 + 1, 0);
        assert_message(&change(&lena, json!({ "profilePic": data_url("jpeg", &large) })).await, 413, "Payload too large");
        assert_message(&send_form(&lena, form(&[], Some(("profilePic", "x.jpg", &large)))).await, 413, "Payload too large");
        large.resize(5 * 1024 * 1024, 0);
        assert_eq!(change(&lena, json!({ "profilePic": data_url("jpeg", &large) })).await.status, 200);
        large.resize(10 * 1024 * 1024, 0);
        assert_message(&send_form(&lena, form(&[], Some(("profilePic", "x.jpg", &large)))).await, 413, "Payload too large");
        assert_eq!(own(&lena).await["firstName"], "Lena");
    }
}
