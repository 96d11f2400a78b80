//! Where one stands in a conversation: receipts, what changed since, and typing.

use crate::{
    answer::{Answer, done, ok},
    app::Api,
    extract::{At, Body, InConversation, MaybeSigned, Params, Signed},
};
use axum::extract::State;
use chinwag_wire::{Changes, Mark, Receipt};
use serde::Deserialize;

/// Say how far one has received and read; it only moves forward
#[utoipa::path(put, path = "/v1/conversations/{conversation_id}/receipt", tag = "messages", params(InConversation), request_body = Mark, responses(
    (status = 200, description = "Where one stands now", body = Receipt)
))]
pub(crate) async fn mark(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
    Body(body): Body<Mark>,
) -> Answer {
    ok(&api.chat.mark(&actor, at.conversation_id, body).await?)
}

/// From where to catch up.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// Highest `rev` one has applied; 0 for everything.
    #[param(minimum = 0)]
    pub(crate) rev: i64,
}

/// Read what changed since a `rev`, however long ago that was
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}/changes", tag = "messages", security((), ("token" = [])), params(InConversation, Since), responses(
    (status = 200, description = "The changes, each thing once in its newest state; ask again from `rev` while `more`", body = Changes)
))]
pub(crate) async fn read_changes(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InConversation>,
    Params(since): Params<Since>,
) -> Answer {
    ok(&api.chat.sync(&viewer, at.conversation_id, since.rev).await?)
}

/// Says that one is typing.
#[derive(Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetTyping {
    /// False when one stopped; it ends by itself after 6 seconds.
    typing: bool,
}

/// Tell the others that one is typing
#[utoipa::path(post, path = "/v1/conversations/{conversation_id}/typing", tag = "messages", params(InConversation), request_body = SetTyping, responses(
    (status = 204, description = "Told")
))]
pub(crate) async fn set_typing(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
    Body(body): Body<SetTyping>,
) -> Answer {
    api.gateway.typing(&actor, at.conversation_id, body.typing).await?;
    done()
}
