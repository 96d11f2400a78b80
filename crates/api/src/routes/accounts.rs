//! `/v1/accounts`: making one, and finding others.

use crate::{
    answer::{Answer, created, ok},
    app::Api,
    extract::{At, Body, CameFrom, InAccount, Params, Signed},
};
use axum::extract::State;
use chinwag_chat::AccountName;
use chinwag_wire::{Account, Credentials, Register};
use serde::Deserialize;

/// Make an account and sign it in
///
/// An `email` is its `pending_email` until the letter to it was answered. Whether it is somebody else's does not show.
#[utoipa::path(post, path = "/v1/accounts", tag = "accounts", security(()), request_body = Register, responses(
    (status = 201, description = "Made, and signed in", body = Credentials, headers(("Location" = String, description = "The account")))
))]
pub(crate) async fn register(
    State(api): State<Api>,
    CameFrom(origin): CameFrom,
    Body(body): Body<Register>,
) -> Answer {
    let credentials = api.chat.register(&origin, body).await?;
    created(&credentials, &format!("/v1/accounts/{}", credentials.account.id))
}

/// Whom to find.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct ByName {
    /// The whole username; case does not matter.
    #[param(pattern = r"^[^\u0000]+$")]
    username: String,
}

/// Find an account by its username
#[utoipa::path(get, path = "/v1/accounts", tag = "accounts", params(ByName), responses((status = 200, description = "The account", body = Account)))]
pub(crate) async fn find_account(
    State(api): State<Api>,
    Signed(actor): Signed,
    Params(query): Params<ByName>,
) -> Answer {
    ok(&api.chat.account(&actor, AccountName::Username(query.username)).await?)
}

/// Read an account
#[utoipa::path(get, path = "/v1/accounts/{account_id}", tag = "accounts", params(InAccount), responses((status = 200, description = "The account", body = Account)))]
pub(crate) async fn read_account(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InAccount>,
) -> Answer {
    ok(&api.chat.account(&actor, AccountName::Id(at.account_id)).await?)
}
