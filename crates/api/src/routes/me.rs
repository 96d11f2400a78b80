//! `/v1/me`: one's own account.

use crate::{
    answer::{Answer, done, ok, page},
    app::Api,
    extract::{Body, CameFrom, Paging, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{AuditEntry, ChangePassword, DeleteOwnAccount, OwnAccount, Page, SignInAttempt};

/// Read one's own account
#[utoipa::path(get, path = "/v1/me", tag = "me", responses((status = 200, description = "The account", body = OwnAccount)))]
pub(crate) async fn read_me(State(api): State<Api>, Signed(actor): Signed) -> Answer {
    ok(&api.chat.me(&actor).await?)
}

/// Change the password; every other session ends
#[utoipa::path(put, path = "/v1/me/password", tag = "me", request_body = ChangePassword, responses((status = 204, description = "Changed")))]
pub(crate) async fn change_password(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    Body(body): Body<ChangePassword>,
) -> Answer {
    api.chat.change_password(&actor, &origin, body).await?;
    done()
}

/// List who tried to sign in to one's account, newest first
#[utoipa::path(get, path = "/v1/me/sign-ins", tag = "me", params(Paging), responses((status = 200, description = "The attempts", body = Page<SignInAttempt>)))]
pub(crate) async fn list_sign_ins(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(&uri, &api.chat.sign_ins(&actor, paging.cursor.as_deref(), paging.limit).await?)
}

/// List what was done with one's account, newest first
#[utoipa::path(get, path = "/v1/me/audit", tag = "me", params(Paging), responses((status = 200, description = "The entries", body = Page<AuditEntry>)))]
pub(crate) async fn list_own_audit(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(&uri, &api.chat.own_audit(&actor, paging.cursor.as_deref(), paging.limit).await?)
}

/// Delete one's account, for good
///
/// It leaves its conversations and hands over what it alone owned, what is known of the person is erased, and its names are free
/// again. What it said stays with those it was said to.
#[utoipa::path(post, path = "/v1/me/deletion", tag = "me", request_body = DeleteOwnAccount, responses((status = 204, description = "Deleted; its connections are closed")))]
pub(crate) async fn delete_own_account(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    Body(body): Body<DeleteOwnAccount>,
) -> Answer {
    api.chat.delete_own_account(&actor, &origin, body).await?;
    done()
}
