//! `/v1/admin/reports` and the messages they are about: what staff moderates.

use crate::{
    answer::{Answer, ok, page},
    app::Api,
    extract::{At, Body, CameFrom, InMessage, InReport, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{Message, Page, Report, ReportInContext, ResolveReport};
use serde::Deserialize;

/// Which reports.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ReportQuery {
    /// Closed ones too.
    all: Option<bool>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List open reports, the oldest first
///
/// For all staff.
#[utoipa::path(get, path = "/v1/admin/reports", tag = "administration", params(ReportQuery), responses((status = 200, description = "One page", body = Page<Report>)))]
pub(crate) async fn list_reports(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(query): Params<ReportQuery>,
) -> Answer {
    let ReportQuery { all, cursor, limit } = query;
    let open = !all.unwrap_or(false);
    page(&uri, &api.chat.reports(&actor, open, cursor.as_deref(), limit).await?)
}

/// Read a report, with the messages around what was reported
///
/// For all staff. Reading it is written into the audit log.
#[utoipa::path(get, path = "/v1/admin/reports/{report_id}", tag = "administration", params(InReport), responses((status = 200, description = "The report", body = ReportInContext)))]
pub(crate) async fn read_report(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InReport>,
) -> Answer {
    ok(&api.chat.read_report(&actor, &origin, at.report_id).await?)
}

/// Close a report
///
/// For all staff. One that is closed stays as it was decided.
#[utoipa::path(put, path = "/v1/admin/reports/{report_id}/resolution", tag = "administration", params(InReport), request_body = ResolveReport, responses((status = 200, description = "The report, closed", body = Report)))]
pub(crate) async fn resolve_report(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InReport>,
    Body(body): Body<ResolveReport>,
) -> Answer {
    ok(&api.chat.resolve_report(&actor, &origin, at.report_id, body).await?)
}

/// Delete anybody's message
///
/// For all staff. Its conversation hears of it as of any deletion.
#[utoipa::path(delete, path = "/v1/admin/conversations/{conversation_id}/messages/{seq}", tag = "administration", params(InMessage), responses((status = 200, description = "What is left of it", body = Message)))]
pub(crate) async fn delete_message_as_staff(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InMessage>,
) -> Answer {
    ok(&api.chat.delete_as_staff(&actor, &origin, at.conversation_id, at.seq).await?)
}
