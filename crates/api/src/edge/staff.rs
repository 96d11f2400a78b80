//! The gate before everything administrative: staff pass, and nobody else, before a route looks at
//! what was asked for. So nothing tells what exists from what does not.

use crate::{app::Api, extract::Signed, problem::Failure};
use axum::{
    extract::{FromRequestParts as _, Request, State},
    http::request::Parts,
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use chinwag_wire::Code;

/// Refuses whoever is not signed in as staff.
pub(crate) async fn staff_only(State(api): State<Api>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    match admitted(&api, &mut parts).await {
        Ok(()) => next.run(Request::from_parts(parts, body)).await,
        Err(failure) => failure.into_response(),
    }
}

async fn admitted(api: &Api, parts: &mut Parts) -> Result<(), Failure> {
    let Signed(actor) = Signed::from_request_parts(parts, api).await?;
    let let_in = api.chat.let_staff_in(&actor).await;
    if let Err(problem) = &let_in
        && problem.code == Code::Forbidden
    {
        metrics::counter!("chinwag_staff_refused_total").increment(1);
        tracing::warn!(account = %actor.account, "asked for what is for staff");
    }
    Ok(let_in?)
}
