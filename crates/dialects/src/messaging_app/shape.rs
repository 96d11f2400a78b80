//! People, messages and chats as this contract writes them.

use super::status::status;
use chinwag_chat::{DirectChat, KeyHolder, Pair};
use chinwag_wire::{AccountId, Content, Message};
use serde_json::{Value, json};

/// Somebody.
pub(super) fn user(person: &KeyHolder) -> Value {
    json!({
        "id": person.account.id,
        "username": person.account.username,
        "publicKey": person.public_key.as_deref().unwrap_or_default(),
        "createdAt": person.created_at,
        "updatedAt": person.updated_at,
    })
}

/// A message, as one of the two sees it.
pub(super) fn message(message: &Message, pair: &Pair, sender_copy: Option<&str>) -> Value {
    let (status, changed_at) = status(message, pair);
    let mut shape = json!({
        "id": message.id(),
        "senderId": message.sender_id,
        "receiverId": receiver(message, pair),
        "encryptedText": text(message),
        "status": status,
        "clientMessageId": client_id(message),
        "timestamp": message.sent_at,
        "createdAt": message.sent_at,
        "updatedAt": changed_at,
    });
    if let Some(copy) = sender_copy {
        shape["senderCopy"] = copy.into();
    }
    shape
}

/// A chat in a list.
pub(super) fn chat(chat: &DirectChat) -> Value {
    let (me, peer) = (chat.pair.mine.account_id, chat.pair.theirs.account_id);
    json!({
        "chatId": chat_id(me, peer),
        "participants": [me, peer],
        "lastMessage": last_message(&chat.last, &chat.pair),
        "unreadCount": chat.unread,
        "createdAt": chat.started_at,
        "updatedAt": chat.last.sent_at,
    })
}

/// With both spellings of its keys.
fn last_message(message: &Message, pair: &Pair) -> Value {
    let (receiver, text) = (receiver(message, pair), text(message));
    json!({
        "id": message.id(),
        "senderId": message.sender_id,
        "sender_id": message.sender_id,
        "receiverId": receiver,
        "receiver_id": receiver,
        "encryptedText": text,
        "encrypted_text": text,
        "status": status(message, pair).0,
        "timestamp": message.sent_at,
    })
}

/// A message that was just stored, for whoever it is for.
pub(super) fn new_message(message: &Message, pair: &Pair) -> Value {
    json!({
        "id": message.id(),
        "senderId": message.sender_id,
        "receiverId": receiver(message, pair),
        "encryptedText": text(message),
        "status": status(message, pair).0,
        "timestamp": message.sent_at,
    })
}

/// Both ids in order.
pub(super) fn chat_id(one: AccountId, other: AccountId) -> String {
    let (low, high) = if one < other { (one, other) } else { (other, one) };
    format!("{low}-{high}")
}

fn receiver(message: &Message, pair: &Pair) -> AccountId {
    let (me, peer) = (pair.mine.account_id, pair.theirs.account_id);
    if message.sender_id == me { peer } else { me }
}

fn text(message: &Message) -> String {
    crate::text::readable(message)
}

/// The id its sender gave it here; one that came from elsewhere has its own.
fn client_id(message: &Message) -> String {
    match &message.content {
        Some(Content::Encrypted(_)) => message.client_id.clone(),
        _ => message.id().to_string(),
    }
}
