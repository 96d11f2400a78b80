//! `/v1/conversations/{id}/messages`: sending, reading, editing, deleting.

use crate::{
    answer::{self, Answer, json, json_bytes, revalidated, with},
    app::Api,
    extract::{
        At, Body, IdempotencyKey, IfMatch, IfNoneMatch, InConversation, InMessage, MaybeSigned,
        Params, Signed, WantsWhole,
    },
};
use axum::{
    extract::State,
    http::{StatusCode, Uri, header},
    response::IntoResponse as _,
};
use chinwag_chat::Viewer;
use chinwag_wire::{
    ConversationId, EditMessage, Message, MessagePage, SendMessage, Sent, Time, frame::History,
};
use serde::Deserialize;

/// Send a message
///
/// Sending with the same `client_id` again, ever, answers 200 with what was stored the first time.
#[utoipa::path(post, path = "/v1/conversations/{conversation_id}/messages", tag = "messages", request_body = SendMessage,
    params(InConversation,
        ("Idempotency-Key" = Option<String>, Header, description = "Another way to give `client_id`"),
        ("Prefer" = Option<String>, Header, description = "`return=representation` answers with the whole message (RFC 7240)")),
    responses(
        (status = 201, description = "Stored, for good", body = Sent, headers(("Location" = String, description = "The message"))),
        (status = 200, description = "It was stored before", body = Sent),
    ))]
pub(crate) async fn send_message(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InConversation>,
    key: IdempotencyKey,
    WantsWhole(whole): WantsWhole,
    Body(mut body): Body<SendMessage>,
) -> Answer {
    key.merge(&mut body.client_id)?;
    let (sent, is_new) = api.chat.send(&actor, at.conversation_id, body).await?;
    let body = if whole {
        json_bytes(&api.chat.message(&Viewer::Account(actor), at.conversation_id, sent.seq).await?)
    } else {
        json_bytes(&sent)
    };
    if !is_new {
        return Ok(json(StatusCode::OK, body));
    }
    let location = format!("/v1/conversations/{}/messages/{}", at.conversation_id, sent.seq);
    Ok(with(json(StatusCode::CREATED, body), header::LOCATION, &location))
}

/// Which part of the history. At most one place may be given; without one, the newest.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct HistoryQuery {
    /// Messages below this number.
    before: Option<i64>,
    /// Messages above this number.
    after: Option<i64>,
    /// Messages on both sides of this number.
    around: Option<i64>,
    /// Messages on both sides of this time.
    #[param(value_type = Option<String>, format = DateTime)]
    at: Option<Time>,
    /// How many; 50 where absent.
    #[param(minimum = 1, maximum = 200)]
    limit: Option<u32>,
}

impl HistoryQuery {
    fn of(self, conversation_id: ConversationId) -> History {
        let Self { before, after, around, at, limit } = self;
        History { conversation_id, before, after, around, at, limit }
    }
}

/// Read the history, a page at a time, oldest first within the page
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}/messages", tag = "messages", security((), ("token" = [])),
    params(InConversation, HistoryQuery), responses(
        (status = 200, description = "One page", body = MessagePage, headers(("Link" = String, description = "Older (`prev`) and newer (`next`) pages (RFC 8288)")))
    ))]
pub(crate) async fn read_history(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InConversation>,
    uri: Uri,
    Params(query): Params<HistoryQuery>,
) -> Answer {
    let page = api.chat.history(&viewer, query.of(at.conversation_id)).await?;
    let response = answer::messages(&page)?;
    let links = links(&uri, &page);
    Ok(if links.is_empty() { response } else { with(response, header::LINK, &links) })
}

fn links(uri: &Uri, page: &MessagePage) -> String {
    let (Some(oldest), Some(newest)) = (page.messages.first(), page.messages.last()) else {
        return String::new();
    };
    let link = |key, message: &Message, relation| {
        let target = answer::replacing(
            uri,
            &["before", "after", "around", "at"],
            key,
            &message.seq.to_string(),
        );
        format!("<{target}>; rel=\"{relation}\"")
    };
    let older = page.more_before.then(|| link("before", oldest, "prev"));
    let newer = page.more_after.then(|| link("after", newest, "next"));
    older.into_iter().chain(newer).collect::<Vec<_>>().join(", ")
}

/// Read one message
#[utoipa::path(get, path = "/v1/conversations/{conversation_id}/messages/{seq}", tag = "messages", security((), ("token" = [])),
    params(InMessage, ("If-None-Match" = Option<String>, Header, description = "The `ETag` one has")), responses(
        (status = 200, description = "The message, or its tombstone", body = Message, headers(("ETag" = String, description = "Its `rev` in quotes"))),
        (status = 304, description = "Unchanged"),
    ))]
pub(crate) async fn read_message(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    At(at): At<InMessage>,
    known: IfNoneMatch,
) -> Answer {
    let message = api.chat.message(&viewer, at.conversation_id, at.seq).await?;
    if !known.has(message.rev) {
        return answer::message(&message);
    }
    let unchanged = StatusCode::NOT_MODIFIED.into_response();
    Ok(revalidated(with(unchanged, header::ETAG, &format!("\"{}\"", message.rev))))
}

/// Edit a message of one's own
#[utoipa::path(patch, path = "/v1/conversations/{conversation_id}/messages/{seq}", tag = "messages", request_body = EditMessage,
    params(InMessage, ("If-Match" = Option<String>, Header, description = "Only if its `ETag` is still this", pattern = r#"^(\*|"[0-9]{1,18}")$"#)), responses(
        (status = 200, description = "As it is now", body = Message, headers(("ETag" = String, description = "Its `rev` in quotes"))),
    ))]
pub(crate) async fn edit_message(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InMessage>,
    IfMatch(rev): IfMatch,
    Body(body): Body<EditMessage>,
) -> Answer {
    answer::message(&api.chat.edit(&actor, at.conversation_id, at.seq, body, rev).await?)
}

/// Delete a message; its tombstone stays
#[utoipa::path(delete, path = "/v1/conversations/{conversation_id}/messages/{seq}", tag = "messages", params(InMessage), responses(
    (status = 200, description = "The tombstone", body = Message, headers(("ETag" = String, description = "Its `rev` in quotes"))),
))]
pub(crate) async fn delete_message(
    State(api): State<Api>,
    Signed(actor): Signed,
    At(at): At<InMessage>,
) -> Answer {
    answer::message(&api.chat.delete(&actor, at.conversation_id, at.seq).await?)
}
