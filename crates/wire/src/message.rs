//! Messages and receipts as both ends see them.

use crate::{AccountId, ConversationId, File, FileId, Time};
use serde::{Deserialize, Serialize};

/// What a message says. The server never parses `encrypted`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Content {
    /// Plain text, 1 to 65,536 bytes; may be empty beside attachments.
    Text(String),
    /// An opaque encrypted envelope, 1 to 65,536 bytes of text.
    Encrypted(String),
}

/// An entry of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Message {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Its number: 1, 2, 3, … without a gap.
    pub seq: i64,
    /// The change that last touched it.
    pub rev: i64,
    /// Who wrote it.
    pub sender_id: AccountId,
    /// The id its sender gave it.
    pub client_id: String,
    /// When it was stored; strictly increasing within the conversation.
    pub sent_at: Time,
    /// What it says; absent once deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Content>,
    /// Subject line, where one was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Number of the message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// What is attached, in the order its sender gave.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<File>,
    /// When it was last edited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<Time>,
    /// When it was deleted: what remains is this tombstone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deleted_at: Option<Time>,
}

/// Sends a message. Sending the same `client_id` again, ever, returns the message stored first.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SendMessage {
    /// Unique for this sender in this conversation, 1 to 64 characters. Over HTTP the `Idempotency-Key` header serves as well; made by the server where both are absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
    /// What it says.
    pub content: Content,
    /// Subject line, 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Number of the message it answers.
    #[serde(
        default,
        deserialize_with = "crate::json::whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub reply_to: Option<i64>,
    /// Files to attach: uploaded by the sender before, and part of no other message; at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10)]
    pub attachments: Vec<FileId>,
}

/// What a send is answered with: the same for every repetition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Sent {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The number it was given.
    pub seq: i64,
    /// When it was stored.
    pub sent_at: Time,
}

/// Replaces the content of a message of one's own.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EditMessage {
    /// What it shall say.
    pub content: Content,
}

/// Moves one's watermarks forward; they never move back, and never past the newest message.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Mark {
    /// Received up to here.
    #[serde(
        default,
        deserialize_with = "crate::json::whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub delivered: Option<i64>,
    /// Read up to here; received too.
    #[serde(
        default,
        deserialize_with = "crate::json::whole",
        skip_serializing_if = "Option::is_none"
    )]
    pub read: Option<i64>,
}

/// A member's watermarks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Receipt {
    /// Whose.
    pub account_id: AccountId,
    /// Received up to here.
    pub delivered: i64,
    /// Read up to here.
    pub read: i64,
}
