//! Administration as both ends see it: accounts as staff sees them, and reports.

use crate::{Account, AccountId, ConversationId, InstanceRole, Message, ReportId, Time};
use serde::{Deserialize, Serialize};

/// An account as the staff of the server sees it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ManagedAccount {
    /// Its id.
    pub id: AccountId,
    /// Unique name, as first written.
    pub username: String,
    /// The name people read.
    pub display_name: String,
    /// Email address, where one was given; to admins and owners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// What it may do with the server itself.
    pub role: InstanceRole,
    /// When it was made.
    pub created_at: Time,
    /// When it was last connected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_seen_at: Option<Time>,
    /// Since when it is suspended; absent while it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_at: Option<Time>,
    /// Why it is suspended, in words of staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suspended_for: Option<String>,
}

/// Suspends an account.
#[derive(Clone, Debug, Default, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Suspend {
    /// Why, 1 to 500 characters; for other staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// Gives an account another role on the server.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeInstanceRole {
    /// The role it shall have.
    pub role: InstanceRole,
}

/// Deletes one's own account.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeleteOwnAccount {
    /// The password, again.
    pub password: String,
}

/// Why something is reported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportReason {
    /// Advertising, or the same over and over.
    Spam,
    /// Insults, threats, stalking.
    Harassment,
    /// Against the law.
    Illegal,
    /// Somebody who pretends to be somebody else.
    Impersonation,
    /// Something else; `text` says what.
    Other,
}

/// Reports a message (`conversation_id` and `seq`) or an account (`account_id`) to the staff of the server.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewReport {
    /// The account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// The conversation of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The number of the message.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "crate::json::whole"
    )]
    pub seq: Option<i64>,
    /// Why.
    pub reason: ReportReason,
    /// In one's own words, 1 to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// A report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Report {
    /// Its id.
    pub id: ReportId,
    /// Who reported.
    pub reporter_id: AccountId,
    /// Whom it is about: the account, or the author of the message.
    pub account_id: AccountId,
    /// The conversation of the message, where it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub conversation_id: Option<ConversationId>,
    /// The number of the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seq: Option<i64>,
    /// Why.
    pub reason: ReportReason,
    /// In the reporter's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// What came of it; absent while it is open, and to its reporter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resolution: Option<Resolution>,
}

/// What came of a report.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Resolution {
    /// What staff decided.
    pub outcome: ReportOutcome,
    /// Who decided.
    pub resolved_by: AccountId,
    /// When.
    pub resolved_at: Time,
    /// What was noted, for other staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What staff decided about a report.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum ReportOutcome {
    /// Something was done.
    Acted,
    /// There was nothing to do.
    Dismissed,
}

/// Closes a report.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResolveReport {
    /// What was decided.
    pub outcome: ReportOutcome,
    /// A note for other staff, 1 to 2,000 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A report with what staff needs to decide on it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct ReportInContext {
    /// The report.
    pub report: Report,
    /// Who reported.
    pub reporter: Account,
    /// Whom it is about.
    pub account: Account,
    /// The reported message and up to ten before and after it, as they are now; none for an account.
    pub messages: Vec<Message>,
}
