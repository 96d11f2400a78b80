//! What was said in a chat: the newest messages, or those before or after one. Whoever fetches has read.

use super::{
    chats::{find, not_in_it},
    credentials::{caller, own_page},
    documents::message,
    files::Inlined,
    outcome::ok,
};
use crate::{
    asked::Asked,
    desk::Desk,
    fetched::has_read,
    pages::{backwards, forwards},
    query,
    refusal::{Answer, Refusal, invalid},
};
use axum::{
    extract::State,
    http::{HeaderName, HeaderValue},
};
use chinwag_chat::{Actor, Viewer};
use chinwag_wire::{ConversationId, Message, MessageId, Problem};
use serde_json::Value;

/// Most messages of an answer, and how many where nothing is asked.
const MOST: usize = 1_000;
/// Messages that are read at once.
const PAGE: usize = 200;
const HAS_MORE: HeaderName = HeaderName::from_static("x-has-more");

/// Where a page begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum From {
    /// At the newest message, or before this one, and backwards.
    Back(Option<i64>),
    /// After this one, and forwards.
    On(i64),
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Wanted {
    from: From,
    limit: usize,
    /// Whether files are in it.
    inline: bool,
}

impl Wanted {
    fn read(query: &str, chat: ConversationId) -> Result<Self, Refusal> {
        let limit = match query::value(query, "limit") {
            None => Some(MOST),
            Some(limit) => limit.parse().ok().filter(|limit| (1..=MOST).contains(limit)),
        };
        let limit = limit.ok_or_else(|| invalid("limit"))?;
        let before = place(query, "before", chat)?;
        let from = match (before, place(query, "after", chat)?) {
            (Some(_), Some(_)) => return Err(invalid("before")),
            (None, Some(after)) => From::On(after),
            (before, None) => From::Back(before),
        };
        let inline = query::value(query, "files").as_deref() != Some("url");
        Ok(Self { from, limit, inline })
    }
}

/// The number of the message that a key names.
fn place(query: &str, key: &str, chat: ConversationId) -> Result<Option<i64>, Refusal> {
    let Some(text) = query::value(query, key) else { return Ok(None) };
    let id = text.parse().ok().map(MessageId);
    let here = id.filter(|id| chat.0.as_bytes().ends_with(&id.conversation_tail()));
    here.map(|id| Some(id.seq())).ok_or_else(|| invalid(key))
}

/// `GET /chat/messages/:chatId`.
pub(super) async fn messages(State(desk): State<Desk>, asked: Asked) -> Answer {
    // Whoever reads has read: that is a change.
    own_page(&desk, &asked)?;
    let actor = caller(&desk, &asked).await?;
    let chat = find(&desk, &asked.part(3).unwrap_or_default()).await?;
    let wanted = Wanted::read(&asked.query, chat);
    // Whose it is comes before what is wrong with the question.
    let readers = desk.chat.readers(&actor, chat).await.map_err(not_in_it)?;
    let wanted = wanted?;
    let (found, more) = collect(&desk, &actor, chat, wanted).await?;
    let readers = match has_read(&desk, &actor, chat, &found).await? {
        true => desk.chat.readers(&actor, chat).await?,
        false => readers,
    };
    let has_files = wanted.inline && found.iter().any(|said| !said.attachments.is_empty());
    let turn = if has_files { desk.turn_to_read().await } else { None };
    let files = Inlined::read(&desk, &actor, &found, turn.is_some()).await;
    let shape = |said: &Message| message(said, &readers, files.of(said));
    let mut response = ok(&found.iter().map(shape).collect::<Value>());
    if more {
        response.headers_mut().insert(HAS_MORE, HeaderValue::from_static("true"));
    }
    Ok(response)
}

/// The messages, oldest first, and whether there are more that way.
async fn collect(
    desk: &Desk,
    actor: &Actor,
    chat: ConversationId,
    wanted: Wanted,
) -> Result<(Vec<Message>, bool), Problem> {
    let viewer = Viewer::Account(*actor);
    let (mut found, mut from): (Vec<Message>, _) = (Vec::new(), wanted.from);
    loop {
        let limit = (wanted.limit - found.len()).min(PAGE) as u32;
        let query = match from {
            From::Back(before) => backwards(chat, before, limit),
            From::On(after) => forwards(chat, after, limit),
        };
        let page = desk.chat.history(&viewer, query).await?;
        let more = match (&mut from, page.messages.first(), page.messages.last()) {
            (From::Back(before), Some(first), _) => {
                *before = Some(first.seq);
                page.more_before
            }
            (From::On(after), _, Some(last)) => {
                *after = last.seq;
                page.more_after
            }
            _ => false,
        };
        // What was deleted is not there: it takes nobody's place.
        let kept = page.messages.into_iter().filter(|message| message.content.is_some());
        match from {
            From::Back(_) => drop(found.splice(0..0, kept)),
            From::On(_) => found.extend(kept),
        }
        if !more || found.len() >= wanted.limit {
            return Ok((found, more));
        }
    }
}
