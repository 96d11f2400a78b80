//! Uploads in parts, by tus 1.0.0: they go on after breaks and restarts, and become a file once.

use super::{everywhere, jpeg, with_files};
use bytes::Bytes;
use chinwag_testkit::{User, eventually, wire::*};
use reqwest::{Body, Method, RequestBuilder, Response};
use std::time::Duration;
use tokio::{io::AsyncWriteExt as _, net::TcpStream};

fn tus(user: &User, method: Method, path: &str) -> RequestBuilder {
    user.http.request(method, path).header("tus-resumable", "1.0.0")
}

async fn begin(user: &User, size: u64, name: &str) -> Response {
    let request = tus(user, Method::POST, "/v1/uploads").header("upload-length", size);
    request.header("upload-metadata", name).send().await.unwrap()
}

/// The path of a new upload.
async fn begun(user: &User, size: u64, name: &str) -> String {
    let answer = begin(user, size, name).await;
    assert_eq!(
        (answer.status().as_u16(), &answer.headers()["tus-resumable"]),
        (201, &"1.0.0".parse().unwrap())
    );
    answer.headers()["location"].to_str().unwrap().to_owned()
}

fn part(user: &User, path: &str, offset: u64, body: impl Into<Body>) -> RequestBuilder {
    let request = tus(user, Method::PATCH, path).header("upload-offset", offset);
    request.header("content-type", "application/offset+octet-stream").body(body)
}

fn number(answer: &Response, name: &str) -> Option<u64> {
    answer.headers().get(name)?.to_str().ok()?.parse().ok()
}

async fn offset(user: &User, path: &str) -> Option<u64> {
    number(&tus(user, Method::HEAD, path).send().await.unwrap(), "upload-offset")
}

async fn code(request: RequestBuilder) -> Code {
    request.send().await.unwrap().json::<Problem>().await.unwrap().code
}

fn file_of(path: &str) -> FileId {
    path.rsplit('/').next().unwrap().parse().unwrap()
}

// `filename cat.jpg`
const CAT: &str = "filetype aW1hZ2UvanBlZw==,filename Y2F0LmpwZw==";

