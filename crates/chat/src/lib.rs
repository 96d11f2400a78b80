//! The product: every rule and every statement, one file for each operation. Nothing here sees
//! HTTP, a socket or a broker; what happened leaves through the [`Publisher`], to other systems through
//! whoever [`Chat::announce`] is given.

mod access;
mod account_log;
mod accounts;
mod actor;
mod admin;
mod announcements;
mod audit;
mod blocks;
mod chat;
mod clock;
mod contacts;
mod conversations;
mod cursor;
mod error;
mod files;
#[cfg(fuzzing)]
pub mod fuzzing;
mod limit_rules;
mod limits;
mod live;
mod mail;
mod messages;
mod migrations;
mod operation;
mod personal;
mod pressure;
mod profiles;
mod publisher;
mod random;
mod refusal;
mod reports;
mod secrets;
mod sessions;
mod settings;
mod statements;
mod text;
mod ties;
mod uploads;

/// Bounds of the product that are no settings.
pub mod bounds {
    pub use crate::{
        accounts::MOST_UNCLAIMED,
        announcements::MOST_WAITING,
        files::MOST_ATTACHED,
        mail::{MOST_IN_AN_HOUR as MOST_LETTERS, MOST_JOBS},
        profiles::bounds as profile,
        sessions::{
            FREE_FOR_NAME as FREE_GUESSES, LONGEST as LONGEST_WAIT, MOST_SESSIONS, MOST_SIGN_INS,
        },
        text::CONTENT_BYTES,
    };
}

pub use accounts::{
    AccountName, Enrolment, Handle, KeyHolder, NameFault, NameRule, Named, Person, Purpose,
    is_email,
};
pub use actor::{Actor, Origin, Viewer};
pub use admin::{AccountFilter, JobFilter};
pub use announcements::{Announced, AnsweredRequest, Happening};
/// An operation's future is boxed where it is written: it is compiled once, here, and not again in every crate that
/// awaits it. That took a tenth off the program, and an eighth off its code. The macro is made for recursion, but
/// boxing is what it does.
pub(crate) use async_recursion::async_recursion as boxed;
pub use audit::AuditFilter;
pub use chat::{Chat, ChatOptions};
pub use chinwag_jobs::Retries;
pub use clock::Clock;
pub use contacts::Invite;
pub use conversations::{Acquaintance, ChatOrder, DirectChat, Overview, Pair, Since, walk_in_room};
pub use files::{Download, FileBytes, FileOptions, UploadSlot};
pub use limit_rules::{Counts, LimitRule, LimitSubject, Rate};
pub use limits::{Bucket, LimitKey, LimitOptions, Limits, Quota};
pub use live::{LastSeen, Resumed, Standing};
pub use mail::{Confirmation, Confirmed, MailQueue, Postman};
pub use messages::{MessagePlace, Missed, Posting, Reader, Spoken, Step};
pub use migrations::MIGRATIONS;
pub use personal::{Export, ExportFiles, Exported, ExportedFile, KEPT, erasing};
pub use pressure::{Pressure, patience};
pub use profiles::{Avatar, FillIn, Portrait, WholeProfile};
pub use publisher::{Notice, Publisher};
pub use random::unguessable;
pub use refusal::refuse;
pub use secrets::Secrets;
pub use sessions::{
    Claims, Guesses, Issued, PasswordChange, PasswordFault, PasswordRule, Proven, ProvenId,
    Refreshed, SessionKind, SignInName, SignedIn, Unproven,
};
pub use statements::all as statements;
pub use uploads::{Checksum, Part, Upload};
