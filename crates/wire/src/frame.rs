//! The frames of the native socket, `/v1/socket`: one JSON object each. A client sends commands,
//! each with an id of its own; the server answers each with a reply of the same id, and sends events.

use crate::{
    AccountId, Changes, Content, Conversation, ConversationId, FileId, OwnAccount, Positions,
    Presence, PresenceState, Problem, RequestId, RequestSide, SessionId,
};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// A command: `{"id": 7, "do": "send", "with": {…}}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CommandFrame<'a> {
    /// Chosen by the client; its reply carries the same.
    pub id: u64,
    /// Name of the command.
    #[serde(rename = "do", borrow)]
    pub name: std::borrow::Cow<'a, str>,
    /// Its parameters, an object.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub with: Option<&'a RawValue>,
}

/// A reply: `{"id": 7, "ok": {…}}` or `{"id": 7, "error": {…}}`.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct ReplyFrame<T> {
    /// The command's id.
    pub id: u64,
    /// What it answers.
    #[serde(default = "none", skip_serializing_if = "Option::is_none")]
    pub ok: Option<T>,
    /// Why it was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<Problem>,
}

fn none<T>() -> Option<T> {
    None
}

/// Command `hello`, the first frame: who connects, and what they already have.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Hello {
    /// Access token; absent for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
    /// What the client already has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub positions: Option<Positions>,
    /// Presence to appear with; `online` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub presence: Option<PresenceState>,
}

/// Reply to `hello`: who one is, where every conversation stands, and what changed since the positions.
/// The subscription began before this was read: events that arrive after it and are already in it carry a `rev` that the client has.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Ready {
    /// One's own account; absent for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<OwnAccount>,
    /// One's session; absent for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// How far one's account has come: what changed of it since an earlier number is asked for with
    /// `sync_account`. Absent for a guest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_rev: Option<i64>,
    /// The epoch of the positions in this frame.
    pub epoch: String,
    /// True when the positions given, if any, hold; false when the client must start over.
    pub resumed: bool,
    /// Where each conversation stands; the newest 200, others through `conversations`.
    pub conversations: Vec<Head>,
    /// What changed since each position given.
    pub changes: Vec<Changes>,
    /// Conversations of the positions given that one is no longer in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub left: Vec<ConversationId>,
    /// Who of those one may see is connected.
    pub presence: Vec<Presence>,
    /// The server sends a heartbeat this often, in seconds; silence for twice as long means the connection is dead.
    pub heartbeat_seconds: u64,
}

/// Where a conversation stands, as a number each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Head {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// Number of its newest message.
    pub seq: i64,
    /// Number of its newest change.
    pub rev: i64,
    /// One's own read watermark.
    pub read: i64,
}

/// Server frame `{"heartbeat": {…}}`: the heads of conversations that changed since the last one on this connection.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct HeartbeatFrame {
    /// Its content.
    pub heartbeat: Heartbeat,
}

/// What a heartbeat carries.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Heartbeat {
    /// `[conversation, rev]` of conversations that moved since the last heartbeat.
    pub heads: Vec<(ConversationId, i64)>,
}

/// Server frame `{"closing": {…}}`, the last before the connection closes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ClosingFrame {
    /// Its content.
    pub closing: Closing,
}

/// Why the server closes, and when to come back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Closing {
    /// Why.
    pub code: crate::Code,
    /// Wait this many milliseconds, then reconnect and resume; absent if reconnecting cannot help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reconnect_after_ms: Option<u64>,
}

/// Names a conversation: commands `read_conversation`, `join`, `leave`, `watch`, `unwatch`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InConversation {
    /// The conversation.
    pub conversation_id: ConversationId,
}

/// Command `authors`: the names of those who wrote what one may read. Answered with a page of accounts.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Authors {
    /// Where they wrote.
    pub conversation_id: ConversationId,
    /// Whose names, 100 at most.
    pub account_ids: Vec<AccountId>,
}

/// Command `send`.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Send {
    /// Where to.
    pub conversation_id: ConversationId,
    /// Unique for this sender in this conversation, 1 to 64 characters.
    pub client_id: String,
    /// What it says.
    pub content: Content,
    /// Subject line, 1 to 256 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// Number of the message it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<i64>,
    /// Files to attach: uploaded by the sender before, and part of no other message; at most 10.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(max_items = 10)]
    pub attachments: Vec<FileId>,
}

/// Command `edit`.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Edit {
    /// Where.
    pub conversation_id: ConversationId,
    /// Which message.
    pub seq: i64,
    /// What it shall say.
    pub content: Content,
}

/// Command `delete`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Delete {
    /// Where.
    pub conversation_id: ConversationId,
    /// Which message.
    pub seq: i64,
}

/// Command `mark`: moves one's watermarks.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MarkIn {
    /// Where.
    pub conversation_id: ConversationId,
    /// Received up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivered: Option<i64>,
    /// Read up to here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read: Option<i64>,
}

/// Command `typing`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TypingIn {
    /// Where.
    pub conversation_id: ConversationId,
    /// False when one stopped.
    pub typing: bool,
}

/// Command `sync`: what changed in a conversation since a position. Answered with [`Changes`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Sync {
    /// Where.
    pub conversation_id: ConversationId,
    /// Highest `rev` applied.
    pub rev: i64,
}

/// Command `sync_account`: what changed of one's account since a position. Answered with [`crate::AccountChanges`].
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SyncAccount {
    /// Highest `account_rev` applied.
    pub rev: i64,
}

/// Command `history`: a page of messages. At most one of the four places may be given; without one, the newest.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct History {
    /// Where.
    pub conversation_id: ConversationId,
    /// Messages below this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<i64>,
    /// Messages above this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<i64>,
    /// Messages on both sides of this number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub around: Option<i64>,
    /// Messages on both sides of this time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<crate::Time>,
    /// How many, 1 to 200; 50 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Command `conversations`: a page of one's conversations. Answered with a page of [`Conversation`].
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListConversations {
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Command `contact_requests`: a page of those one sent or received, newest first.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListRequests {
    /// Which.
    pub side: RequestSide,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Command `contacts`: a page of one's contacts, newest first.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ListContacts {
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Names a contact request: commands `accept_contact`, `reject_contact`, `cancel_contact`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfRequest {
    /// The request.
    pub request_id: RequestId,
}

/// Names an account: command `remove_contact`.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfAccount {
    /// The account.
    pub account_id: AccountId,
}

/// Command `profile`: what somebody says of themselves. Answered with a [`crate::Profile`].
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OfWhom {
    /// Whose; one's own where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
}

/// Command `search_accounts`: people by the beginning of a name. Answered with a page of accounts.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SearchAccounts {
    /// How a username, a name or a word of it begins, or a whole email address; 1 to 100 characters.
    pub prefix: String,
    /// `next_cursor` of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// How many, 1 to 200; 50 where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// Command `presence`: how one wants to appear.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetPresence {
    /// `online`, `away` or `busy`.
    pub state: PresenceState,
}

/// Reply to `watch`: the room as a guest sees it.
pub type Watched = Conversation;
