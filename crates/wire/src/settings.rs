//! What an account chose for itself, as both ends see it.

use crate::Patch;
use serde::{Deserialize, Serialize};

/// From whom somebody takes new direct conversations. Each lets in all that the ones before it do.
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
pub enum DirectFrom {
    /// Contacts.
    Contacts,
    /// Also those who share a group. Rooms do not count: anybody may join them.
    Shared,
    /// Anybody.
    Anyone,
}

/// What an account chose for itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Settings {
    /// Who may open a direct conversation with it, within what the server allows; as the server says where
    /// absent. Those that are open stay open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direct_from: Option<DirectFrom>,
    /// Whether a search by the beginning of a name finds it; yes where absent. Whoever knows the whole username
    /// finds it all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by_name: Option<bool>,
    /// Whether those who know its email address find it by that, once it is verified; no where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub found_by_email: Option<bool>,
    /// Whether somebody who wants to be a contact is told of by a letter to its verified address; yes where
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_contact_requests: Option<bool>,
    /// After how many minutes messages that nobody read are told of by a letter to its verified address, 15 to
    /// 10,080; never where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 15, maximum = 10_080)]
    pub mail_missed_messages: Option<u32>,
}

/// Changes settings: a merge patch (RFC 7396). `null` goes back to what an account begins with.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateSettings {
    /// Who may open a direct conversation.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<DirectFrom>)]
    pub direct_from: Patch<DirectFrom>,
    /// Whether a search by name finds it.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<bool>)]
    pub found_by_name: Patch<bool>,
    /// Whether its verified email address finds it.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<bool>)]
    pub found_by_email: Patch<bool>,
    /// Whether letters tell of contact requests.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<bool>)]
    pub mail_contact_requests: Patch<bool>,
    /// After how many minutes a letter tells of messages that nobody read.
    #[serde(default, skip_serializing_if = "Patch::is_keep", deserialize_with = "Patch::whole")]
    #[schema(value_type = Option<u32>, minimum = 15, maximum = 10_080)]
    pub mail_missed_messages: Patch<u32>,
}
