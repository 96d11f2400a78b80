//! Taking files in: names, forms, limits, and what breaks off.

use super::{everywhere, refused};
use bytes::Bytes;
use chinwag_testkit::{Engine, TestServer, User, eventually, wire::*};
use futures_util::{StreamExt as _, future::select_all, stream};
use reqwest::{Body, Method, Response};
use std::{convert::Infallible, time::Duration};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    sync::watch,
};

async fn form(user: &User, field: &str, name: &str, body: &str) -> Response {
    let disposition = format!("form-data; name=\"{field}\"; filename=\"{name}\"");
    let form = format!(
        "--edge\r\nContent-Disposition: {disposition}\r\nContent-Type: image/png\r\n\r\n{body}\r\n--edge--\r\n"
    );
    let request = user.http.request(Method::POST, "/v1/files");
    request
        .header("content-type", "multipart/form-data; boundary=edge")
        .body(form)
        .send()
        .await
        .unwrap()
}

/// A body that sends its beginning, and its end only when told.
fn held(mut told: watch::Receiver<bool>) -> Body {
    let end = async move {
        let _ = told.wait_for(|told| *told).await;
        Ok::<_, Infallible>(Bytes::from_static(b"the end"))
    };
    Body::wrap_stream(
        stream::iter([Ok(Bytes::from_static(b"the beginning, "))]).chain(stream::once(end)),
    )
}

