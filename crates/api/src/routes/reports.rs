//! `/v1/reports`: telling the staff of the server.

use crate::{
    answer::{Answer, json, json_bytes},
    app::Api,
    extract::{Body, Signed},
};
use axum::{extract::State, http::StatusCode};
use chinwag_wire::{NewReport, Report};

/// Report a message or an account to the staff of the server
///
/// Once: reporting the same again answers the report there is.
#[utoipa::path(post, path = "/v1/reports", tag = "reports", request_body = NewReport, responses(
    (status = 201, description = "Reported", body = Report),
    (status = 200, description = "Reported before", body = Report)
))]
pub(crate) async fn report(
    State(api): State<Api>,
    Signed(actor): Signed,
    Body(body): Body<NewReport>,
) -> Answer {
    let (report, new) = api.chat.report(&actor, body).await?;
    let status = if new { StatusCode::CREATED } else { StatusCode::OK };
    Ok(json(status, json_bytes(&report)))
}
