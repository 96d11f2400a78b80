//! The query of a request: known parameters only, each at most once.

use crate::{app::Api, problem::Failure};
use axum::{
    extract::{FromRequestParts, Query, rejection::QueryRejection},
    http::request::Parts,
};
use chinwag_wire::{Code, Problem};
use serde::{Deserialize, de::DeserializeOwned};
use utoipa::IntoParams;

/// The parameters of the query.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<Api> for Params<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &Api) -> Result<Self, Failure> {
        // No text of ours may hold NUL: one engine could store it, the other could not.
        if parts.uri.query().is_some_and(|query| query.contains("%00")) {
            return Err(Problem::from(Code::Invalid)
                .with_detail("The query may not hold NUL (U+0000).")
                .into());
        }
        let query = Query::try_from_uri(&parts.uri);
        query.map(|Query(query)| Self(query)).map_err(|rejection| describe(&rejection).into())
    }
}

fn describe(rejection: &QueryRejection) -> Problem {
    let text = rejection.body_text();
    let reason = text.rsplit_once("query string: ").map_or(text.as_str(), |(_, reason)| reason);
    match reason.split_once(": ") {
        Some((field, reason)) if !field.contains(' ') => Problem::field(field, reason),
        _ => Problem::from(Code::Invalid).with_detail(format!("The query is wrong: {reason}.")),
    }
}

/// Which part of a list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Paging {
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    pub(crate) cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    pub(crate) limit: Option<u32>,
}
