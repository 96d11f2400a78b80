//! `/v1/admin/jobs`: the work that waits, runs, or failed for good.

use crate::{
    answer::{Answer, done, ok, page},
    app::Api,
    extract::{At, CameFrom, InJob, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_chat::JobFilter;
use chinwag_wire::{Job, JobState, Page};
use serde::Deserialize;

/// Which jobs.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct JobQuery {
    /// Those that stand so.
    #[param(inline)]
    state: Option<JobState>,
    /// Those of this kind, for example `send_verification`.
    #[param(pattern = "^[a-z_]{1,64}$")]
    kind: Option<String>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List jobs, the oldest first
///
/// For admins and owners. Without `input`; a dead one stays for 30 days.
#[utoipa::path(get, path = "/v1/admin/jobs", tag = "administration", params(JobQuery), responses((status = 200, description = "One page", body = Page<Job>)))]
pub(crate) async fn list_jobs(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    uri: Uri,
    Params(query): Params<JobQuery>,
) -> Answer {
    let JobQuery { state, kind, cursor, limit } = query;
    let filter = JobFilter { state, kind };
    page(&uri, &api.chat.jobs(&actor, &origin, filter, cursor.as_deref(), limit).await?)
}

/// Look at a job, and at what it was given
///
/// For admins and owners. Looking is written into the audit log.
#[utoipa::path(get, path = "/v1/admin/jobs/{job_id}", tag = "administration", params(InJob), responses((status = 200, description = "The job", body = Job)))]
pub(crate) async fn read_job(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InJob>,
) -> Answer {
    ok(&api.chat.job(&actor, &origin, at.job_id).await?)
}

/// Have a dead job tried again, as if it were new
///
/// For admins and owners.
#[utoipa::path(post, path = "/v1/admin/jobs/{job_id}/retry", tag = "administration", params(InJob), responses((status = 200, description = "The job, queued", body = Job)))]
pub(crate) async fn retry_job(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InJob>,
) -> Answer {
    ok(&api.chat.retry_job(&actor, &origin, at.job_id).await?)
}

/// Throw a job away
///
/// For admins and owners. What it was to do is not done.
#[utoipa::path(delete, path = "/v1/admin/jobs/{job_id}", tag = "administration", params(InJob), responses((status = 204, description = "Thrown away")))]
pub(crate) async fn discard_job(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InJob>,
) -> Answer {
    api.chat.discard_job(&actor, &origin, at.job_id).await?;
    done()
}
