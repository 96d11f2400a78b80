//! Pictures of people: cut to squares of our own making, seen by those who see the profile and by nobody else,
//! gone when they are taken away.

use super::{full, suspend};
use crate::files::{everywhere, jpeg};
use chinwag_testkit::{TestServer, User, client::Error, eventually, wire::*};
use image::{GenericImageView as _, GrayImage, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage};
use reqwest::{Method, header};
use std::{collections::BTreeSet, io::Cursor, time::Duration};

fn png(picture: impl Into<image::DynamicImage>) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    picture.into().write_to(&mut file, ImageFormat::Png).unwrap();
    file.into_inner()
}

fn refused<T: std::fmt::Debug>(outcome: Result<T, Error>) -> Code {
    outcome.unwrap_err().code().expect("a refusal")
}

/// Where a picture is said to be, by its side.
fn place(profile: &Profile, side: u32) -> String {
    profile.avatar[&side.to_string()].clone()
}

/// What is between the one who looks and the one who is looked at; whether the picture is seen.
const TABLE: [(&str, bool); 9] = [
    ("oneself", true),
    ("nothing", true),
    ("a direct conversation", true),
    ("not to be found", true),
    ("the one who looks blocks", false),
    ("the one looked at blocks", false),
    ("suspended", false),
    ("taken away", false),
    ("deleted", false),
];

async fn bring_about(server: &TestServer, state: &str, ada: &User, bob: &User) {
    match state {
        "oneself" | "nothing" => {}
        "a direct conversation" => drop(ada.direct(bob).await),
        "not to be found" => {
            let found_by_name = Patch::Set(false);
            let body = UpdateSettings { found_by_name, ..UpdateSettings::default() };
            ada.http.update_settings(&body).await.unwrap();
        }
        "the one who looks blocks" => bob.http.block(ada.id()).await.unwrap(),
        "the one looked at blocks" => ada.http.block(bob.id()).await.unwrap(),
        "suspended" => suspend(server, ada).await,
        "taken away" => ada.http.remove_avatar().await.unwrap(),
        "deleted" => ada.http.delete_own_account(ada.password()).await.unwrap(),
        other => panic!("no state {other}"),
    }
}

