//! What handlers are given: who asks, from where, and the parts of the request, each read in one
//! way on every route and refused with a problem.

mod body;
mod conditional;
mod file_body;
mod idempotency;
mod path;
mod query;
mod signed;

pub(crate) use body::Body;
pub(crate) use conditional::{IfMatch, IfNoneMatch};
pub use file_body::arriving;
pub(crate) use file_body::{FileBody, RawBody};
pub(crate) use idempotency::{IdempotencyKey, WantsWhole};
pub(crate) use path::{
    At, InAccount, InAvatar, InConversation, InFile, InJob, InMember, InMessage, InPreview,
    InReport, InRequest, InSession, InUpload,
};
pub(crate) use query::{Paging, Params};
pub(crate) use signed::{CameFrom, MaybeSigned, Signed, Who};
