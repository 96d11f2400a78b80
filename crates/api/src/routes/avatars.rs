//! `/v1/me/avatar` and `/v1/accounts/{account_id}/avatar/{side}`: pictures of people.

use super::files::FileForm;
use crate::{
    answer::{Answer, done, ok},
    app::Api,
    download,
    extract::{At, FileBody, IfNoneMatch, InAvatar, Params, Signed},
};
use axum::{extract::State, http::Method};
use chinwag_wire::Profile;
use serde::Deserialize;

/// Set one's picture
///
/// The body is a JPEG, PNG, WebP or GIF, or a form (`multipart/form-data`) whose first field is `file`. Its middle is cut to a
/// square and written anew in a few sizes; nothing else of it is kept.
#[utoipa::path(put, path = "/v1/me/avatar", tag = "me",
    request_body(content((Vec<u8> = "application/octet-stream"), (FileForm = "multipart/form-data"))),
    responses((status = 200, description = "The profile as it is now", body = Profile)))]
pub(crate) async fn set_avatar(
    State(api): State<Api>,
    Signed(actor): Signed,
    body: FileBody,
) -> Answer {
    ok(&api.chat.set_avatar(&actor, body.bytes).await?)
}

/// Take one's picture away
#[utoipa::path(delete, path = "/v1/me/avatar", tag = "me", responses((status = 204, description = "Gone")))]
pub(crate) async fn remove_avatar(State(api): State<Api>, Signed(actor): Signed) -> Answer {
    api.chat.remove_avatar(&actor).await?;
    done()
}

/// Which picture one means.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Version {
    /// As the profile names it. A cache may keep what is answered, if it still is the picture.
    #[param(pattern = r"^[^\u0000]*$")]
    v: Option<String>,
}

/// Download somebody's picture
///
/// For those who see the profile. `HEAD` is answered too.
#[utoipa::path(get, path = "/v1/accounts/{account_id}/avatar/{side}", tag = "accounts",
    params(InAvatar, Version, ("If-None-Match" = Option<String>, Header, description = "The `ETag` one has")),
    responses(
        (status = 200, description = "JPEG, or PNG where something shines through", body = Vec<u8>, content_type = "image/*", headers(("ETag" = String, description = "Names these bytes"))),
        (status = 304, description = "Unchanged"),
    ))]
pub(crate) async fn download_avatar(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InAvatar>,
    Params(version): Params<Version>,
    method: Method,
    known: IfNoneMatch,
) -> Answer {
    let avatar = api.chat.avatar(&actor, at.account_id, at.side).await?;
    download::avatar(&method, &known, &avatar, version.v.as_deref()).await
}
