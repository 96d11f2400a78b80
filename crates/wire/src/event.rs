//! What clients hear. A durable event carries the `rev` it was given; a signal (typing, presence)
//! is never stored and carries none.

use crate::{
    Account, AccountId, Contact, ContactRequest, ConversationId, Member, Message, ProfileChanged,
    Receipt, RequestId, Settings, Time,
};
use serde::{Deserialize, Serialize};

/// Something that happened, as one JSON object: `{"event": <name>, "conversation_id": …, "rev": …, "data": …}`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Event {
    /// The conversation it belongs to; absent for what belongs to an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// Its number in that conversation's log of changes; absent for signals.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rev: Option<i64>,
    /// What happened.
    #[serde(flatten)]
    pub body: EventBody,
}

/// What happened. Names are past tense.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(tag = "event", content = "data", rename_all = "snake_case")]
pub enum EventBody {
    /// A message was stored. Its author counts as having read it.
    MessageCreated(Message),
    /// A message was edited: its new state.
    MessageEdited(Message),
    /// A message was deleted: its tombstone.
    MessageDeleted(Message),
    /// Someone joined, was added, or got another role.
    MemberChanged(Member),
    /// Someone left or was removed.
    MemberLeft(MemberLeft),
    /// A group or room was renamed, or opened or closed to guests.
    ConversationChanged(ConversationChanged),
    /// A member's watermarks moved. Direct conversations and groups only.
    ReceiptMoved(Receipt),
    /// You are in this conversation now: subscribe, and read it from `rev`. To the new member's devices only.
    ConversationJoined(Joined),
    /// You are no longer in this conversation: nothing more of it reaches you. To that member's devices only.
    ConversationLeft(Left),
    /// You blocked an account, here or on another device.
    BlockAdded(BlockChanged),
    /// You lifted a block.
    BlockRemoved(BlockChanged),
    /// A contact request that you sent or received: its new state. To the two it is between.
    ContactRequestChanged(ContactRequestChanged),
    /// A contact request is no more: it was cancelled, or ended with the contact.
    ContactRequestRemoved(ContactRequestRemoved),
    /// Somebody is your contact.
    ContactAdded(ContactAdded),
    /// Somebody is your contact no more.
    ContactRemoved(ContactRemoved),
    /// You changed your settings, here or on another device.
    SettingsChanged(SettingsChanged),
    /// You changed your profile, here or on another device; as a signal: somebody did whom you share a conversation
    /// with, or who is your contact.
    ProfileChanged(ProfileChanged),
    /// Signal: someone is typing; it ends by itself after 6 seconds.
    Typing(Typing),
    /// Signal: someone came online, went away, is busy, or left.
    PresenceChanged(Presence),
    /// Signal: how many people and guests have this room open.
    AudienceChanged(Audience),
}

/// Who left, and who removed them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MemberLeft {
    /// Who left.
    pub account_id: AccountId,
    /// Who removed them; absent if they left by themselves.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub removed_by: Option<AccountId>,
}

/// What can change of a conversation itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ConversationChanged {
    /// Its name now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether guests may read it now.
    pub guests_read: bool,
}

/// Where a new member begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Joined {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The account's own counter.
    pub account_rev: i64,
}

/// What was left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Left {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The account's own counter.
    pub account_rev: i64,
}

/// Whom a block concerns.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct BlockChanged {
    /// The blocked account.
    pub account: Account,
    /// The account's own counter.
    pub account_rev: i64,
}

/// A contact request as one sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactRequestChanged {
    /// As it is now.
    pub request: ContactRequest,
    /// The account's own counter.
    pub account_rev: i64,
}

/// Which contact request is no more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactRequestRemoved {
    /// Which.
    pub request_id: RequestId,
    /// The account's own counter.
    pub account_rev: i64,
}

/// Who is a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactAdded {
    /// Who, and since when.
    pub contact: Contact,
    /// The account's own counter.
    pub account_rev: i64,
}

/// Who is a contact no more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactRemoved {
    /// Who.
    pub account: Account,
    /// The account's own counter.
    pub account_rev: i64,
}

/// What one chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SettingsChanged {
    /// All of it, as it is now.
    pub settings: Settings,
    /// The account's own counter.
    pub account_rev: i64,
}

/// Who is typing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Typing {
    /// Who.
    pub account_id: AccountId,
    /// False when they stopped.
    pub typing: bool,
}

/// How someone can be reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum PresenceState {
    /// Connected.
    Online,
    /// Connected, but not at the device.
    Away,
    /// Connected, and not to be disturbed.
    Busy,
    /// Not connected.
    Offline,
}

/// Someone's presence; visible to those who share a direct conversation or group with them, unless one blocks the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Presence {
    /// Whose.
    pub account_id: AccountId,
    /// How they can be reached.
    pub state: PresenceState,
    /// When they were last connected; absent while they are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Time>,
}

/// Who has a room open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Audience {
    /// Signed-in accounts connected, each counted once.
    pub accounts: u64,
    /// Guests connected.
    pub guests: u64,
}