everywhere! {
    async fn names_come_out_harmless(server) {
        let ada = server.user("ada").await;
        let names = [
            ("../../etc/passwd", "passwd", "attachment; filename=\"passwd\""),
            ("a\r\nSet-Cookie: x=1", "aSet-Cookie_ x=1", "attachment; filename=\"aSet-Cookie_ x=1\""),
            ("\u{202e}gpj.exe", "gpj.exe", "attachment; filename=\"gpj.exe\""),
            ("", "file", "attachment; filename=\"file\""),
            ("é\"\\.txt", "txt", "attachment; filename=\"txt\""),
            ("日本.txt", "日本.txt", "attachment; filename=\"__.txt\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC.txt"),
        ];
        for (sent, kept, disposition) in names {
            let file = ada.http.upload(sent, "x").await.unwrap();
            assert_eq!(file.name, kept, "{sent:?}");
            let path = format!("/v1/files/{}", file.id);
            let answer = ada.http.request(Method::GET, &path).send().await.unwrap();
            assert_eq!(answer.headers()["content-disposition"].to_str().unwrap(), disposition);
        }
    }

    async fn forms_and_bodies_are_taken_alike(server) {
        let ada = server.user("ada").await;
        let file: File = form(&ada, "file", "lie.png", "just text").await.json().await.unwrap();
        assert_eq!((file.name.as_str(), file.media_type.as_str(), file.size), ("lie.png", "text/plain", 9));
        assert_eq!(ada.http.download(file.id).await.unwrap(), "just text");
        let code = async |answer: Response| answer.json::<Problem>().await.unwrap().code;
        assert_eq!(code(form(&ada, "other", "a.txt", "x").await).await, Code::Invalid);
        assert_eq!(code(form(&ada, "file", "a.txt", "").await).await, Code::Invalid);
        for (kind, body) in [
            ("multipart/form-data", "x".to_owned()),
            ("multipart/form-data; boundary=edge", "nothing of the kind".to_owned()),
            ("multipart/form-data; boundary=edge", "--edge\r\n".to_owned()),
            ("multipart/form-data; boundary=edge", format!("--edge\r\n{}", "X-A: b\r\n".repeat(20_000))),
            ("multipart/mixed; boundary=edge", String::new()),
        ] {
            let request = ada.http.request(Method::POST, "/v1/files").header("content-type", kind);
            let answer = request.body(body.clone()).send().await.unwrap();
            assert!(answer.status().is_client_error(), "{kind}: {} {}", &body[..body.len().min(20)], answer.status());
        }
        assert_eq!(refused(ada.http.upload("empty", "").await), Code::Invalid);
        assert_eq!(refused(server.http().upload("a", "a").await), Code::Unauthenticated);
        let wrong = ada.http.request(Method::POST, "/v1/files?nam=x").body("x").send().await.unwrap();
        assert_eq!(wrong.status(), 400);
        assert_eq!(server.blobs().len(), 1);
    }

    async fn what_is_too_large_is_refused_whatever_it_says_of_itself(server)
        with |settings| (settings.files.most_mib, settings.files.quota_mib) = (1, 2) =>
    {
        let ada = server.user("ada").await;
        let large = vec![7u8; (1 << 20) + 1];
        assert_eq!(refused(ada.http.upload("large", large.clone()).await), Code::TooLarge);
        let unsaid = Body::wrap_stream(stream::iter(large.chunks(50_000).map(|part| {
            Ok::<_, Infallible>(Bytes::copy_from_slice(part))
        }).collect::<Vec<_>>()));
        let answer = ada.http.request(Method::POST, "/v1/files").body(unsaid).send().await.unwrap();
        assert_eq!(answer.status(), 413);
        assert!(server.blobs().is_empty());
        for n in 0..2 {
            ada.http.upload(&n.to_string(), vec![n; 1 << 20]).await.unwrap();
        }
        for size in [1, 1 << 20] {
            // Also one who is still sending gets to hear it.
            assert_eq!(refused(ada.http.upload("more", vec![0; size]).await), Code::QuotaReached);
        }
        let own = ada.http.files(None).await.unwrap().items;
        ada.http.remove_file(own[0].file.id).await.unwrap();
        ada.http.upload("more", "x").await.unwrap();
        assert_eq!(server.blobs().len(), 2);
    }

    async fn the_quota_holds_against_uploads_at_once(server)
        with |settings| settings.files.quota_files = 3 =>
    {
        let ada = server.user("ada").await;
        for _ in 0..3 {
            let tries = (0..4).map(|n| { let ada = ada.clone(); async move { ada.http.upload(&n.to_string(), "x").await } });
            futures_util::future::join_all(tries).await;
        }
        assert_eq!(ada.http.files(None).await.unwrap().items.len(), 3);
        assert_eq!(server.blobs().len(), 3);
    }

    async fn four_at_a_time(server) {
        let ada = server.user("ada").await;
        let (go, told) = watch::channel(false);
        let begin = |_| {
            let request = ada.http.request(Method::POST, "/v1/files").body(held(told.clone()));
            tokio::spawn(request.send())
        };
        let (fifth, _, going) = select_all((0..5).map(begin)).await;
        let answer = fifth.unwrap().unwrap();
        assert_eq!((answer.status().as_u16(), answer.headers().contains_key("retry-after")), (429, true));
        assert_eq!(answer.json::<Problem>().await.unwrap().code, Code::TooManyUploads);
        server.user("bob").await.http.upload("of another", "x").await.unwrap();
        go.send(true).unwrap();
        for going in going {
            assert_eq!(going.await.unwrap().unwrap().status(), 201);
        }
        let own = ada.http.files(None).await.unwrap().items;
        assert_eq!(own.iter().filter(|own| own.file.size == 22).count(), 4);
    }

    async fn what_breaks_off_leaves_nothing(server) with |settings| settings.files.quota_files = 1 => {
        let ada = server.user("ada").await;
        for _ in 0..8 {
            drop(half_uploaded(&server, &ada).await);
        }
        eventually("nobody holds a slot", async || ada.http.upload("a", "x").await.is_ok()).await;
        eventually("nothing of them is left", async || server.blobs().len() == 1).await;
    }
}

/// A connection over which half of a file was sent.
async fn half_uploaded(server: &TestServer, user: &User) -> TcpStream {
    let mut stream = TcpStream::connect(server.address).await.unwrap();
    let token = &user.credentials.access_token;
    let head = format!(
        "POST /v1/files HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 600000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&[7; 300_000]).await.unwrap();
    stream
}

/// Nobody holds a slot by standing still. It has nothing to do with the engine: once is enough.
#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_stands_still_is_cut() {
    let server = TestServer::start(Engine::Sqlite).await;
    let ada = server.user("ada").await;
    let mut stream = half_uploaded(&server, &ada).await;
    let mut answer = vec![0; 4096];
    let reading = stream.read(&mut answer);
    let length =
        tokio::time::timeout(Duration::from_secs(40), reading).await.expect("it is cut").unwrap();
    let answer = String::from_utf8_lossy(&answer[..length]);
    assert!(answer.starts_with("HTTP/1.1 408") && answer.contains("upload_too_slow"), "{answer}");
    assert!(server.blobs().is_empty());
}
