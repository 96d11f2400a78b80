//! `/v1/admin/accounts`: what staff does with accounts.

use crate::{
    answer::{Answer, done, ok, page},
    app::Api,
    extract::{At, Body, CameFrom, InAccount, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_chat::AccountFilter;
use chinwag_wire::{ChangeInstanceRole, InstanceRole, ManagedAccount, Page, Suspend};
use serde::Deserialize;

/// Which accounts.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AccountQuery {
    /// The beginning of a username, or, for admins and owners, a whole email address.
    #[param(max_length = 256, pattern = r"^[^\u0000]*$")]
    find: Option<String>,
    /// Those of this role.
    #[param(inline)]
    role: Option<InstanceRole>,
    /// Only suspended ones.
    suspended: Option<bool>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// List accounts, the youngest first
///
/// For all staff; email addresses for admins and owners.
#[utoipa::path(get, path = "/v1/admin/accounts", tag = "administration", params(AccountQuery), responses((status = 200, description = "One page", body = Page<ManagedAccount>)))]
pub(crate) async fn list_accounts(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    uri: Uri,
    Params(query): Params<AccountQuery>,
) -> Answer {
    let AccountQuery { find, role, suspended, cursor, limit } = query;
    let filter = AccountFilter { find, role, suspended: suspended.unwrap_or(false) };
    let cursor = cursor.as_deref();
    page(&uri, &api.chat.managed_accounts(&actor, &origin, filter, cursor, limit).await?)
}

/// Look at an account
///
/// For all staff; the email address for admins and owners.
#[utoipa::path(get, path = "/v1/admin/accounts/{account_id}", tag = "administration", params(InAccount), responses((status = 200, description = "The account", body = ManagedAccount)))]
pub(crate) async fn read_managed_account(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InAccount>,
) -> Answer {
    ok(&api.chat.managed_account(&actor, &origin, at.account_id).await?)
}

/// Delete an account, for good
///
/// For admins and owners, of those below them.
#[utoipa::path(delete, path = "/v1/admin/accounts/{account_id}", tag = "administration", params(InAccount), responses((status = 204, description = "Deleted; its connections are closed")))]
pub(crate) async fn delete_account(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InAccount>,
) -> Answer {
    api.chat.delete_account(&actor, &origin, at.account_id).await?;
    done()
}

/// Suspend an account: it is signed out everywhere and cannot sign in
///
/// For all staff, of those below them.
#[utoipa::path(put, path = "/v1/admin/accounts/{account_id}/suspension", tag = "administration", params(InAccount), request_body = Suspend, responses((status = 204, description = "Suspended; its connections are closed")))]
pub(crate) async fn suspend(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InAccount>,
    Body(body): Body<Suspend>,
) -> Answer {
    api.chat.suspend(&actor, &origin, at.account_id, body).await?;
    done()
}

/// Let a suspended account sign in again
///
/// For all staff, of those below them.
#[utoipa::path(delete, path = "/v1/admin/accounts/{account_id}/suspension", tag = "administration", params(InAccount), responses((status = 204, description = "Not suspended")))]
pub(crate) async fn unsuspend(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InAccount>,
) -> Answer {
    api.chat.unsuspend(&actor, &origin, at.account_id).await?;
    done()
}

/// Sign an account out everywhere
///
/// For all staff, of those below them.
#[utoipa::path(delete, path = "/v1/admin/accounts/{account_id}/sessions", tag = "administration", params(InAccount), responses((status = 204, description = "Its sessions have ended; its connections are closed")))]
pub(crate) async fn sign_out_account(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InAccount>,
) -> Answer {
    api.chat.sign_out_account(&actor, &origin, at.account_id).await?;
    done()
}

/// Give an account another role on the server
///
/// Admins make moderators; owners make admins and owners. One owner remains.
#[utoipa::path(put, path = "/v1/admin/accounts/{account_id}/role", tag = "administration", params(InAccount), request_body = ChangeInstanceRole, responses((status = 200, description = "The account", body = ManagedAccount)))]
pub(crate) async fn change_instance_role(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    At(at): At<InAccount>,
    Body(body): Body<ChangeInstanceRole>,
) -> Answer {
    ok(&api.chat.change_instance_role(&actor, &origin, at.account_id, body).await?)
}
