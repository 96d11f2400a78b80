//! `/v1/conversations/{id}/members`: who is in a conversation, and as what.

use crate::{
    answer::{Answer, created, done, ok, page},
    app::Api,
    extract::{At, Body, InConversation, InMember, Paging, Params, Signed},
};
use axum::{extract::State, http::Uri};
use chinwag_wire::{AddMember, ChangeRole, Conversation, Member, Page};

/// List the members
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}/members", tag = "members", params(InConversation, Paging), responses(
    (status = 200, description = "One page", body = Page<Member>, headers(("Link" = String, description = "The next page (RFC 8288)")))
))]
pub(crate) async fn list_members(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
    uri: Uri,
    Params(paging): Params<Paging>,
) -> Answer {
    page(
        &uri,
        &api.chat
            .members(&actor, at.conversation_id, paging.cursor.as_deref(), paging.limit)
            .await?,
    )
}

/// Add somebody to a group
#[utoipa::path(post, path = "/v1/conversations/{conversation_id}/members", tag = "members", params(InConversation), request_body = AddMember, responses(
    (status = 201, description = "A member now", body = Member, headers(("Location" = String, description = "The member")))
))]
pub(crate) async fn add_member(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
    Body(body): Body<AddMember>,
) -> Answer {
    let member = api.chat.add_member(&actor, at.conversation_id, body).await?;
    created(
        &member,
        &format!("/v1/conversations/{}/members/{}", at.conversation_id, member.account.id),
    )
}

/// Change what a member may do
#[utoipa::path(patch, path = "/v1/conversations/{conversation_id}/members/{account_id}", tag = "members", params(InMember), request_body = ChangeRole, responses(
    (status = 200, description = "As they are now", body = Member)
))]
pub(crate) async fn change_role(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InMember>,
    Body(body): Body<ChangeRole>,
) -> Answer {
    ok(&api
        .chat
        .change_role(&actor, at.conversation_id, at.account_id.or(actor.account), body)
        .await?)
}

/// Remove a member; oneself, to leave
#[utoipa::path(delete, path = "/v1/conversations/{conversation_id}/members/{account_id}", tag = "members", params(InMember), responses(
    (status = 204, description = "No member any more: nothing newer reaches them")
))]
pub(crate) async fn remove_member(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InMember>,
) -> Answer {
    api.chat.remove_member(&actor, at.conversation_id, at.account_id.or(actor.account)).await?;
    done()
}

/// Join a room
#[utoipa::path(post, path = "/v1/conversations/{conversation_id}/join", tag = "members", params(InConversation), responses(
    (status = 200, description = "The room, with oneself in it", body = Conversation)
))]
pub(crate) async fn join(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
) -> Answer {
    ok(&api.chat.join(&actor, at.conversation_id).await?)
}
