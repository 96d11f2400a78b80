//! The one place where an error becomes an HTTP answer: `application/problem+json` (RFC 9457).
//! Handlers only say what went wrong; the edge renders it, because it knows the request's id.

use crate::answer::json_bytes;
use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use chinwag_chat::refuse;
use chinwag_wire::{Code, FieldError, Problem};
use serde::Serialize;

/// What a refused request is answered with (RFC 9457).
#[derive(Debug, Serialize, utoipa::ToSchema)]
pub struct ProblemDocument<'a> {
    /// Where this kind of problem is explained, relative to the server.
    #[serde(rename = "type")]
    pub kind: String,
    /// What kind of problem it is, for a person.
    pub title: &'static str,
    /// The HTTP status, again.
    pub status: u16,
    /// What went wrong this time, for a person.
    pub detail: &'a str,
    /// The id of the request, to name when asking for help.
    pub instance: &'a str,
    /// Stable name of what went wrong, for programs.
    #[schema(value_type = String, examples("conversation_not_found"))]
    pub code: Code,
    /// Which fields were refused.
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    pub errors: &'a [FieldError],
    /// Whole seconds to wait before trying again, where that can help.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

/// Marks a page that tells a person what went wrong: it stays as it is.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ForPeople;

/// A handler's refusal. It travels with the answer until the edge words it.
#[derive(Clone, Debug)]
pub struct Failure(pub Problem);

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self(problem)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self(code.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let mut response = status(self.0.code).into_response();
        response.extensions_mut().insert(self);
        response
    }
}

fn status(code: Code) -> StatusCode {
    StatusCode::from_u16(code.status()).expect("codes carry valid statuses")
}

/// Writes the document into a response that was refused, and answers with the refusal as it leaves; other
/// responses stay as they are.
pub(crate) fn render(response: &mut Response, instance: &str) -> Option<Problem> {
    let failure = response.extensions_mut().remove::<Failure>().map(|Failure(problem)| problem);
    let problem = refuse(failure.or_else(|| foreign(response))?);
    let body = json_bytes(&document(&problem, instance));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
    headers.insert(header::CONTENT_LENGTH, body.len().into());
    if let Some(seconds) = problem.retry_after {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
    if problem.code == Code::TooLarge {
        // The rest of it is not read, so the connection ends: said, lest the next request be sent into it.
        headers.insert(header::CONNECTION, HeaderValue::from_static("close"));
    }
    if problem.code.status() == 401 {
        headers
            .insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"chinwag\""));
    }
    *response.status_mut() = status(problem.code);
    *response.body_mut() = Body::from(body);
    Some(problem)
}

/// A refusal by a library below us, which knows nothing of our problems.
fn foreign(response: &Response) -> Option<Problem> {
    if response.extensions().get::<ForPeople>().is_some() {
        return None;
    }
    match response.status().as_u16() {
        0..400 => None,
        404 => Some(Code::NotFound.into()),
        405 => Some(Code::MethodNotAllowed.into()),
        400..500 => Some(Problem {
            detail: format!("Refused with status {}.", response.status()),
            ..Code::Malformed.into()
        }),
        _ => Some(Code::Internal.into()),
    }
}

/// The document of a problem.
pub(crate) fn document<'a>(problem: &'a Problem, instance: &'a str) -> ProblemDocument<'a> {
    ProblemDocument {
        kind: format!("/docs/problems#{}", problem.code.name()),
        title: problem.code.sentence(),
        status: problem.code.status(),
        detail: &problem.detail,
        instance,
        code: problem.code,
        errors: &problem.errors,
        retry_after: problem.retry_after,
    }
}
