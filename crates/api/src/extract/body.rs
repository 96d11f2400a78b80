//! The JSON body of a request: bounded in size and time, and read by the decoder that every
//! surface shares.

use crate::{
    app::Api,
    bounds::{BODY_BYTES, BODY_TIME},
    problem::Failure,
};
use axum::{
    extract::{FromRequest, Request},
    http::{HeaderMap, header},
};
use bytes::Bytes;
use chinwag_wire::{Code, Problem, json};
use http_body_util::{BodyExt as _, LengthLimitError, Limited};
use serde::de::DeserializeOwned;
use tokio::time::timeout;

/// A value read from one JSON object.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Api> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &Api) -> Result<Self, Failure> {
        require_json(request.headers())?;
        let bytes = receive(request.into_body()).await?;
        Ok(Self(json::decode(&bytes)?))
    }
}

fn require_json(headers: &HeaderMap) -> Result<(), Problem> {
    let value =
        headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or("");
    let essence = value.split(';').next().unwrap_or("").trim();
    if essence.eq_ignore_ascii_case("application/json") {
        Ok(())
    } else {
        Err(Code::UnsupportedMedia.into())
    }
}

async fn receive(body: axum::body::Body) -> Result<Bytes, Problem> {
    use axum::body::HttpBody as _;
    if body.size_hint().lower() > BODY_BYTES as u64 {
        return Err(too_large());
    }
    let collected = timeout(BODY_TIME, Limited::new(body, BODY_BYTES).collect()).await;
    let late = |_| {
        Problem::from(Code::Malformed).with_detail("The body did not arrive within 30 seconds.")
    };
    match collected.map_err(late)? {
        Ok(body) => Ok(body.to_bytes()),
        Err(error) if error.is::<LengthLimitError>() => Err(too_large()),
        Err(_) => {
            Err(Problem::from(Code::Malformed)
                .with_detail("The body could not be read to its end."))
        }
    }
}

fn too_large() -> Problem {
    Problem::from(Code::TooLarge).with_detail("A body may hold 160 KiB at most.")
}
