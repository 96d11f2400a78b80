//! Sending, and reading back.

use super::{
    count::count,
    limits::SENDS,
    outcome::{done, found},
    session::{Session, count_request, named, sender, session},
};
use crate::{
    asked::Asked,
    desk::Desk,
    fetched::has_read,
    pages::backwards,
    refusal::{Answer, Refusal, invalid},
    text::readable,
};
use axum::extract::State;
use chinwag_chat::{
    AccountName, Actor, LimitSubject, Named, Posting, Purpose, Viewer, bounds::CONTENT_BYTES,
};
use chinwag_wire::{Code, Content, ConversationId, Message, Problem, SendMessage};
use serde_json::{Value, json};

/// `POST /chat/messages/send`.
pub(super) async fn send(State(desk): State<Desk>, asked: Asked) -> Answer {
    let Session { actor, flavour } = sender(&desk, &asked).await?;
    let of = LimitSubject::Account(actor.account);
    if desk.chat.limit_left(&SENDS, of).remaining == 0 {
        // Before anything is looked up, or kept for a name that nobody has.
        desk.chat.count(&SENDS, of)?;
    }
    let (receiver, content) = match addressed(&desk, &actor, &asked).await {
        Ok(addressed) => addressed,
        Err(refusal) => {
            // What is no message is a request like any other.
            count_request(&desk, &actor)?;
            return Err(refusal);
        }
    };
    desk.chat.count(&SENDS, of)?;
    let (conversation, _) = desk.chat.open_direct(&actor, AccountName::Named(receiver.id)).await?;
    let body = SendMessage {
        client_id: None,
        content,
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    };
    desk.chat.post(&actor, conversation.id, body, Posting::default()).await?;
    Ok(done(flavour, "message sent"))
}

/// For whom a message is, and what it says.
async fn addressed(desk: &Desk, actor: &Actor, asked: &Asked) -> Result<(Named, Content), Refusal> {
    let (receiver, content) = (named(asked, "receiverUsername")?, asked.fields()?.text("content")?);
    if content.is_empty() || content.len() > CONTENT_BYTES {
        return Err(invalid("content"));
    }
    let receiver = desk.chat.name_or_unclaimed(actor, receiver, Purpose::Write).await?;
    if receiver.id == actor.account {
        return Err(Code::Forbidden.into());
    }
    Ok((receiver, Content::Text(content.to_owned())))
}

/// `POST /chat/messages/get`.
pub(super) async fn get(State(desk): State<Desk>, asked: Asked) -> Answer {
    let Session { actor, flavour } = session(&desk, &asked).await?;
    let with = named(&asked, "withUsername")?;
    let wanted = count(asked.fields()?.get("noMsgs"))?;
    let Some(peer) = desk.chat.named(with).await? else {
        return Ok(found(flavour, "message", Vec::new()));
    };
    if desk.chat.has_blocked(&actor, peer.id).await? {
        return Err(Code::Forbidden.into());
    }
    let messages = match desk.chat.pair_with(&actor, peer.id).await? {
        Some(pair) => read(&desk, &actor, pair.conversation, wanted as usize).await?,
        None => Vec::new(),
    };
    let me = desk.chat.me(&actor).await?.username;
    let shown = messages.iter().map(|message| shape(message, &actor, &me, &peer));
    Ok(found(flavour, "message", shown.collect()))
}

/// The newest messages that still say something, newest first. What is fetched has been read.
async fn read(
    desk: &Desk,
    actor: &Actor,
    conversation: ConversationId,
    wanted: usize,
) -> Result<Vec<Message>, Refusal> {
    let messages = newest(desk, actor, conversation, wanted).await?;
    has_read(desk, actor, conversation, &messages).await?;
    Ok(messages)
}

async fn newest(
    desk: &Desk,
    actor: &Actor,
    conversation: ConversationId,
    wanted: usize,
) -> Result<Vec<Message>, Problem> {
    let mut found: Vec<Message> = Vec::new();
    let mut before = None;
    loop {
        let limit = (wanted - found.len()).min(200) as u32;
        let query = backwards(conversation, before, limit);
        let page = desk.chat.history(&Viewer::Account(*actor), query).await?;
        let mut messages = page.messages;
        messages.sort_by_key(|message| std::cmp::Reverse(message.seq));
        before = messages.last().map(|message| message.seq);
        found.extend(messages.into_iter().filter(|message| message.content.is_some()));
        if found.len() >= wanted || !page.more_before {
            return Ok(found);
        }
    }
}

fn shape(message: &Message, actor: &Actor, me: &str, peer: &Named) -> Value {
    let names = [me, &peer.username];
    let [from, to] = if message.sender_id == actor.account { names } else { [names[1], names[0]] };
    json!({
        "from": from,
        "to": to,
        "content": readable(message),
        "id": message.id(),
        "at": message.sent_at,
    })
}
