//! `/v1/blocks`: whom one does not want to hear from.

use crate::{
    answer::{Answer, done, page},
    app::Api,
    extract::{At, InAccount, Paging, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{Account, Page};

/// List whom one has blocked
#[utoipa::path(get, path = "/v1/blocks", tag = "blocks", params(Paging), responses((status = 200, description = "One page", body = Page<Account>)))]
pub(crate) async fn list_blocks(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(&uri, &api.chat.blocks(&actor, paging.cursor.as_deref(), paging.limit).await?)
}

/// Block an account; it is not told
#[utoipa::path(put, path = "/v1/blocks/{account_id}", tag = "blocks", params(InAccount), responses((status = 204, description = "Blocked")))]
pub(crate) async fn block(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InAccount>,
) -> Answer {
    api.chat.block(&actor, at.account_id).await?;
    done()
}

/// Lift a block
#[utoipa::path(delete, path = "/v1/blocks/{account_id}", tag = "blocks", params(InAccount), responses((status = 204, description = "Not blocked")))]
pub(crate) async fn unblock(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InAccount>,
) -> Answer {
    api.chat.unblock(&actor, at.account_id).await?;
    done()
}
