//! Email addresses and what is sent to them, as both ends see it.

use serde::{Deserialize, Serialize};

/// Changes the email address, once a letter to the new one was answered.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChangeEmail {
    /// The address as it shall be.
    pub email: String,
    /// The password.
    pub current_password: String,
}

/// Shows that one reads an address.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VerifyEmail {
    /// From the link in the letter; it works once, for a day.
    pub token: String,
}

/// Asks for a letter with which a forgotten password is replaced.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RequestReset {
    /// The verified address of an account.
    pub email: String,
}

/// Replaces a forgotten password; every session ends.
#[derive(Clone, Debug, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    /// From the link in the letter; it works once, for half an hour.
    pub token: String,
    /// The password as it shall be, 8 to 1,024 bytes.
    pub password: String,
}
