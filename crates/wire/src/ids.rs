//! Identifiers: UUIDv7 (RFC 9562), one type per thing, so that an account can never be passed for
//! a conversation. In JSON they are lower-case hyphenated strings.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, utoipa::ToSchema)]
        #[serde(transparent)]
        #[schema(value_type = Uuid)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A person or bot.
    AccountId;
    /// Where someone signed in; named by every access token.
    SessionId;
    /// A log of messages: direct, group or room.
    ConversationId;
    /// A contact request.
    RequestId;
    /// A report to staff.
    ReportId;
    /// A file, and the upload it comes from where that goes in parts.
    FileId;
    /// A message, where one id has to name it; see [`MessageId::of`].
    MessageId;
    /// A piece of work that outlives a restart.
    JobId;
}
