//! `/v1/rooms`: conversations that are open by name.

use crate::{
    answer::{Answer, page},
    app::Api,
    extract::{MaybeSigned, Params},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{Conversation, Page};
use serde::Deserialize;

/// Which rooms.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct RoomQuery {
    /// Only the room of this name.
    #[param(pattern = r"^[^\u0000]*$")]
    name: Option<String>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List the rooms; guests see those that let them read
#[utoipa::path(get, path = "/v1/rooms", tag = "conversations", security((), ("token" = [])), params(RoomQuery), responses(
    (status = 200, description = "One page", body = Page<Conversation>, headers(("Link" = String, description = "The next page (RFC 8288)")))
))]
pub(crate) async fn list_rooms(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    uri: Uri,
    Params(query): Params<RoomQuery>,
) -> Answer {
    page(
        &uri,
        &api.chat
            .rooms(&viewer, query.name.as_deref(), query.cursor.as_deref(), query.limit)
            .await?,
    )
}
