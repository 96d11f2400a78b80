//! `/v1/events`: the live events as server-sent events, for scripts.

use crate::{
    answer::Answer,
    app::Api,
    extract::{MaybeSigned, Params},
};
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::Response,
};
use chinwag_chat::Viewer;
use chinwag_gateway::cursor;
use chinwag_wire::{Code, ConversationId, Positions, Problem};
use futures_util::StreamExt as _;
use serde::Deserialize;
use std::convert::Infallible;

/// Most conversations named in one request.
const MOST: usize = 200;

/// What to listen to.
#[derive(Deserialize, utoipa::IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct EventQuery {
    /// Conversations, separated by commas, 200 at most; where absent, all of one's own. A guest must name rooms.
    #[param(
        pattern = "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}(,[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}){0,199}$"
    )]
    conversations: Option<String>,
    /// The `id` of the last event one has; the header `Last-Event-ID` comes before it.
    #[param(pattern = "^[A-Za-z0-9_-]*$")]
    cursor: Option<String>,
}

/// One event of the stream (WHATWG HTML, 9.2). A line of a lone colon shows that the stream is alive.
#[derive(utoipa::ToSchema)]
#[schema(title = "ServerSentEvent")]
#[expect(dead_code, reason = "described here, written by the gateway as text")]
pub(crate) struct ServerSentEvent {
    /// The position after it.
    id: Option<String>,
    /// Its name, as `event` in `data`.
    event: Option<String>,
    /// The event as JSON, exactly as the WebSocket carries it.
    data: Option<String>,
}

/// Listen to events (server-sent events)
///
/// Each event's `id` is a position: reconnect with it, and nothing is missed or repeated.
#[utoipa::path(get, path = "/v1/events", tag = "live", security((), ("token" = [])),
    params(EventQuery, ("Last-Event-ID" = Option<String>, Header, description = "The `id` of the last event one has")), responses(
        (status = 200, description = "The stream: `id`, `event` and `data` lines", body = ServerSentEvent, content_type = "text/event-stream")
    ))]
pub(crate) async fn stream_events(
    State(api): State<Api>,
    MaybeSigned(viewer): MaybeSigned,
    headers: HeaderMap,
    Params(query): Params<EventQuery>,
) -> Answer {
    let conversations = query
        .conversations
        .as_deref()
        .map(|ids| super::presence::listed::<ConversationId>("conversations", ids, MOST));
    let conversations = conversations.transpose()?;
    if viewer == Viewer::Guest && conversations.is_none() {
        return Err(Problem::from(Code::Unauthenticated)
            .with_detail("Sign in, or name the rooms to listen to in `conversations`.")
            .into());
    }
    let positions = positions(&headers, query.cursor.as_deref())?;
    let events = api.gateway.events(viewer, positions, conversations).await?;
    Ok(stream(Body::from_stream(events.map(|event| Ok::<_, Infallible>(event.render())))))
}

fn positions(headers: &HeaderMap, cursor: Option<&str>) -> Result<Positions, Problem> {
    let given = |cursor: &&str| !cursor.is_empty();
    let header = headers.get("last-event-id").map(|id| id.to_str().unwrap_or("?"));
    let last = header.filter(given).or(cursor.filter(given));
    last.map_or(Ok(Positions::default()), cursor::decode)
}

fn stream(body: Body) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    // Tells nginx to pass events on at once.
    headers.insert("x-accel-buffering", HeaderValue::from_static("no"));
    response
}
