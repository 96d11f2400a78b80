//! The one list of error codes: number, name, HTTP status, whether trying again can help, the
//! WebSocket close code where the connection ends with it, and one sentence for a person.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

/// May the same request succeed later, unchanged?
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Retry {
    /// No: change the request.
    Never,
    /// Yes, after the time given with the error.
    Later,
    /// Yes, after obtaining a new access token.
    AfterSignIn,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $variant:ident = $number:literal $name:literal $status:literal $retry:ident $close:literal $sentence:literal;)*) => {
        /// What went wrong, as a state. The name is stable; the sentence may be reworded.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Code { $(#[doc = $sentence] $variant,)* }

        impl Code {
            /// Every code, in order of its number.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];
            /// Stable number, for logs and metrics.
            pub fn number(self) -> u16 { match self { $(Code::$variant => $number,)* } }
            /// Stable name, as it stands in JSON.
            pub fn name(self) -> &'static str { match self { $(Code::$variant => $name,)* } }
            /// HTTP status (RFC 9110).
            pub fn status(self) -> u16 { match self { $(Code::$variant => $status,)* } }
            /// Whether trying again can help.
            pub fn retry(self) -> Retry { match self { $(Code::$variant => Retry::$retry,)* } }
            /// WebSocket close code used where the connection ends with it (RFC 6455, 4000–4999 ours);
            /// from 4000 to 4499 the client may reconnect and resume, from 4500 it must not without change.
            pub fn close(self) -> u16 { match self { $(Code::$variant => $close,)* } }
            /// One sentence for a person.
            pub fn sentence(self) -> &'static str { match self { $(Code::$variant => $sentence,)* } }
        }
    };
}

