//! Sending once and only once, and following a message.

use super::{
    credentials::{actor, options},
    faults::Faults,
    limits::{MESSAGES, Meter, TOO_MANY_MESSAGES, requests},
    outcome::{again, created, ok},
    shape,
    status::ALL,
    validate::{NewMessage, new_message, username},
};
use crate::{
    asked::Asked,
    desk::Desk,
    refusal::{Answer, Refusal, invalid},
};
use axum::extract::State;
use chinwag_chat::{AccountName, Actor, KeyHolder, LimitSubject, Pair, Posting, Step, Viewer};
use chinwag_wire::{Code, Content, Message, MessageId, Problem, SendMessage};
use serde_json::Value;
use uuid::Uuid;

/// `POST /messages`.
pub(super) async fn send(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = sent(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn sent(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    let actor = actor(desk, asked).await?;
    let me = LimitSubject::Account(actor.account);
    meter.count(desk, &requests(options(desk)), me, None)?;
    meter.count(desk, &MESSAGES, me, Some(TOO_MANY_MESSAGES))?;
    let (receiver, message) = read(desk, asked).await?;
    if receiver.account.id == actor.account {
        return Err(invalid("receiverUsername").in_words("Cannot send a message to yourself"));
    }
    let body = SendMessage {
        client_id: Some(message.client_id.to_owned()),
        content: Content::Encrypted(message.encrypted_text.to_owned()),
        subject: None,
        reply_to: None,
        attachments: Vec::new(),
    };
    let how = Posting { sender_copy: message.sender_copy.map(str::to_owned), first_wins: true };
    let peer = AccountName::Id(receiver.account.id);
    let (conversation, _) = desk.chat.open_direct(&actor, peer).await.map_err(not_allowed)?;
    let (sent, is_new) =
        desk.chat.post(&actor, conversation.id, body, how).await.map_err(not_allowed)?;
    let viewer = Viewer::Account(actor);
    let stored = desk.chat.message(&viewer, conversation.id, sent.seq).await?;
    let shape = shown(desk, &actor, &stored).await?;
    Ok(match is_new {
        true => created(shape),
        false => again(shape, "Message already sent (idempotent response)"),
    })
}

/// For whom a message is, and what it says. A name that is none is told from one that nobody has.
async fn read<'f>(desk: &Desk, asked: &'f Asked) -> Result<(KeyHolder, NewMessage<'f>), Refusal> {
    let fields = asked.fields()?;
    let mut faults = Faults::default();
    let name = faults.text(fields, "receiverUsername");
    let receiver = match name {
        Some(name) => desk.chat.key_holder_named(name).await?,
        None => None,
    };
    if let (Some(name), None) = (name, &receiver) {
        username("receiverUsername", name, &mut faults);
    }
    let message = new_message(fields, &mut faults);
    faults.none()?;
    let nobody = || Refusal::from(Code::AccountNotFound).in_words("Receiver not found");
    Ok((receiver.ok_or_else(nobody)?, message.ok_or(Code::Invalid)?))
}

fn not_allowed(problem: Problem) -> Refusal {
    match problem.code {
        Code::OpeningNotAllowed | Code::SendingNotAllowed | Code::Forbidden => {
            Refusal::from(problem).in_words("Message not allowed")
        }
        _ => problem.into(),
    }
}

/// A message as its sender or receiver sees it now.
async fn shown(desk: &Desk, actor: &Actor, message: &Message) -> Result<Value, Problem> {
    let pair = desk.chat.pair(actor, message.conversation_id).await?;
    let place = (message.conversation_id, message.seq);
    let copies = desk.chat.sender_copies(actor, &[place]).await?;
    Ok(shape::message(message, &pair, copies.first().map(|(_, copy)| copy.as_str())))
}

/// `PATCH /messages/:id/status`.
pub(super) async fn set_status(State(desk): State<Desk>, asked: Asked) -> Answer {
    let mut meter = Meter::default();
    let answer = status_set(&desk, &asked, &mut meter).await;
    meter.show(desk.chat.clock().now(), answer)
}

async fn status_set(desk: &Desk, asked: &Asked, meter: &mut Meter) -> Answer {
    let actor = actor(desk, asked).await?;
    meter.count(desk, &requests(options(desk)), LimitSubject::Account(actor.account), None)?;
    let mut faults = Faults::default();
    let wanted = faults.text(asked.fields()?, "status");
    let known = wanted.and_then(|wanted| ALL.into_iter().find(|status| *status == wanted));
    if let (Some(wanted), None) = (wanted, known) {
        faults.not_one_of("status", wanted, &ALL);
    }
    faults.none()?;
    let wanted = known.ok_or(Code::Invalid)?;
    let (message, _) = find(desk, &actor, &asked.part(2).unwrap_or_default()).await?;
    if wanted == "sent" {
        return Ok(ok(shown(desk, &actor, &message).await?));
    }
    if message.sender_id == actor.account {
        return Err(unauthorized());
    }
    let step = if wanted == "read" { Step::Read } else { Step::Delivered };
    desk.chat.mark_these(&actor, message.conversation_id, &[message.seq], step).await?;
    Ok(ok(shown(desk, &actor, &message).await?))
}

/// A message of one's own, sent or received, with the two that it is between.
///
/// # Errors
/// Not found, or not one's own.
pub(super) async fn find(desk: &Desk, actor: &Actor, id: &str) -> Result<(Message, Pair), Refusal> {
    let unknown = || Refusal::from(Code::MessageNotFound).in_words("Message not found");
    let id = id.parse::<Uuid>().map(MessageId).map_err(|_| unknown())?;
    let found = match desk.chat.message_by_id(&Viewer::Account(*actor), id).await {
        Ok(message) => {
            let pair = desk.chat.pair(actor, message.conversation_id).await;
            pair.map(|pair| (message, pair))
        }
        Err(problem) => Err(problem),
    };
    match found {
        Ok(found) => Ok(found),
        Err(problem) => match problem.code {
            Code::MessageNotFound | Code::ConversationNotFound => {
                Err(if desk.chat.is_message(id).await? { unauthorized() } else { unknown() })
            }
            _ => Err(problem.into()),
        },
    }
}

fn unauthorized() -> Refusal {
    Refusal::from(Code::Forbidden).in_words("Unauthorized to update message status")
}
