//! Parts of files, conditions, and headers that keep a file from being taken for a page.

use super::{everywhere, jpeg};
use chinwag_testkit::{User, wire::*};
use reqwest::{Method, Response, StatusCode, header};

async fn ask(user: &User, id: FileId, headers: &[(header::HeaderName, &str)]) -> Response {
    let request = user.http.request(Method::GET, &format!("/v1/files/{id}"));
    headers
        .iter()
        .fold(request, |request, (name, value)| request.header(name, *value))
        .send()
        .await
        .unwrap()
}

fn header_of(answer: &Response, name: &str) -> String {
    answer.headers().get(name).map(|value| value.to_str().unwrap().to_owned()).unwrap_or_default()
}

everywhere! {
    async fn ranges_are_answered_as_the_rfc_asks(server) {
        let ada = server.user("ada").await;
        // Larger than what is read at a time, and than one part of a bucket.
        let whole: Vec<u8> = (0..6_000_000u32).map(|n| (n % 251) as u8).collect();
        let file = ada.http.upload("large.bin", whole.clone()).await.unwrap();
        assert_eq!(ada.http.download(file.id).await.unwrap(), whole);
        let last = whole.len() - 1;
        let parts = [
            ("bytes=0-0".to_owned(), 0..1),
            ("bytes=100-70000".to_owned(), 100..70_001),
            (format!("bytes={last}-"), last..whole.len()),
            ("bytes=-5".to_owned(), whole.len() - 5..whole.len()),
            ("bytes=5999000-99999999".to_owned(), 5_999_000..whole.len()),
        ];
        for (range, part) in parts {
            let answer = ask(&ada, file.id, &[(header::RANGE, &range)]).await;
            assert_eq!(answer.status(), 206, "{range}");
            let place = format!("bytes {}-{}/{}", part.start, part.end - 1, whole.len());
            assert_eq!(header_of(&answer, "content-range"), place);
            assert_eq!(header_of(&answer, "content-length"), part.len().to_string());
            assert!(answer.bytes().await.unwrap() == whole[part], "{range}");
        }
        for range in ["bytes=6000000-", "bytes=-0", "bytes=7000000-8000000,9000000-"] {
            let answer = ask(&ada, file.id, &[(header::RANGE, range)]).await;
            assert_eq!(answer.status(), 416, "{range}");
            assert_eq!(header_of(&answer, "content-range"), "bytes */6000000");
            assert_eq!(answer.json::<Problem>().await.unwrap().code, Code::RangeUnsatisfiable);
        }
        for range in ["bytes=0-1,5-6", "bytes=9-3", "bytes=x", "items=0-1", "", "bytes"] {
            let answer = ask(&ada, file.id, &[(header::RANGE, range)]).await;
            assert_eq!((answer.status(), answer.content_length()), (StatusCode::OK, Some(6_000_000)), "{range}");
        }
        let twice = [(header::RANGE, "bytes=0-1"), (header::RANGE, "bytes=3-4")];
        assert_eq!(ask(&ada, file.id, &twice).await.status(), 200);
    }

    async fn conditions_are_weighed(server) {
        let ada = server.user("ada").await;
        let file = ada.http.upload("a.txt", "hello").await.unwrap();
        let tag = format!("\"{}\"", file.sha256);
        let weak = format!("W/{tag}");
        let list = format!("\"other\", {tag}");
        assert_eq!(header_of(&ask(&ada, file.id, &[]).await, "etag"), tag);
        for known in [tag.as_str(), &weak, &list, "*"] {
            let answer = ask(&ada, file.id, &[(header::IF_NONE_MATCH, known), (header::RANGE, "bytes=0-1")]).await;
            assert_eq!((answer.status(), header_of(&answer, "etag")), (StatusCode::NOT_MODIFIED, tag.clone()));
            assert_eq!(answer.bytes().await.unwrap(), "");
        }
        assert_eq!(ask(&ada, file.id, &[(header::IF_NONE_MATCH, "\"other\"")]).await.status(), 200);
        let part = |since: &'static str| [(header::RANGE, "bytes=0-1"), (header::IF_RANGE, since)];
        let same = [(header::RANGE, "bytes=0-1"), (header::IF_RANGE, tag.as_str())];
        assert_eq!(ask(&ada, file.id, &same).await.status(), 206);
        for since in ["\"other\"", "Sat, 21 Nov 2026 09:30:00 GMT", "nonsense"] {
            assert_eq!(ask(&ada, file.id, &part(since)).await.status(), 200, "{since}");
        }
        let weakly = [(header::RANGE, "bytes=0-1"), (header::IF_RANGE, weak.as_str())];
        assert_eq!(ask(&ada, file.id, &weakly).await.status(), 200, "`If-Range` compares strongly");
    }

    async fn no_file_is_taken_for_a_page(server) {
        let ada = server.user("ada").await;
        let page = "<!DOCTYPE html><script>alert(document.domain)</script>";
        let drawing = "<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
        let files = [
            ("page.html", page.as_bytes().to_vec()),
            ("drawing.svg", drawing.as_bytes().to_vec()),
            ("photo.png", page.as_bytes().to_vec()),
            ("paper.pdf", b"%PDF-1.7 ...".to_vec()),
            ("cat.jpg", jpeg(20, 20)),
        ];
        for (name, bytes) in files {
            let file = ada.http.upload(name, bytes).await.unwrap();
            let answer = ask(&ada, file.id, &[]).await;
            assert_eq!(header_of(&answer, "content-disposition"), format!("attachment; filename=\"{name}\""));
            assert_eq!(header_of(&answer, "content-security-policy"), "sandbox; default-src 'none'");
            assert_eq!(header_of(&answer, "x-content-type-options"), "nosniff");
            assert_eq!(header_of(&answer, "cross-origin-resource-policy"), "same-origin");
            assert_eq!(header_of(&answer, "cache-control"), "private, no-cache");
            assert!(!file.media_type.is_empty() && (name == "cat.jpg") == (file.media_type == "image/jpeg"), "{file:?}");
        }
    }
}
