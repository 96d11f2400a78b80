//! What a handler refuses with: the problem, and what only its dialect says of it.

use axum::{
    http::{HeaderName, HeaderValue, StatusCode},
    response::{IntoResponse, Response},
};
use chinwag_wire::{Code, Problem};
use serde_json::Value;
use std::borrow::Cow;

/// What went wrong. It travels with the answer until the dialect words it.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) problem: Problem,
    /// The dialect's own words, where its contract gives them.
    pub(crate) words: Option<Cow<'static, str>>,
    more: Option<Box<More>>,
}

/// What few refusals have.
#[derive(Clone, Debug, Default)]
struct More {
    details: Option<Value>,
    headers: Vec<(HeaderName, HeaderValue)>,
}

/// What a handler answers.
pub(crate) type Answer = Result<Response, Refusal>;

/// What kind of refusal it is: a row of the table in the common rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Something is missing, of another type, or out of range.
    Invalid,
    /// The body is no JSON object.
    Malformed,
    /// No credential, or a bad one.
    NotSignedIn,
    /// Not for this account, or not from there.
    Forbidden,
    /// No such thing.
    NotFound,
    /// No such path.
    NoPath,
    /// Not with that method.
    WrongMethod,
    /// A WebSocket is served there.
    UpgradeRequired,
    /// Something of that name is there already.
    Conflict,
    /// More bytes than allowed.
    TooLarge,
    /// The file ends before the range begins.
    NoSuchRange,
    /// Too often.
    Limited,
    /// Not now.
    Overloaded,
    /// A fault of ours.
    Internal,
}

impl Refusal {
    /// The same, in the dialect's own words.
    pub(crate) fn in_words(self, words: impl Into<Cow<'static, str>>) -> Self {
        Self { words: Some(words.into()), ..self }
    }

    /// The same, with details beside the words.
    pub(crate) fn with_details(mut self, details: Value) -> Self {
        self.more.get_or_insert_default().details = Some(details);
        self
    }

    /// The same, with a header.
    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.more.get_or_insert_default().headers.push((name, value));
        self
    }

    /// The details, where there are some.
    pub(crate) fn details(&self) -> Option<&Value> {
        self.more.as_ref()?.details.as_ref()
    }

    /// The headers that go with it.
    pub(crate) fn headers(&self) -> &[(HeaderName, HeaderValue)] {
        self.more.as_ref().map_or(&[], |more| &more.headers)
    }

    /// Which row of the table it is.
    pub(crate) fn kind(&self) -> Kind {
        match self.problem.code {
            Code::Malformed => Kind::Malformed,
            Code::NotFound => Kind::NoPath,
            code => match code.status() {
                400 | 408 | 415 => Kind::Invalid,
                401 => Kind::NotSignedIn,
                403 => Kind::Forbidden,
                404 | 410 => Kind::NotFound,
                405 => Kind::WrongMethod,
                409 | 412 | 422 => Kind::Conflict,
                413 => Kind::TooLarge,
                416 => Kind::NoSuchRange,
                426 => Kind::UpgradeRequired,
                429 => Kind::Limited,
                503 | 507 => Kind::Overloaded,
                _ => Kind::Internal,
            },
        }
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self { problem, words: None, more: None }
    }
}

impl From<Code> for Refusal {
    fn from(code: Code) -> Self {
        Problem::from(code).into()
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.problem.code.status());
        let mut response = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Invalid input, without saying more.
pub(crate) fn invalid(what: &str) -> Refusal {
    Refusal::from(Problem::field(what, "missing or wrong"))
}
