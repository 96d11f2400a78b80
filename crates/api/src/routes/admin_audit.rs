//! `/v1/admin/audit`: what was done with accounts and with the server.

use crate::{
    answer::{Answer, ok, page},
    app::Api,
    extract::{CameFrom, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_chat::AuditFilter;
use chinwag_wire::{AccountId, AuditAct, AuditChain, AuditEntry, Page};
use serde::Deserialize;

/// Which entries.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct AuditQuery {
    /// Those that concern this account.
    account_id: Option<AccountId>,
    /// Those of what this account did; not together with `account_id`.
    actor_id: Option<AccountId>,
    /// Those of this act.
    #[param(inline)]
    act: Option<AuditAct>,
    /// `next_cursor` of the page before.
    #[param(pattern = "^[A-Za-z0-9_-]{32}$")]
    cursor: Option<String>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

/// Read the audit log, newest first
///
/// For admins and owners. Reading it is written down too.
#[utoipa::path(get, path = "/v1/admin/audit", tag = "administration", params(AuditQuery), responses((status = 200, description = "One page", body = Page<AuditEntry>)))]
pub(crate) async fn list_audit(
    State(api): State<Api>,
    Signed(actor): Signed,
    CameFrom(origin): CameFrom,
    uri: Uri,
    Params(query): Params<AuditQuery>,
) -> Answer {
    let AuditQuery { account_id, actor_id, act, cursor, limit } = query;
    let filter = AuditFilter { account: account_id, actor: actor_id, act };
    page(&uri, &api.chat.audit(&actor, &origin, filter, cursor.as_deref(), limit).await?)
}

/// Check that the audit log is whole
///
/// For admins and owners. Each entry carries a hash over itself and the one before it.
#[utoipa::path(get, path = "/v1/admin/audit/chain", tag = "administration", responses((status = 200, description = "What came of it", body = AuditChain)))]
pub(crate) async fn check_audit(State(api): State<Api>, Signed(actor): Signed) -> Answer {
    ok(&api.chat.audit_chain(&actor).await?)
}
