//! Contact requests and contacts as both ends see them.

use crate::{Account, AccountId, RequestId, Time};
use serde::{Deserialize, Serialize};

/// What became of a contact request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RequestState {
    /// Not answered.
    Pending,
    /// The two are contacts.
    Accepted,
    /// The one who was asked does not want to be.
    Rejected,
}

/// Somebody asks somebody to be a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ContactRequest {
    /// Its id.
    pub id: RequestId,
    /// Who asks.
    pub from: Account,
    /// Who is asked. Absent for the sender of one to an email address, until it is accepted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Account>,
    /// The address it was sent to, where it was sent to one; for its sender only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What the sender says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// What became of it.
    pub state: RequestState,
    /// When it was sent.
    pub created_at: Time,
    /// When it was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered_at: Option<Time>,
}

/// Asks somebody to be a contact: by exactly one of `account_id`, `username` and `email`.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestContact {
    /// Whom, by id …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// … or by username …
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// … or by email address. The answer is the same whether somebody has it or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What to say, 1 to 280 characters in one line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// Which side of contact requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RequestSide {
    /// Those one sent.
    Sent,
    /// Those one received.
    Received,
}

/// Somebody who agreed to be a contact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Contact {
    /// Who.
    pub account: Account,
    /// Since when.
    pub since: Time,
}
