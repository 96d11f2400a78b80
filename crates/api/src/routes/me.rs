//! `/v1/me`: one's own account.

use crate::{
    answer::{Answer, done, ok, page},
    app::Api,
    extract::{Body, CameFrom, Paging, Params, Signed},
};
use axum::{
    body::Body as Answered,
    extract::State,
    http::{HeaderValue, Uri, header},
    response::Response,
};
use bytes::Bytes;
use chinwag_chat::Export;
use chinwag_wire::{
    AuditEntry, ChangePassword, DeleteOwnAccount, OwnAccount, Page, Problem, SignInAttempt,
};

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

/// Take everything the server knows of one's account
///
/// Lines of JSON, each with a `type`. The last one is of type `end` and says how many there were; without it the export is torn.
#[utoipa::path(post, path = "/v1/me/export", tag = "me", responses((status = 200, description = "The lines", body = String, content_type = "application/x-ndjson")))]
pub(crate) async fn export(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
) -> Answer {
    let lines = lines(api.chat.export(&actor, &origin).await?);
    let mut response = Response::new(Answered::from_stream(lines));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-ndjson"));
    let name = "attachment; filename=\"chinwag-export.jsonl\"";
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(name));
    Ok(response)
}

fn lines(export: Export) -> impl futures_util::Stream<Item = Result<Bytes, Problem>> {
    futures_util::stream::try_unfold(export, async |mut export| {
        Ok(export.next().await?.map(|lines| (lines.into(), export)))
    })
}
