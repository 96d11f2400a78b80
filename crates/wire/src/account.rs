//! Accounts, sessions and credentials as both ends see them.

use crate::{AccountId, SessionId, Time};
use serde::{Deserialize, Serialize};

/// What others may see of an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// Unique name, as first written; absent for an account known by email only to people who share nothing with it.
    pub username: String,
    /// The name people read.
    pub display_name: String,
}

/// One's own account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct OwnAccount {
    /// Its id.
    pub id: AccountId,
    /// Unique name, as first written.
    pub username: String,
    /// The name people read.
    pub display_name: String,
    /// Email address, lower-cased, where it has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Whether somebody has shown that they read that address.
    pub email_verified: bool,
    /// The address that it is to have, or that is to replace the one it has, once somebody has shown that they read it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_email: Option<String>,
    /// What it may do with the server itself.
    pub role: InstanceRole,
    /// When it was made.
    pub created_at: Time,
}

/// What an account may do with the server itself.
///
/// A later one may do all that an earlier one may.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, utoipa::ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum InstanceRole {
    /// Uses it.
    Member,
    /// Reads reports, deletes messages, suspends members.
    Moderator,
    /// Moderates, deletes accounts, appoints moderators, reads the audit log.
    Admin,
    /// Runs this server.
    Owner,
}

/// Makes an account. At least one of `username` and `email` is needed.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Register {
    /// 1 to 64 characters; unique after canonicalisation (NFKC, case folding). Derived from the display name where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// Email address. It is sent a letter, and is the account's once that was answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// 8 to 1,024 bytes; never cut.
    pub password: String,
    /// 1 to 100 characters; the username where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub display_name: Option<String>,
    /// The one-time secret of the owner link, for the first account of a server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owner_link: Option<String>,
    /// Name of the device, for the list of sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}

/// Signs in with a name and a password.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// Username or email address.
    pub name: String,
    /// The password.
    pub password: String,
    /// Name of the device, for the list of sessions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// `known_device` of an earlier sign-in here: spares its owner the throttle that strangers' guesses cause.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_device: Option<String>,
}

/// Exchanges a refresh token for the next one.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    /// The refresh token; it works once.
    pub refresh_token: String,
}

/// Changes the password; every other session ends.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password as it is.
    pub current_password: String,
    /// The password as it shall be, 8 to 1,024 bytes.
    pub new_password: String,
}

/// What a sign-in, a registration or a refresh answers.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Credentials {
    /// One's own account.
    pub account: OwnAccount,
    /// The session these tokens prove.
    pub session_id: SessionId,
    /// For `Authorization: Bearer …` and `hello`; lives minutes.
    pub access_token: String,
    /// When the access token ends.
    pub access_expires_at: Time,
    /// Works once, for the next pair.
    pub refresh_token: String,
    /// When the session ends if it is not refreshed.
    pub refresh_expires_at: Time,
    /// Present it at the next sign-in from here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub known_device: Option<String>,
}

/// One session of one's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Name of the device, as given at sign-in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
    /// Address it signed in from.
    pub address: String,
    /// When it signed in.
    pub created_at: Time,
    /// When it was last refreshed.
    pub used_at: Time,
    /// When it ends by itself.
    pub expires_at: Time,
    /// Whether this request came from it.
    pub current: bool,
}

/// One attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct SignInAttempt {
    /// When.
    pub at: Time,
    /// Whether it succeeded.
    pub succeeded: bool,
    /// From which address.
    pub address: String,
    /// With which device name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub device: Option<String>,
}
