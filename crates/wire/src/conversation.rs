//! Conversations and their members as both ends see them.

use crate::{Account, AccountId, ConversationId, Message, Time};
use serde::{Deserialize, Serialize};

/// What kind of log this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// Two people; one per pair, ever.
    Direct,
    /// By invitation, with owners and admins.
    Group,
    /// Open by name to everyone signed in.
    Room,
}

/// What a member may do.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    /// Reads and writes.
    Member,
    /// Also adds, removes, renames and deletes others' messages.
    Admin,
    /// Also appoints and dismisses admins and owners.
    Owner,
}

/// A conversation as one member sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Conversation {
    /// Its id.
    pub id: ConversationId,
    /// Its kind.
    pub kind: Kind,
    /// Name of a group or room; absent for a direct conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The other person of a direct conversation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub peer: Option<Account>,
    /// Whether guests may read this room.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guests_read: bool,
    /// Number of the newest message, 0 when there is none.
    pub last_seq: i64,
    /// Number of the newest durable change: the position to resume from.
    pub last_rev: i64,
    /// How many people are in it.
    pub member_count: i64,
    /// The newest message, where the reader may see it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_message: Option<Message>,
    /// The reader's own membership; absent for a guest, and for a room one has not joined.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub me: Option<Membership>,
    /// When it was made.
    pub created_at: Time,
    /// When the newest message was sent, or when it was made.
    pub active_at: Time,
}

/// The reader's own place in a conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Membership {
    /// What one may do.
    pub role: Role,
    /// First message one may read.
    pub visible_from: i64,
    /// Highest message received by a device of one's own.
    pub delivered: i64,
    /// Highest message read.
    pub read: i64,
    /// How many messages are unread: newest less `read`.
    pub unread: i64,
}

/// Someone in a conversation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Member {
    /// Who.
    pub account: Account,
    /// What they may do.
    pub role: Role,
    /// Highest message one of their devices received; in rooms 0.
    pub delivered: i64,
    /// Highest message they read; in rooms 0.
    pub read: i64,
    /// When they joined.
    pub joined_at: Time,
}

/// Opens or makes a conversation.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CreateConversation {
    /// What kind.
    pub kind: Kind,
    /// The other account of a direct conversation, by id …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// … or by username.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Name of the group or room, 1 to 128 characters; unique for rooms.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// First members of a group, besides its maker.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub members: Vec<AccountId>,
    /// Whether guests may read the room.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub guests_read: bool,
    /// Makes the request exactly-once: the same id returns the group made first. Also the `Idempotency-Key` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client_id: Option<String>,
}

/// Changes a group or room.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateConversation {
    /// New name, 1 to 128 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Whether guests may read the room.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub guests_read: Option<bool>,
}

/// Adds someone to a group.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AddMember {
    /// Who.
    pub account_id: AccountId,
    /// As what; `member` where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
}

/// Changes what a member may do.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeRole {
    /// The new role.
    pub role: Role,
}
