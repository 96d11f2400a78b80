//! What every request passes on its way in and out, in one place and one layer: an id, its origin,
//! who asks, the limit, a deadline, a net for panics, the log line and the headers. Other surfaces stand
//! behind the same edge, and word what it refuses in their own way.

mod admission;
mod headers;
mod identity;
mod staff;

use crate::{
    app::Api,
    bounds::{ANSWER_TIME, UPLOAD_TIME},
    metrics, problem,
};
pub use admission::OverTls;
use admission::admit;
use axum::{
    extract::{MatchedPath, Request, State},
    http::Method,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chinwag_wire::{Code, Problem};
use futures_util::FutureExt as _;
use identity::Identity;
pub(crate) use staff::staff_only;
use std::{any::Any, panic::AssertUnwindSafe, sync::Arc, time::Duration};
use tokio::time::{Instant, timeout};
use tracing::Instrument as _;

/// As [`ANSWER_TIME`], for files on their way in, whose bodies have a deadline of their own.
const UPLOAD: Duration = UPLOAD_TIME.saturating_add(Duration::from_secs(60));

/// Where the native surface takes files in.
const UPLOADS: &[&str] = &["/v1/files", "/v1/uploads"];

/// Another surface beside the native one, behind the same edge.
#[derive(Clone)]
pub struct Beside {
    /// Its name, which stands before its routes in logs and metrics.
    pub name: &'static str,
    /// The paths at which it takes files in, which may take long.
    pub uploads: &'static [&'static str],
    /// Words an answer that was refused; others stay as they are.
    pub word: Arc<dyn Fn(&mut Response) + Send + Sync>,
}

/// The edge of one surface.
#[derive(Clone)]
pub(crate) struct Edge {
    pub(crate) api: Api,
    /// Absent for the native one.
    pub(crate) beside: Option<Beside>,
}

/// The one layer around every route.
pub(crate) async fn edge(
    State(Edge { api, beside }): State<Edge>,
    request: Request,
    next: Next,
) -> Response {
    let started = Instant::now();
    let identity = Identity::of(&api, request.headers());
    let path = request.extensions().get::<MatchedPath>().cloned();
    let route = path.as_ref().map_or("unmatched", MatchedPath::as_str);
    let route = match &beside {
        Some(beside) => format!("{}:{route}", beside.name),
        None => route.to_owned(),
    };
    let method = request.method().clone();
    let versioned = beside.is_none() && request.uri().path().starts_with("/v1/");
    let span = tracing::info_span!("request", id = %identity.id, %method, route = %route, trace = identity.trace());

    let uploads = beside.as_ref().map_or(UPLOADS, |beside| beside.uploads);
    let deadline = if is_upload(&request, uploads) { UPLOAD } else { ANSWER_TIME };
    let answer = guarded(&api, request, next, versioned, deadline);
    let mut response = answer.instrument(span.clone()).await;
    match &beside {
        Some(beside) => (beside.word)(&mut response),
        None => word(&mut response, &identity.id),
    }
    headers::finish(response.headers_mut(), versioned);
    identity.echo(response.headers_mut());
    let took = started.elapsed();
    metrics::answered(&method, &route, response.status(), took);
    span.in_scope(|| log(&response, took));
    response
}

/// The native words: a problem document.
fn word(response: &mut Response, instance: &str) {
    let refused = problem::render(response, instance);
    if let Some(Problem { policy: Some(policy), retry_after, .. }) = refused {
        headers::exhausted(response.headers_mut(), policy, retry_after.unwrap_or(1));
    }
}

/// The answer, whatever happens: in time, and without a panic getting out.
async fn guarded(
    api: &Api,
    request: Request,
    next: Next,
    versioned: bool,
    deadline: Duration,
) -> Response {
    if request.method() == Method::TRACE {
        return refuse(Code::MethodNotAllowed.into());
    }
    let answer = AssertUnwindSafe(admit(api, request, next, versioned)).catch_unwind();
    match timeout(deadline, answer).await {
        Ok(Ok(response)) => response,
        Ok(Err(panic)) => {
            tracing::error!(panic = describe(&*panic), "a handler panicked");
            refuse(Code::Internal.into())
        }
        Err(_) => {
            refuse(Problem::from(Code::Overloaded).with_detail("No answer in time.").retry_after(5))
        }
    }
}

fn is_upload(request: &Request, uploads: &[&str]) -> bool {
    let path = request.uri().path();
    *request.method() != Method::GET && uploads.iter().any(|upload| path.starts_with(upload))
}

fn refuse(problem: Problem) -> Response {
    problem::Failure(problem).into_response()
}

fn describe(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("not a text")
}

fn log(response: &Response, took: Duration) {
    let (status, ms) = (response.status().as_u16(), took.as_secs_f64() * 1e3);
    if status >= 500 {
        tracing::warn!(status, ms, "answered");
    } else {
        tracing::debug!(status, ms, "answered");
    }
}
