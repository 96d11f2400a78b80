//! `/v1/me/profile`, `/v1/accounts/{account_id}/profile` and `/v1/accounts/search`: what people say of themselves,
//! and finding them.

use crate::{
    answer::{Answer, ok, page, tagged},
    app::Api,
    extract::{At, Body, IfNoneMatch, InAccount, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{Account, Page, Profile, UpdateProfile, frame::SearchAccounts};
use serde::Deserialize;

/// Read one's own profile
#[utoipa::path(get, path = "/v1/me/profile", tag = "me",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` one has")),
    responses(
        (status = 200, description = "The profile", body = Profile, headers(("ETag" = String, description = "Names what it says"))),
        (status = 304, description = "Unchanged"),
    ))]
pub(crate) async fn read_own_profile(
    State(api): State<Api>,
    Signed(actor): Signed,
    known: IfNoneMatch,
) -> Answer {
    tagged(&known, &api.chat.profile(&actor, actor.account).await?)
}

/// Change one's profile
///
/// A merge patch (RFC 7396): what is absent stays, `null` takes it away. Those who see it hear `profile_changed`.
#[utoipa::path(patch, path = "/v1/me/profile", tag = "me", request_body = UpdateProfile, responses((status = 200, description = "As it is now", body = Profile)))]
pub(crate) async fn update_profile(
    State(api): State<Api>,
    Signed(actor): Signed,
    Body(body): Body<UpdateProfile>,
) -> Answer {
    ok(&api.chat.update_profile(&actor, body).await?)
}

/// Read somebody's profile
///
/// Of somebody one may not see in full, only the names.
#[utoipa::path(get, path = "/v1/accounts/{account_id}/profile", tag = "accounts",
    params(InAccount, ("If-None-Match" = Option<String>, Header, description = "The `ETag` one has")),
    responses(
        (status = 200, description = "The profile", body = Profile, headers(("ETag" = String, description = "Names what it says"))),
        (status = 304, description = "Unchanged"),
    ))]
pub(crate) async fn read_profile(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InAccount>,
    known: IfNoneMatch,
) -> Answer {
    tagged(&known, &api.chat.profile(&actor, at.account_id).await?)
}

/// Whom to find.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Wanted {
    /// How a username, a name or a word of it begins, in any case; or a whole email address. Fewer than three
    /// characters find only what is exactly that.
    #[param(
        min_length = 1,
        max_length = 100,
        pattern = r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$"
    )]
    prefix: String,
    /// `next_cursor` of the page before.
    #[param(pattern = "^([A-Za-z0-9_-]{4}){6,91}$")]
    cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Find people by how a name begins
///
/// In the order of the names, each person once. Not those behind a block, nor those who do not want to be found.
#[utoipa::path(get, path = "/v1/accounts/search", tag = "accounts", params(Wanted), responses((status = 200, description = "One page", body = Page<Account>)))]
pub(crate) async fn search_accounts(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(Wanted { prefix, cursor, limit }): Params<Wanted>,
) -> Answer {
    let asked = SearchAccounts { prefix, cursor, limit };
    page(&uri, &api.chat.search_accounts(&actor, asked).await?)
}
