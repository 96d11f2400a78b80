//! What readers may know of a conversation's people besides its members: who wrote, and how many have a
//! room open. For guests too, where they may read.

use crate::{
    answer::{Answer, ok},
    app::Api,
    extract::{At, InConversation, MaybeSigned, Params},
};
use axum::extract::State;
use chinwag_wire::{Account, AccountId, Audience, Page};
use serde::Deserialize;

/// Most accounts in one question.
const MOST: usize = 100;

/// Whose names.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuthorQuery {
    /// Account ids, separated by commas; 100 at most.
    #[param(
        pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,99}$"
    )]
    account_ids: String,
}

/// Read the names of those who wrote what one may read
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}/authors", tag = "messages", security((), ("token" = [])),
    params(InConversation, AuthorQuery), responses(
        (status = 200, description = "Those of them who wrote something here", body = Page<Account>)
    ))]
pub(crate) async fn list_authors(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InConversation>,
    Params(query): Params<AuthorQuery>,
) -> Answer {
    let accounts = super::presence::listed::<AccountId>("account_ids", &query.account_ids, MOST)?;
    ok(&api.chat.authors(&viewer, at.conversation_id, accounts).await?)
}

/// Count who has a room open: accounts, each once, and guests
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}/audience", tag = "presence", security((), ("token" = [])),
    params(InConversation), responses(
        (status = 200, description = "As it is now; zero for what is no room", body = Audience)
    ))]
pub(crate) async fn read_audience(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InConversation>,
) -> Answer {
    ok(&api.gateway.audience(&viewer, at.conversation_id).await?)
}
