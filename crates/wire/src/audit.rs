//! The audit log as both ends see it: who did what with an account or with the server, when, from
//! where, and whether it was let through.

use crate::{AccountId, SessionId, Time};
use serde::{Deserialize, Serialize};

macro_rules! acts {
    ($($(#[$doc:meta])* $variant:ident = $name:literal;)*) => {
        /// What was done. New acts may be added.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "snake_case")]
        pub enum AuditAct { $($(#[$doc])* $variant,)* }

        impl AuditAct {
            /// Every act.
            pub const ALL: &'static [AuditAct] = &[$(AuditAct::$variant,)*];
            /// Its stable name, as it stands in JSON and in the table.
            pub fn name(self) -> &'static str { match self { $(AuditAct::$variant => $name,)* } }
        }
    };
}

acts! {
    /// An account was made.
    Register = "register";
    /// Somebody signed in, or tried to.
    SignIn = "sign_in";
    /// A refresh token was used a second time; its session was ended.
    ReuseRefresh = "reuse_refresh";
    /// One session was ended.
    EndSession = "end_session";
    /// All sessions of an account were ended.
    EndAllSessions = "end_all_sessions";
    /// A password was changed, or somebody tried to.
    ChangePassword = "change_password";
    /// An email address was changed.
    ChangeEmail = "change_email";
    /// A forgotten password was replaced.
    ResetPassword = "reset_password";
    /// An account was given another role on this server.
    ChangeInstanceRole = "change_instance_role";
    /// An account was suspended.
    SuspendAccount = "suspend_account";
    /// An account was let in again.
    UnsuspendAccount = "unsuspend_account";
    /// An account was deleted, or somebody tried to delete their own.
    DeleteAccount = "delete_account";
    /// Somebody took everything the server knows of their account.
    ExportAccount = "export_account";
    /// Staff deleted somebody's message.
    DeleteMessage = "delete_message";
    /// Staff listed accounts.
    ListAccounts = "list_accounts";
    /// Staff looked at an account.
    ReadAccount = "read_account";
    /// Staff read a report, and the messages around what was reported.
    ReadReport = "read_report";
    /// Staff closed a report.
    ResolveReport = "resolve_report";
    /// Staff read the audit log.
    ReadAudit = "read_audit";
    /// Staff listed jobs.
    ListJobs = "list_jobs";
    /// Staff looked at a job, and the address it may hold.
    ReadJob = "read_job";
    /// Staff had a job tried again that had failed for good.
    RetryJob = "retry_job";
    /// Staff threw a job away.
    DiscardJob = "discard_job";
}

impl AuditAct {
    /// The act of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|act| act.name() == name)
    }
}

/// Whether an act was let through.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AuditResult {
    /// It was done.
    Done,
    /// It was refused, and changed nothing.
    Refused,
}

/// One entry of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditEntry {
    /// Its number; entries count up without a gap.
    pub seq: i64,
    /// When.
    pub at: Time,
    /// What was done.
    pub act: AuditAct,
    /// Whether it was let through.
    pub result: AuditResult,
    /// Who did it; absent where nobody was signed in, and in one's own log where it was staff.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actor_id: Option<AccountId>,
    /// Through which session; to those who may see the actor.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_id: Option<SessionId>,
    /// The account it concerns, in whose own log it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// What it was done to, where the account does not say it: a session, a message, a report, a role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// From which address; gone once the account it led to is deleted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// SHA-256 over this entry and the hash of the one before it, in hexadecimal; to administrators.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
}

/// What came of checking the chain of the audit log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct AuditChain {
    /// Whether every entry that is kept is the one that was written, in its place.
    pub whole: bool,
    /// Number of the oldest entry; absent while there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first: Option<i64>,
    /// Number of the last entry that holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<i64>,
    /// Its hash, in hexadecimal: kept elsewhere, it proves that the log up to here was not written anew.
    pub hash: String,
    /// Number of the first entry that does not follow from the one before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken_at: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_what_json_says() {
        for act in AuditAct::ALL {
            assert_eq!(serde_json::to_value(act).unwrap(), act.name());
            assert_eq!(AuditAct::of_name(act.name()), Some(*act));
        }
    }
}