codes! {
    Invalid = 100 "invalid" 400 Never 4500 "The request is not valid; `errors` says which fields and why.";
    Malformed = 101 "malformed" 400 Never 4501 "The body or frame is not a JSON object of the documented shape.";
    TooLarge = 102 "too_large" 413 Never 1009 "The request is larger than the limit.";
    UnsupportedMedia = 103 "unsupported_media" 415 Never 4500 "Send JSON, with `Content-Type: application/json`.";
    UnknownCommand = 104 "unknown_command" 400 Never 4500 "There is no such command.";
    NotFound = 105 "not_found" 404 Never 4500 "There is nothing here.";
    MethodNotAllowed = 106 "method_not_allowed" 405 Never 4500 "This resource does not support that method; see `Allow`.";
    CursorInvalid = 107 "cursor_invalid" 400 Never 4500 "The cursor was not issued by this server; start again without it.";
    UpgradeRequired = 108 "upgrade_required" 426 Never 4500 "This is a WebSocket endpoint; connect with the WebSocket protocol, version 13.";
    UploadTooSlow = 150 "upload_too_slow" 408 Later 4500 "The bytes did not arrive in time; go on where they ended, or try again.";
    RangeUnsatisfiable = 151 "range_unsatisfiable" 416 Never 4500 "The file ends before that range begins; `Content-Range` says where.";
    PictureUnreadable = 152 "picture_unreadable" 422 Never 4500 "The file begins like a picture, but cannot be read as one.";
    PictureTooLarge = 153 "picture_too_large" 422 Never 4500 "The picture has more pixels than the limit.";
    TusVersion = 154 "tus_version" 412 Never 4500 "Resumable uploads speak tus 1.0.0; send `Tus-Resumable: 1.0.0`.";
    ChecksumWrong = 155 "checksum_wrong" 460 Later 4500 "The bytes that arrived are not those of the checksum; nothing of them was kept.";

    Unauthenticated = 200 "unauthenticated" 401 AfterSignIn 4401 "Sign in, or refresh the access token, and try again.";
    CredentialsWrong = 201 "credentials_wrong" 401 Never 4500 "The name or the password is wrong.";
    SessionEnded = 202 "session_ended" 401 AfterSignIn 4502 "This session has ended; sign in again.";
    RefreshReused = 203 "refresh_reused" 401 AfterSignIn 4502 "This refresh token was used before; the session has been ended for safety. Sign in again.";
    HelloExpected = 204 "hello_expected" 401 Never 4503 "The first frame must be `hello`, within 10 seconds.";
    LinkUsed = 205 "link_used" 410 Never 4500 "This one-time link was used or has expired.";
    AccountSuspended = 206 "account_suspended" 403 Never 4500 "This account is suspended; ask those who run this server.";

    Forbidden = 300 "forbidden" 403 Never 4500 "Your role does not allow this.";
    SendingNotAllowed = 301 "sending_not_allowed" 403 Never 4500 "You cannot send messages in this conversation.";
    OpeningNotAllowed = 302 "opening_not_allowed" 403 Never 4500 "You cannot open a conversation with this account.";
    ForeignOrigin = 303 "foreign_origin" 403 Never 4500 "Requests from this web origin are not allowed.";

    AccountNotFound = 400 "account_not_found" 404 Never 4500 "There is no such account, or you may not see it.";
    ConversationNotFound = 401 "conversation_not_found" 404 Never 4500 "There is no such conversation, or you are not a member.";
    MessageNotFound = 402 "message_not_found" 404 Never 4500 "There is no such message.";
    MemberNotFound = 403 "member_not_found" 404 Never 4500 "That account is not a member.";
    SessionNotFound = 404 "session_not_found" 404 Never 4500 "There is no such session.";
    ReportNotFound = 405 "report_not_found" 404 Never 4500 "There is no such report.";
    FileNotFound = 450 "file_not_found" 404 Never 4500 "There is no such file, or you may not see it.";
    UploadNotFound = 451 "upload_not_found" 404 Never 4500 "There is no such upload, or it has expired.";
    AvatarNotFound = 407 "avatar_not_found" 404 Never 4500 "There is no such picture, or you may not see it.";
    JobNotFound = 470 "job_not_found" 404 Never 4500 "There is no such job; what is done is forgotten.";
    RequestNotFound = 406 "request_not_found" 404 Never 4500 "There is no such contact request.";

    UsernameTaken = 500 "username_taken" 409 Never 4500 "That username is taken.";
    EmailTaken = 501 "email_taken" 409 Never 4500 "That email address is taken.";
    RoomNameTaken = 502 "room_name_taken" 409 Never 4500 "A room of that name exists.";
    ClientIdReused = 503 "client_id_reused" 422 Never 4500 "That client id was used before for something else.";
    MessageDeleted = 504 "message_deleted" 409 Never 4500 "The message has been deleted.";
    LastOwner = 505 "last_owner" 409 Never 4500 "There must be an owner; make somebody else owner first.";
    PreconditionFailed = 506 "precondition_failed" 412 Never 4500 "The message changed since you read it.";
    GroupFull = 507 "group_full" 409 Never 4500 "The conversation has reached its limit of members.";
    FileAttached = 550 "file_attached" 409 Never 4500 "The file belongs to a message, and goes with it.";
    QuotaReached = 551 "quota_reached" 409 Never 4500 "Your files take up all the room you have; delete some first.";
    OffsetWrong = 552 "offset_wrong" 409 Never 4500 "The upload goes on elsewhere; ask with `HEAD` where.";
    JobNotDead = 570 "job_not_dead" 409 Never 4500 "Only a job that failed for good can be tried again.";
    JobRunning = 571 "job_running" 409 Later 4500 "The job is being done right now; look again shortly.";
    RequestAnswered = 508 "request_answered" 409 Never 4500 "The contact request has been answered already.";
    RequestRejected = 509 "request_rejected" 409 Later 4500 "Your contact request was rejected; ask again after the time given.";
    TooManyNames = 511 "too_many_names" 409 Never 4500 "You have written to as many names that nobody has as you may.";
    AccountBlocked = 510 "account_blocked" 409 Never 4500 "You have blocked this account; lift the block first.";

    RateLimited = 600 "rate_limited" 429 Later 4429 "Too many requests; try again after the time given.";
    TooManyAttempts = 601 "too_many_attempts" 429 Later 4429 "Too many failed attempts; try again after the time given.";
    TooManyConnections = 602 "too_many_connections" 429 Later 4430 "Too many connections for this account.";
    Overloaded = 603 "overloaded" 503 Later 1013 "The server is busy; try again shortly.";
    SlowConsumer = 604 "slow_consumer" 503 Later 4408 "The connection did not read fast enough; reconnect and resume.";
    TooManyUploads = 650 "too_many_uploads" 429 Later 4430 "Too many uploads of this account are under way; finish one first.";

    Internal = 700 "internal" 500 Later 1011 "Something went wrong on our side; it has been logged.";
    Unavailable = 701 "unavailable" 503 Later 1013 "The database cannot be reached; nothing was changed. Try again shortly.";
    StorageFull = 702 "storage_full" 507 Later 1013 "The server's disk is full; nothing was changed. Reading still works.";
    ShuttingDown = 703 "shutting_down" 503 Later 4000 "The server is restarting; reconnect after the time given and resume.";
    HeartbeatMissed = 704 "heartbeat_missed" 503 Later 4001 "Nothing was heard from the client; reconnect and resume.";
    Evicted = 705 "evicted" 403 Later 4002 "What you may see has changed; reconnect and resume.";
}

impl Code {
    /// The code of this name.
    pub fn of_name(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }
}

impl Serialize for Code {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        Self::of_name(&name).ok_or_else(|| D::Error::custom("unknown code"))
    }
}

impl utoipa::PartialSchema for Code {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
        utoipa::openapi::ObjectBuilder::new()
            .schema_type(utoipa::openapi::schema::Type::String)
            .description(Some("Stable name of what went wrong; new names may be added."))
            .enum_values(Some(Self::ALL.iter().map(|code| code.name())))
            .into()
    }
}

impl utoipa::ToSchema for Code {}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn numbers_and_names_are_unique() {
        let numbers: HashSet<_> = Code::ALL.iter().map(|code| code.number()).collect();
        let names: HashSet<_> = Code::ALL.iter().map(|code| code.name()).collect();
        assert_eq!((numbers.len(), names.len()), (Code::ALL.len(), Code::ALL.len()));
    }
}
