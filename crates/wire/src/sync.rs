//! Positions and what changed since: how a client that was away catches up.

use crate::{Conversation, ConversationId, Event, Message};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What a client already has.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Positions {
    /// The epoch they belong to: another one means that the server was restored, and the client starts over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub epoch: Option<String>,
    /// Highest `rev` applied, for each conversation.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub conversations: BTreeMap<ConversationId, i64>,
}

/// A page of what changed in one conversation since a position. Each thing that changed stands in it once,
/// in its newest state, ordered by the `rev` that last touched it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Changes {
    /// The conversation.
    pub conversation_id: ConversationId,
    /// The changes, as events.
    pub events: Vec<Event>,
    /// The position after applying them.
    pub rev: i64,
    /// Whether there is more: ask again from `rev`.
    pub more: bool,
}

/// A page of what changed of one's account since a position. Each thing that changed stands in it once, in its
/// newest state, ordered by the `account_rev` that last touched it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AccountChanges {
    /// The changes, as events; each carries its `account_rev`.
    pub events: Vec<Event>,
    /// The position after applying them.
    pub rev: i64,
    /// Whether there is more: ask again from `rev`.
    pub more: bool,
}

/// One page of history, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct MessagePage {
    /// The messages.
    pub messages: Vec<Message>,
    /// Whether older ones exist that the reader may see.
    pub more_before: bool,
    /// Whether newer ones exist.
    pub more_after: bool,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Page<T> {
    /// The items.
    pub items: Vec<T>,
    /// Give it as `cursor` for the next page; absent on the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// One page of conversations, most recently active first.
pub type ConversationPage = Page<Conversation>;
