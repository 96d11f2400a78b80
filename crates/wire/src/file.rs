//! Files as both ends see them.

use crate::{ConversationId, FileId, Time};
use serde::{Deserialize, Serialize};

/// A file: bytes with a name, uploaded by an account and attached to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct File {
    /// Its id; `/v1/files/{id}` are its bytes.
    pub id: FileId,
    /// Its name as its sender gave it, made safe.
    pub name: String,
    /// What it is, by its bytes.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
    /// Of a picture: pixels across, when it stands upright.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
    /// Of a picture: pixels down.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub height: Option<u32>,
    /// Of a picture: the previews there are, by their longer side in pixels; `/v1/files/{id}/previews/{side}` are their bytes.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub previews: Vec<u32>,
}

/// A file of one's own, and where it is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnFile {
    /// The file.
    #[serde(flatten)]
    pub file: File,
    /// When it was uploaded.
    pub created_at: Time,
    /// The conversation of its message; absent while it is attached to none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The number of its message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
}
