//! What people say of themselves, as both ends see it.

use crate::{AccountId, Patch, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What others see of an account. Of somebody one may not see in full, there are the first three fields alone,
/// as of somebody who has filled in nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Profile {
    /// Whose.
    pub id: AccountId,
    /// Unique name, as first written.
    pub username: String,
    /// The name people read.
    pub display_name: String,
    /// Given name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_name: Option<String>,
    /// Family name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_name: Option<String>,
    /// A few lines about oneself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// In one's own words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub gender: Option<String>,
    /// In years.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age: Option<i64>,
    /// What one is up to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status_text: Option<String>,
    /// The picture, cut to a square: where it is, by its side in pixels.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub avatar: BTreeMap<String, String>,
    /// The key that others encrypt with, as its owner gave it. The server does not look into it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<String>,
    /// When any of this last changed.
    pub updated_at: Time,
}

/// Where a square of somebody's picture is. The version is in it, so that a cache may keep what it got.
pub fn avatar_path(account: AccountId, side: u32, version: Uuid) -> String {
    format!("/v1/accounts/{account}/avatar/{side}?v={version}")
}

/// Changes one's profile: a merge patch (RFC 7396). What is absent stays, `null` takes it away.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UpdateProfile {
    /// The name people read, 1 to 100 characters; the username where it is taken away.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub display_name: Patch<String>,
    /// Given name, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub first_name: Patch<String>,
    /// Family name, 1 to 100 characters.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub last_name: Patch<String>,
    /// A few lines about oneself, 1 to 1,000 characters.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub about: Patch<String>,
    /// In one's own words, 1 to 50 characters.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub gender: Patch<String>,
    /// In years, 0 to 150.
    #[serde(default, skip_serializing_if = "Patch::is_keep", deserialize_with = "Patch::whole")]
    #[schema(value_type = Option<i64>)]
    pub age: Patch<i64>,
    /// What one is up to, 1 to 140 characters.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub status_text: Patch<String>,
    /// The key that others encrypt with, 1 to 8,192 characters of ASCII.
    #[serde(default, skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<String>)]
    pub public_key: Patch<String>,
}

/// Somebody's profile has changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ProfileChanged {
    /// All of it, as it is now.
    pub profile: Profile,
    /// The account's own counter, for its own devices alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_rev: Option<i64>,
}
