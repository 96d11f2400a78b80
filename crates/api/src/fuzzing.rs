//! What only the fuzzer calls: parsers that nothing else outside may reach.

use crate::extract::FileBody;
use axum::body::Body;
use bytes::Bytes;
use chinwag_wire::Problem;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};

/// The name and the bytes of the file in a form that arrives in pieces of this size.
pub async fn form(boundary: &str, body: &[u8], piece: usize) -> Option<(Option<String>, Vec<u8>)> {
    let pieces: Vec<_> = body.chunks(piece).map(Bytes::copy_from_slice).collect();
    let body = Body::from_stream(stream::iter(pieces).map(Ok::<_, Problem>));
    let file = FileBody::of_form(body, boundary.to_owned()).await.ok()?;
    let bytes: Vec<Bytes> = file.bytes.try_collect().await.ok()?;
    Some((file.name, bytes.concat()))
}
