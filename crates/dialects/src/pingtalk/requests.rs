//! Invites: sent by email address, answered once, listed in one shape.

use super::{
    credentials::{options, signed},
    documents::{request, status},
    outcome::{created, ok},
};
use crate::{
    asked::Asked,
    desk::Desk,
    query,
    refusal::{Answer, Refusal, invalid},
};
use axum::{extract::State, response::Response};
use chinwag_chat::Invite;
use chinwag_wire::{Code, Problem, RequestId, RequestSide, RequestState};
use serde_json::{Value, json};

/// Most characters of what an invite says.
const MESSAGE: usize = 200;

/// `POST /request/invite/send`.
pub(super) async fn send(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let fields = asked.fields()?;
    let email = fields.text("toEmail").ok().filter(|email| !email.is_empty());
    let email = email.ok_or_else(|| invalid("toEmail").in_words("toEmail is required"))?;
    let message = message(fields.get("message"))?;
    let person = desk.chat.person_of_email(email).await?;
    let nobody = || Refusal::from(Code::AccountNotFound).in_words("User not found!");
    let to = person.ok_or_else(nobody)?.account.id;
    if to == actor.account {
        return Err(invalid("toEmail").in_words("You cannot send request to yourself"));
    }
    let letter = options(&desk).invite_mail;
    let invite = desk.chat.invite(&actor, to, message, letter).await.map_err(not_sent)?;
    let invite = invite.ok_or_else(there_already)?;
    Ok(created(&json!({ "message": "Invite sent successfully", "data": request(&invite) })))
}

/// What the sender says, if anything.
fn message(value: Option<&Value>) -> Result<Option<String>, Refusal> {
    match value {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(Value::String(text)) if text.chars().count() <= MESSAGE => Ok(Some(text.clone())),
        Some(_) => {
            let words = "message must be a text of at most 200 characters";
            Err(invalid("message").in_words(words))
        }
    }
}

fn there_already() -> Refusal {
    invalid("toEmail").in_words("Invite request already exists")
}

fn not_sent(problem: Problem) -> Refusal {
    match problem.code {
        // Rejected, and not yet a day ago.
        Code::RequestRejected => there_already(),
        Code::AccountNotFound => Refusal::from(problem).in_words("User not found!"),
        Code::OpeningNotAllowed => Refusal::from(problem).in_words("Not authorized"),
        _ => problem.into(),
    }
}

/// `PATCH /request/respond/:requestId`.
pub(super) async fn respond(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let wanted = asked.fields()?.text("status").ok().filter(|wanted| !wanted.is_empty());
    let accept = match wanted {
        None => return Err(invalid("status").in_words("status is required")),
        Some("accepted") => true,
        Some("rejected") => false,
        Some(_) => {
            let words = "status must be 'accepted' or 'rejected'";
            return Err(invalid("status").in_words(words));
        }
    };
    let nothing =
        || Refusal::from(Code::RequestNotFound).in_words("Request not found or already responded");
    let id = id(&asked).ok_or_else(nothing)?;
    let answered = desk.chat.respond_to_invite(&actor, id, accept).await;
    let invite = answered.map_err(|problem| match problem.code {
        Code::RequestNotFound | Code::RequestAnswered => nothing(),
        _ => problem.into(),
    })?;
    let message = format!("Request {} successfully", status(invite.request.state));
    Ok(ok(&json!({ "message": message, "data": request(&invite) })))
}

fn id(asked: &Asked) -> Option<RequestId> {
    asked.part(3)?.parse().ok()
}

/// `GET /request/invites/sent`.
pub(super) async fn sent(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let invites = desk.chat.invites(&actor, RequestSide::Sent, None).await?;
    Ok(listed("Sent requests retrieved successfully", &invites))
}

/// `GET /request/invites/received`.
pub(super) async fn received(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    let state = match query::value(&asked.query, "status").as_deref() {
        None if options(&desk).received_lists_all => None,
        None | Some("pending") => Some(RequestState::Pending),
        Some("accepted") => Some(RequestState::Accepted),
        Some("rejected") => Some(RequestState::Rejected),
        Some("all") => None,
        Some(_) => {
            let words = "status must be 'pending', 'accepted', 'rejected' or 'all'";
            return Err(invalid("status").in_words(words));
        }
    };
    let invites = desk.chat.invites(&actor, RequestSide::Received, state).await?;
    Ok(listed("Received requests retrieved successfully", &invites))
}

/// One shape for every list.
fn listed(message: &str, invites: &[Invite]) -> Response {
    let data: Value = invites.iter().map(request).collect();
    ok(&json!({ "message": message, "data": data, "count": invites.len(), "source": "database" }))
}

/// `DELETE /request/cancel/:requestId`.
pub(super) async fn cancel(State(desk): State<Desk>, asked: Asked) -> Answer {
    let actor = signed(&desk, &asked).await?;
    asked.fields()?;
    let nothing = || Refusal::from(Code::RequestNotFound).in_words("Request not found");
    let id = id(&asked).ok_or_else(nothing)?;
    match desk.chat.cancel_contact(&actor, id).await {
        Ok(()) => Ok(ok(&json!({ "message": "Request cancelled successfully" }))),
        Err(problem) => Err(match problem.code {
            Code::RequestNotFound if desk.chat.is_invite(id).await? => {
                let words = "You are not allowed to cancel this request";
                Refusal::from(Code::Forbidden).in_words(words)
            }
            Code::RequestNotFound => nothing(),
            Code::RequestAnswered => {
                invalid("requestId").in_words("Only pending requests can be cancelled")
            }
            _ => problem.into(),
        }),
    }
}
