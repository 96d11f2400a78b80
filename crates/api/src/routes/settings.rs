//! `/v1/me/settings` and `/v1/me/changes`: what one chose for oneself, and what changed of one's account.

use super::positions::Since;
use crate::{
    answer::{Answer, ok},
    app::Api,
    extract::{Body, Params, Signed},
};
use axum::extract::State;
use chinwag_wire::{AccountChanges, Settings, UpdateSettings};

/// Read one's settings
#[utoipa::path(get, path = "/v1/me/settings", tag = "me", responses((status = 200, description = "The settings", body = Settings)))]
pub(crate) async fn read_settings(State(api): State<Api>, Signed(actor): Signed) -> Answer {
    ok(&api.chat.settings(&actor).await?)
}

/// Change one's settings
///
/// A merge patch (RFC 7396): what is absent stays, `null` goes back to what an account begins with.
#[utoipa::path(patch, path = "/v1/me/settings", tag = "me", request_body = UpdateSettings, responses((status = 200, description = "As they are now", body = Settings)))]
pub(crate) async fn update_settings(
    State(api): State<Api>,
    Signed(actor): Signed,
    Body(body): Body<UpdateSettings>,
) -> Answer {
    ok(&api.chat.update_settings(&actor, body).await?)
}

/// Read what changed of one's account since a position
///
/// Each thing that changed stands in it once, in its newest state.
#[utoipa::path(get, path = "/v1/me/changes", tag = "me", params(Since), responses((status = 200, description = "One page", body = AccountChanges)))]
pub(crate) async fn read_account_changes(
    State(api): State<Api>,
    Signed(actor): Signed,
    Params(since): Params<Since>,
) -> Answer {
    ok(&api.chat.sync_account(&actor, since.rev).await?)
}
