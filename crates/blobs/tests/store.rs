//! A directory keeps what it was given, whole or not at all.

use bytes::Bytes;
use chinwag_blobs::{Blobs, Error, PutError};
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use std::convert::Infallible;

fn chunks(count: usize, size: usize) -> Vec<Result<Bytes, Infallible>> {
    (0..count).map(|n| Ok(Bytes::from(vec![n as u8; size]))).collect()
}

async fn all(blobs: &Blobs, name: &str, range: Option<std::ops::Range<u64>>) -> Vec<u8> {
    let stream = blobs.get(name, range).await.expect("it is there");
    stream.try_collect::<Vec<Bytes>>().await.expect("and can be read").concat()
}

#[tokio::test]
async fn keeps_small_and_large_whole_and_in_part() {
    let directory = tempfile::tempdir().unwrap();
    let blobs = Blobs::directory(directory.path()).unwrap();
    for (name, count, size) in [("a/small", 2, 10), ("a/large", 20, 100_000)] {
        let whole: Vec<u8> = chunks(count, size).into_iter().flat_map(Result::unwrap).collect();
        let stored = blobs.put(name, stream::iter(chunks(count, size)), 1 << 22).await.unwrap();
        assert_eq!(stored.size, whole.len() as u64);
        assert!(whole.starts_with(&stored.head) && !stored.head.is_empty());
        assert_eq!(all(&blobs, name, None).await, whole);
        assert_eq!(all(&blobs, name, Some(5..15)).await, whole[5..15]);
        assert_eq!(blobs.get_bytes(name, stored.size).await.unwrap(), whole);
        assert!(blobs.get_bytes(name, stored.size - 1).await.is_err());
        assert_eq!(blobs.head(name).await.unwrap(), stored.head);
    }
    let again = Blobs::directory(directory.path()).unwrap();
    let mut names: Vec<String> = again.list("a").try_collect().await.unwrap();
    names.sort();
    assert_eq!(names, ["a/large", "a/small"]);
    again.delete("a/small").await.unwrap();
    again.delete("a/small").await.unwrap();
    assert!(matches!(again.get("a/small", None).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn keeps_nothing_of_what_is_too_large_or_breaks_off() {
    let directory = tempfile::tempdir().unwrap();
    let blobs = Blobs::directory(directory.path()).unwrap();
    let large = blobs.put("b/large", stream::iter(chunks(20, 100_000)), 1_999_999).await;
    assert!(matches!(large, Err(PutError::TooLarge)));
    let broken = stream::iter(chunks(20, 100_000)).map(|chunk| chunk.map_err(|_| "never"));
    let broken = broken.chain(stream::iter([Err("gone")]));
    assert!(matches!(blobs.put("b/broken", broken, 1 << 22).await, Err(PutError::Source("gone"))));
    let left: Vec<_> = std::fs::read_dir(directory.path().join("b")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[tokio::test]
async fn takes_away_what_a_crash_left_half_written() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("c")).unwrap();
    std::fs::write(directory.path().join("c/one#1"), "half").unwrap();
    let blobs = Blobs::directory(directory.path()).unwrap();
    assert!(!directory.path().join("c/one#1").exists());
    blobs.put_bytes("c/one", Bytes::from_static(b"whole")).await.unwrap();
    assert_eq!(all(&blobs, "c/one", None).await, b"whole");
}
