//! People, requests, chats and messages as this contract writes them: documents with four keys in common.

use chinwag_chat::{Invite, Overview, Reader, WholeProfile};
use chinwag_wire::{AccountId, ContactRequest, Content, File, Kind, Message, RequestState, Role};
use serde_json::{Value, json};

/// Where files are, as documents say it on every listener alike.
pub(crate) const FILES: &str = "/chat/files/";
/// What an invite says whose sender says nothing.
const WORDS: &str = "Shall we talk?";

/// A profile, with the address of its picture.
pub(super) fn profile(whole: &WholeProfile, picture: &str) -> Value {
    let (first, last) = whole.names();
    let profile = &whole.profile;
    json!({
        "_id": profile.id,
        "userId": profile.id,
        "firstName": first,
        "lastName": last,
        "about": profile.about.as_deref().unwrap_or_default(),
        "profilePic": picture,
        "age": profile.age,
        "gender": profile.gender,
        "createdAt": whole.created_at,
        "updatedAt": profile.updated_at,
        "__v": 0,
    })
}

/// A request.
pub(super) fn request(invite: &Invite) -> Value {
    let ContactRequest { id, from, to, text, state, created_at, answered_at, .. } = &invite.request;
    let to: Option<AccountId> = to.as_ref().map(|to| to.id);
    json!({
        "_id": id,
        "fromUserId": from.id,
        "toUserId": to,
        "status": status(*state),
        "message": text.as_deref().unwrap_or(WORDS),
        "inviteSent": invite.told,
        "emailSent": invite.told,
        "createdAt": created_at,
        "updatedAt": answered_at.unwrap_or(*created_at),
        "__v": 0,
    })
}

/// A chat.
pub(super) fn chat(overview: &Overview) -> Value {
    let Overview { id, kind, name, people, last, created_at, updated_at } = overview;
    let participants: Vec<AccountId> = people.iter().map(|(account, _)| *account).collect();
    let admins = people.iter().filter(|(_, role)| *role >= Role::Admin);
    let mut shape = json!({
        "_id": id,
        "chatType": if *kind == Kind::Direct { "direct" } else { "group" },
        "participants": participants,
        "admins": admins.map(|(account, _)| *account).collect::<Vec<_>>(),
        "lastMessage": last,
        "createdAt": created_at,
        "updatedAt": updated_at,
        "__v": 0,
    });
    if let Some(name) = name {
        shape["name"] = name.as_str().into();
    }
    shape
}

/// A message, who of these have read it, and its file in base 64 where it has one.
pub(super) fn message(said: &Message, readers: &[Reader], data: Option<String>) -> Value {
    let has_read = |reader: &&Reader| {
        reader.account != said.sender_id && (reader.from..=reader.upto).contains(&said.seq)
    };
    let others = readers.iter().filter(has_read).map(|reader| reader.account);
    let mut shape = json!({
        "_id": said.id(),
        "chatId": said.conversation_id,
        "senderId": said.sender_id,
        "readBy": std::iter::once(said.sender_id).chain(others).collect::<Vec<_>>(),
        "createdAt": said.sent_at,
        "updatedAt": said.edited_at.unwrap_or(said.sent_at),
        "__v": 0,
    });
    let text = text(said);
    if !text.is_empty() {
        shape["text"] = text.into();
    }
    if let Some(file) = said.attachments.first() {
        shape["file"] = self::file(file, data.unwrap_or_default());
    }
    shape
}

/// What a message says. It shows one file; where it has more, their names are said.
fn text(said: &Message) -> String {
    let words = match &said.content {
        Some(Content::Text(text) | Content::Encrypted(text)) => text.as_str(),
        None => "",
    };
    let more = said.attachments.iter().skip(1).map(|file| format!("[file: {}]", file.name));
    let parts = std::iter::once(words.to_owned()).chain(more).filter(|part| !part.is_empty());
    parts.collect::<Vec<_>>().join("\n")
}

fn file(file: &File, data: String) -> Value {
    json!({
        "data": data,
        "name": file.name,
        "mimeType": file.media_type,
        "size": file.size,
        "url": format!("{FILES}{}", file.id),
    })
}

/// The word for what became of a request.
pub(super) fn status(state: RequestState) -> &'static str {
    match state {
        RequestState::Pending => "pending",
        RequestState::Accepted => "accepted",
        RequestState::Rejected => "rejected",
    }
}
