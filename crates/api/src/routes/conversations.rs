//! `/v1/conversations`: opening, listing, reading and changing them.

use crate::{
    answer::{Answer, created, ok, page},
    app::Api,
    extract::{At, Body, IdempotencyKey, InConversation, MaybeSigned, Paging, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{Conversation, CreateConversation, Page, UpdateConversation};

/// Open a direct conversation, or make a group or a room
///
/// There is one direct conversation for each pair, ever: opening it again answers 200 with the same one.
#[utoipa::path(post, path = "/v1/conversations", tag = "conversations", request_body = CreateConversation,
    params(("Idempotency-Key" = Option<String>, Header, description = "Another way to give `client_id`")),
    responses(
        (status = 201, description = "Made", body = Conversation, headers(("Location" = String, description = "The conversation"))),
        (status = 200, description = "It was there already", body = Conversation),
    ))]
pub(crate) async fn create_conversation(
    State(api): State<Api>,
    Signed(actor): Signed,
    key: IdempotencyKey,
    Body(mut body): Body<CreateConversation>,
) -> Answer {
    key.merge(&mut body.client_id)?;
    let (conversation, is_new) = api.chat.create_conversation(&actor, body).await?;
    if is_new {
        created(&conversation, &format!("/v1/conversations/{}", conversation.id))
    } else {
        ok(&conversation)
    }
}

/// List one's conversations, most recently active first
#[utoipa::path(get, path = "/v1/conversations", tag = "conversations", params(Paging), responses(
    (status = 200, description = "One page", body = Page<Conversation>, headers(("Link" = String, description = "The next page (RFC 8288)")))
))]
pub(crate) async fn list_conversations(
    State(api): State<Api>,
    Signed(actor): Signed,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(&uri, &api.chat.conversations(&actor, paging.cursor.as_deref(), paging.limit).await?)
}

/// Read a conversation; guests may read rooms that let them
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}", tag = "conversations", security((), ("token" = [])), params(InConversation), responses(
    (status = 200, description = "The conversation as one sees it", body = Conversation)
))]
pub(crate) async fn read_conversation(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InConversation>,
) -> Answer {
    ok(&api.chat.conversation(&viewer, at.conversation_id).await?)
}

/// Rename a group or room, or open it to guests
#[utoipa::path(patch, path = "/v1/conversations/{conversation_id}", tag = "conversations", params(InConversation), request_body = UpdateConversation, responses(
    (status = 200, description = "As it is now", body = Conversation)
))]
pub(crate) async fn update_conversation(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
    Body(body): Body<UpdateConversation>,
) -> Answer {
    ok(&api.chat.update_conversation(&actor, at.conversation_id, body).await?)
}