everywhere! {
    async fn parts_become_a_file(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let whole = jpeg(900, 700);
        let size = whole.len() as u64;
        let path = begun(&ada, size, CAT).await;
        let mut at = 0;
        for chunk in whole.chunks(whole.len() / 3 + 1) {
            assert_eq!(offset(&ada, &path).await, Some(at));
            let answer = part(&ada, &path, at, chunk.to_vec()).send().await.unwrap();
            at += chunk.len() as u64;
            assert_eq!((answer.status().as_u16(), number(&answer, "upload-offset")), (204, Some(at)));
            assert_eq!(answer.headers().contains_key("upload-expires"), at < size);
        }
        assert_eq!(offset(&ada, &path).await, Some(size), "a finished upload is answered as complete");
        assert_eq!(offset(&bob, &path).await, None);
        let id = file_of(&path);
        let pair = ada.direct(&bob).await;
        ada.http.send(pair, &with_files("cat", &[id])).await.unwrap();
        let file = bob.history(pair).await.remove(0).attachments.remove(0);
        assert_eq!((file.id, file.name.as_str(), file.width, file.size), (id, "cat.jpg", Some(900), size as i64));
        assert!(bob.http.download(id).await.unwrap() == whole);
        assert_eq!(server.blobs().len(), 3, "its parts are gone");
    }

    async fn an_upload_goes_on_after_breaks_and_a_restart(server) {
        let ada = server.user("ada").await;
        let whole: Vec<u8> = (0..400_000u32).map(|n| (n % 241) as u8).collect();
        let path = begun(&ada, whole.len() as u64, CAT).await;
        let first = Bytes::copy_from_slice(&whole[..100_000]);
        part(&ada, &path, 0, first).send().await.unwrap();
        server.restart().await;
        assert_eq!(offset(&ada, &path).await, Some(100_000), "what was answered is kept");
        // The line breaks in the middle of a part: what arrived is kept.
        let mut line = TcpStream::connect(server.address).await.unwrap();
        let head = format!(
            "PATCH {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nTus-Resumable: 1.0.0\r\nUpload-Offset: 100000\r\n\
             Content-Type: application/offset+octet-stream\r\nContent-Length: 300000\r\n\r\n",
            ada.credentials.access_token
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line.write_all(&whole[100_000..150_000]).await.unwrap();
        drop(line);
        eventually("what arrived is kept", async || offset(&ada, &path).await == Some(150_000)).await;
        let answer = part(&ada, &path, 150_000, whole[150_000..].to_vec()).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        assert!(ada.http.download(file_of(&path)).await.unwrap() == whole);
    }

    async fn wrong_parts_change_nothing(server) {
        let [ada, bob] = server.users(["ada", "bob"]).await;
        let path = begun(&ada, 10, "name eA==").await;
        assert_eq!(code(part(&ada, &path, 5, "hello")).await, Code::OffsetWrong);
        assert_eq!(code(part(&ada, &path, 0, "hello, world")).await, Code::TooLarge);
        assert_eq!(code(part(&bob, &path, 0, "hello")).await, Code::UploadNotFound);
        let untyped = tus(&ada, Method::PATCH, &path).header("upload-offset", 0).body("hello");
        assert_eq!(code(untyped).await, Code::UnsupportedMedia);
        let summed = |sum: &'static str| part(&ada, &path, 0, "hello").header("upload-checksum", sum);
        assert_eq!(code(summed("sha1 AAAAAAAAAAAAAAAAAAAAAAAAAAA=")).await, Code::ChecksumWrong);
        assert_eq!(code(summed("md5 XUFAKrxLKna5cZ2REBfFkg==")).await, Code::Invalid);
        assert_eq!(code(summed("sha1 nonsense")).await, Code::Invalid);
        assert_eq!(offset(&ada, &path).await, Some(0));
        assert_eq!(summed("sha1 qvTGHdzF6KLavt4PO0gs2a6pQ00=").send().await.unwrap().status(), 204);
        let sha256 = "sha256 7mIivbkVNlDTnH20xFBfY2/ymZ5Mvy3ZEhEr4SXJZac=";
        let end = part(&ada, &path, 5, "world").header("upload-checksum", sha256);
        assert_eq!(code(end).await, Code::ChecksumWrong);
        // Of many that say the same at once, one is kept.
        let parts = (0..4).map(|_| part(&ada, &path, 5, "world").send());
        let answers = futures_util::future::join_all(parts).await;
        let kept = answers.iter().filter(|answer| answer.as_ref().unwrap().status() == 204).count();
        assert_eq!(kept, 1, "{answers:?}");
        assert_eq!(ada.http.download(file_of(&path)).await.unwrap(), "helloworld");
        eventually("what was refused is gone", async || server.blobs().len() == 1).await;
    }

    async fn begins_only_what_can_end(server)
        with |settings| (settings.files.most_mib, settings.files.quota_mib) = (1, 2) =>
    {
        let ada = server.user("ada").await;
        let post = || tus(&ada, Method::POST, "/v1/uploads");
        assert_eq!(code(post()).await, Code::Invalid);
        for length in ["", "x", "-1", "0", "1.5"] {
            assert_eq!(code(post().header("upload-length", length)).await, Code::Invalid, "{length}");
        }
        for length in ["1048577", "99999999999999999999999"] {
            assert_eq!(code(post().header("upload-length", length)).await, Code::TooLarge, "{length}");
        }
        let metadata = post().header("upload-length", "1").header("upload-metadata", "filename !!");
        assert_eq!(code(metadata).await, Code::Invalid);
        let unversioned = ada.http.request(Method::POST, "/v1/uploads").header("upload-length", 1);
        let answer = unversioned.send().await.unwrap();
        assert_eq!((answer.status().as_u16(), &answer.headers()["tus-version"]), (412, &"1.0.0".parse().unwrap()));
        let asked = ada.http.request(Method::OPTIONS, "/v1/uploads").send().await.unwrap();
        assert_eq!((asked.status().as_u16(), number(&asked, "tus-max-size")), (204, Some(1 << 20)));
        // Room is kept free for what was begun.
        let [one, _] = [begun(&ada, 1 << 20, "").await, begun(&ada, 1 << 20, "").await];
        assert_eq!(begin(&ada, 1, "").await.json::<Problem>().await.unwrap().code, Code::QuotaReached);
        assert_eq!(tus(&ada, Method::DELETE, &one).send().await.unwrap().status(), 204);
        assert_eq!(code(tus(&ada, Method::DELETE, &one)).await, Code::UploadNotFound);
        assert_eq!(begin(&ada, 1, "").await.status(), 201);
    }

    async fn uploads_expire_and_their_parts_are_swept(server) {
        let ada = server.user("ada").await;
        let path = begun(&ada, 10, "").await;
        part(&ada, &path, 0, "hello").send().await.unwrap();
        assert_eq!(server.blobs().len(), 1);
        server.clock.advance(Duration::from_secs(25 * 60 * 60));
        let ada = ada.another_device().await;
        assert_eq!(offset(&ada, &path).await, None);
        assert_eq!(code(part(&ada, &path, 5, "world")).await, Code::UploadNotFound);
        eventually("its part is swept", async || server.blobs().is_empty()).await;
    }

    async fn a_picture_that_cannot_be_read_ends_its_upload(server) {
        let ada = server.user("ada").await;
        let path = begun(&ada, 12, CAT).await;
        part(&ada, &path, 0, "GIF89a").send().await.unwrap();
        assert_eq!(code(part(&ada, &path, 6, "broken")).await, Code::PictureUnreadable);
        assert_eq!(offset(&ada, &path).await, None);
        eventually("nothing of it is left", async || server.blobs().is_empty()).await;
    }
}