everywhere! {
    async fn the_middle_is_cut_to_squares(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        ada.http.update_profile(&full()).await.unwrap();
        // Red, green and blue thirds: the middle is green.
        let wide = RgbImage::from_fn(1800, 600, |x, _| Rgb([[255, 0, 0], [0, 255, 0], [0, 0, 255]][(x / 600) as usize]));
        let clear = RgbaImage::from_pixel(100, 300, Rgba([1, 2, 3, 4]));
        for (bytes, kind, sides) in [(png(wide), "image/jpeg", [64, 256, 512]), (png(clear), "image/png", [64, 100, 100])] {
            let profile = ada.http.set_avatar(bytes).await.unwrap();
            assert_eq!(profile.about.as_deref(), Some("I write notes.\nLong ones."), "the rest stays");
            assert_eq!(bob.http.profile(ada.id()).await.unwrap(), profile);
            for (side, pixels) in [64, 256, 512].into_iter().zip(sides) {
                let answer = bob.http.request(Method::GET, &place(&profile, side)).send().await.unwrap();
                assert_eq!((answer.status().as_u16(), &answer.headers()[header::CONTENT_TYPE]), (200, &kind.parse::<header::HeaderValue>().unwrap()));
                let (headers, bytes) = (answer.headers().clone(), answer.bytes().await.unwrap());
                let picture = image::load_from_memory(&bytes).unwrap();
                assert_eq!(picture.dimensions(), (pixels, pixels));
                let Rgba([red, green, blue, _]) = picture.get_pixel(pixels / 2, pixels / 2);
                assert!(kind == "image/png" || (green > 200 && red < 60 && blue < 60), "the middle");
                assert!(headers["content-disposition"].to_str().unwrap().starts_with("inline"));
                assert_eq!(headers["content-security-policy"], "sandbox; default-src 'none'");
                assert_eq!((&headers["x-content-type-options"], &headers["cross-origin-resource-policy"]), (&"nosniff".parse::<header::HeaderValue>().unwrap(), &"same-origin".parse::<header::HeaderValue>().unwrap()));
            }
            assert_eq!(server.blobs().len(), 3, "neither the original nor an earlier picture is kept");
        }
        server.restart().await;
        assert_eq!(bob.http.profile(ada.id()).await.unwrap().avatar.len(), 3);
        ada.http.remove_avatar().await.unwrap();
        ada.http.remove_avatar().await.unwrap();
        assert!(server.blobs().is_empty());
        assert!(ada.http.own_profile().await.unwrap().avatar.is_empty());
    }

    async fn a_cache_keeps_a_version_and_asks_for_the_newest(server) {
        let ada = server.user("ada").await;
        let profile = ada.http.set_avatar(jpeg(300, 300)).await.unwrap();
        let versioned = place(&profile, 64);
        let plain = format!("/v1/accounts/{}/avatar/64", ada.id());
        let first = ada.http.request(Method::GET, &versioned).send().await.unwrap();
        assert_eq!(first.headers()[header::CACHE_CONTROL], "private, max-age=31536000, immutable");
        let tag = first.headers()[header::ETAG].clone();
        let newest = ada.http.request(Method::GET, &plain).send().await.unwrap();
        assert_eq!((&newest.headers()[header::CACHE_CONTROL], &newest.headers()[header::ETAG]), (&"private, no-cache".parse::<header::HeaderValue>().unwrap(), &tag));
        let head = ada.http.request(Method::HEAD, &plain).send().await.unwrap();
        assert_eq!((head.status().as_u16(), &head.headers()[header::CONTENT_LENGTH]), (200, &first.headers()[header::CONTENT_LENGTH]));
        let known = |path: &str| ada.http.request(Method::GET, path).header(header::IF_NONE_MATCH, &tag);
        assert_eq!(known(&plain).send().await.unwrap().status(), 304);
        ada.http.set_avatar(jpeg(200, 300)).await.unwrap();
        assert_eq!(known(&plain).send().await.unwrap().status(), 200);
        let old = known(&versioned).send().await.unwrap();
        assert_eq!((old.status().as_u16(), &old.headers()[header::CACHE_CONTROL]), (200, &"private, no-cache".parse::<header::HeaderValue>().unwrap()));
        for wrong in ["avatar/63", "avatar/0", "avatar/4294967295"] {
            let path = format!("/v1/accounts/{}/{wrong}", ada.id());
            assert_eq!(ada.http.request(Method::GET, &path).send().await.unwrap().status(), 404, "{wrong}");
        }
    }

    async fn a_picture_is_seen_by_those_who_see_the_profile(server) {
        let absent = AccountId(uuid::Uuid::from_u128(7));
        for (n, (state, seen)) in TABLE.into_iter().enumerate() {
            let names = [format!("looked-at-{n}"), format!("looking-{n}")];
            let [ada, other] = server.users([names[0].as_str(), names[1].as_str()]).await;
            let profile = ada.http.set_avatar(jpeg(300, 300)).await.unwrap();
            let bob = if state == "oneself" { ada.clone() } else { other };
            bring_about(&server, state, &ada, &bob).await;
            assert_eq!(bob.http.profile(ada.id()).await.unwrap().avatar.is_empty(), !seen, "{state}");
            for side in [64, 256, 512] {
                let of = |id| format!("/v1/accounts/{id}/avatar/{side}");
                for (method, path) in [(Method::GET, of(ada.id())), (Method::HEAD, of(ada.id())), (Method::GET, place(&profile, side))] {
                    for tag in [None, Some("*")] {
                        let ask = |path: &str| {
                            let request = bob.http.request(method.clone(), path).header("x-request-id", "same");
                            tag.map_or(request.try_clone().unwrap(), |tag| request.header(header::IF_NONE_MATCH, tag)).send()
                        };
                        let answer = ask(&path).await.unwrap();
                        let expected = match (seen, tag) { (false, _) => 404, (true, None) => 200, (true, Some(_)) => 304 };
                        assert_eq!(answer.status(), expected, "{state}: {method} {path} {tag:?}");
                        if !seen {
                            let nobody = ask(&of(absent)).await.unwrap();
                            assert_eq!(answer.text().await.unwrap(), nobody.text().await.unwrap(), "{state}: as of nobody");
                        }
                    }
                    let guest = server.http().request(method, &path).send().await.unwrap();
                    assert_eq!(guest.status(), 401, "{state}");
                }
            }
        }
    }

    async fn what_is_no_picture_is_refused_and_leaves_the_one_there_is(server)
        with |settings| settings.files.most_megapixels = 4 =>
    {
        let ada = server.user("ada").await;
        let before = ada.http.set_avatar(jpeg(300, 300)).await.unwrap();
        let gray = |width, height| png(GrayImage::from_pixel(width, height, Luma([7])));
        let mut lying = gray(10, 10);
        lying[16..24].copy_from_slice(&[0, 0, 0x20, 0, 0, 0, 0x20, 0]);
        let mut cut = jpeg(300, 300);
        cut.truncate(40);
        let unreadable = [Code::PictureUnreadable];
        let too_large = [Code::PictureTooLarge, Code::PictureUnreadable];
        let bad: [(&str, Vec<u8>, &[Code]); 10] = [
            ("a bomb", gray(3_000, 3_000), &too_large[..1]),
            ("a line", gray(20_000, 1), &too_large[..1]),
            ("a head that lies", lying, &too_large),
            ("half a picture", cut, &unreadable),
            ("a bare head", b"\x89PNG\r\n\x1a\n".to_vec(), &unreadable),
            ("a page", b"<!DOCTYPE html><script>alert(1)</script>".to_vec(), &unreadable),
            ("a drawing", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>".to_vec(), &unreadable),
            ("a text", b"hello".to_vec(), &unreadable),
            ("nothing", Vec::new(), &[Code::Invalid]),
            ("too much", vec![0; 5 * 1024 * 1024 + 1], &[Code::TooLarge]),
        ];
        for (what, bytes, codes) in bad {
            let code = refused(ada.http.set_avatar(bytes).await);
            assert!(codes.contains(&code), "{what}: {code:?}");
        }
        assert_eq!(ada.http.own_profile().await.unwrap(), before);
        assert_eq!(server.blobs().len(), 3, "{:?}", server.blobs());
        assert_eq!(refused(server.http().set_avatar(jpeg(9, 9)).await), Code::Unauthenticated);
    }

    async fn pictures_go_with_the_account_and_strays_are_swept(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        bob.http.set_avatar(jpeg(30, 30)).await.unwrap();
        let blobs = || BTreeSet::from_iter(server.blobs());
        let kept = blobs();
        ada.http.set_avatar(jpeg(30, 30)).await.unwrap();
        ada.http.delete_own_account(ada.password()).await.unwrap();
        assert_eq!(blobs(), kept);
        // The id of a picture tells when it was made: this one was made as long ago as the one that is known.
        let first = kept.first().unwrap();
        let known = first.file_name().unwrap().to_str().unwrap();
        let stray = known.replace(&known[..36], &uuid::Uuid::from_u128(known[..36].parse::<uuid::Uuid>().unwrap().as_u128() ^ 1).to_string());
        std::fs::write(first.with_file_name(stray), "stray").unwrap();
        server.clock.advance(Duration::from_secs(2 * 60 * 60));
        eventually("the stray is swept", async || server.blobs().len() == 3).await;
        let bob = bob.another_device().await;
        let profile = bob.http.own_profile().await.unwrap();
        assert_eq!(bob.http.request(Method::GET, &place(&profile, 64)).send().await.unwrap().status(), 200);
    }
}
