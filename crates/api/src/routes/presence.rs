//! `/v1/presence`: who is there.

use crate::{
    answer::{Answer, done, ok},
    app::Api,
    extract::{Body, Params, Signed},
};
use axum::extract::State;
use chinwag_wire::{AccountId, Page, Presence, Problem, frame::SetPresence};
use serde::Deserialize;

/// Most accounts in one question.
const MOST: usize = 200;

/// Whose presence.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PresenceQuery {
    /// Account ids, separated by commas; 200 at most.
    #[param(
        pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,199}$"
    )]
    account_ids: String,
}

/// Read the presence of accounts one shares a conversation with
#[utoipa::path(get, path = "/v1/presence", tag = "presence", params(PresenceQuery), responses(
    (status = 200, description = "Of those one may see", body = Page<Presence>)
))]
pub(crate) async fn read_presence(
    State(api): State<Api>,
    Signed(actor): Signed,
    Params(query): Params<PresenceQuery>,
) -> Answer {
    let accounts = listed::<AccountId>("account_ids", &query.account_ids, MOST)?;
    ok(&Page { items: api.gateway.presence(&actor, &accounts).await?, next_cursor: None })
}

/// Choose how one appears: `online`, `away` or `busy`, for as long as one is connected
#[utoipa::path(put, path = "/v1/presence", tag = "presence", request_body = SetPresence, responses((status = 204, description = "Chosen")))]
pub(crate) async fn set_presence(
    State(api): State<Api>,
    Signed(actor): Signed,
    Body(body): Body<SetPresence>,
) -> Answer {
    api.gateway.set_presence(&actor, body.state).await?;
    done()
}

/// Ids separated by commas.
pub(super) fn listed<T: std::str::FromStr>(
    field: &str,
    text: &str,
    most: usize,
) -> Result<Vec<T>, Problem> {
    let ids: Result<Vec<T>, _> =
        text.split(',').take(most + 1).map(|id| id.trim().parse()).collect();
    let ids = ids.map_err(|_| Problem::field(field, "ids, separated by commas"))?;
    if ids.len() > most {
        Err(Problem::field(field, format!("{most} ids at most")))
    } else {
        Ok(ids)
    }
}
