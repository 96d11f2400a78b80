//! The named parts of a path.

use crate::{app::Api, problem::Failure};
use axum::{
    extract::{
        FromRequestParts, Path,
        path::{ErrorKind, FailedToDeserializePathParams},
        rejection::PathRejection,
    },
    http::request::Parts,
};
use chinwag_wire::{
    AccountId, Code, ConversationId, FileId, JobId, Problem, ReportId, RequestId, SessionId,
};
use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use utoipa::IntoParams;

/// Where in the tree of resources the request points.
pub(crate) struct At<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<Api> for At<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Failure> {
        let path = Path::from_request_parts(parts, api).await;
        path.map(|Path(path)| Self(path)).map_err(|rejection| describe(rejection).into())
    }
}

fn describe(rejection: PathRejection) -> Problem {
    let PathRejection::FailedToDeserializePathParams(failed) = rejection else {
        return Code::Internal.into();
    };
    match FailedToDeserializePathParams::into_kind(failed) {
        ErrorKind::ParseErrorAtKey { key, expected_type, .. } => {
            Problem::field(key, format!("not a valid {expected_type}"))
        }
        ErrorKind::DeserializeError { key, message, .. } => Problem::field(key, message),
        ErrorKind::InvalidUtf8InPathParam { key } => Problem::field(key, "not valid UTF-8"),
        other => Problem::from(Code::Invalid).with_detail(format!("The path is wrong: {other}.")),
    }
}

/// An account.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InAccount {
    /// The account.
    pub(crate) account_id: AccountId,
}

/// A square of the picture of an account.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InAvatar {
    /// The account.
    pub(crate) account_id: AccountId,
    /// Its side, as `avatar` of the profile lists it.
    #[param(minimum = 1)]
    pub(crate) side: u32,
}

/// A session.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InSession {
    /// The session.
    pub(crate) session_id: SessionId,
}

/// A contact request.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InRequest {
    /// The contact request.
    pub(crate) request_id: RequestId,
}

/// A report.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InReport {
    /// The report.
    pub(crate) report_id: ReportId,
}

/// A job.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InJob {
    /// The job.
    pub(crate) job_id: JobId,
}

/// A conversation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InConversation {
    /// The conversation.
    pub(crate) conversation_id: ConversationId,
}

/// A member of a conversation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InMember {
    /// The conversation.
    pub(crate) conversation_id: ConversationId,
    /// The account, or `me`.
    #[param(value_type = String, example = "me", pattern = "^(me|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$")]
    pub(crate) account_id: Whom,
}

/// A message of a conversation.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InMessage {
    /// The conversation.
    pub(crate) conversation_id: ConversationId,
    /// The message's number.
    #[param(minimum = 1)]
    pub(crate) seq: i64,
}

/// A file.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InFile {
    /// The file.
    pub(crate) file_id: FileId,
}

/// A preview of a picture.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InPreview {
    /// The file.
    pub(crate) file_id: FileId,
    /// Its longer side, as `previews` of the file lists it.
    #[param(minimum = 1)]
    pub(crate) side: u32,
}

/// An upload in parts.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Path)]
pub(crate) struct InUpload {
    /// The upload, and the file it becomes.
    pub(crate) upload_id: FileId,
}

/// An account, or whoever asks.
#[derive(Clone, Copy)]
pub(crate) enum Whom {
    /// `me`.
    Me,
    /// Somebody by id.
    Account(AccountId),
}

impl Whom {
    /// The account meant, when `me` asks.
    pub(crate) fn or(self, me: AccountId) -> AccountId {
        match self {
            Self::Me => me,
            Self::Account(account) => account,
        }
    }
}

impl<'de> Deserialize<'de> for Whom {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if text == "me" {
            return Ok(Self::Me);
        }
        text.parse()
            .map(Self::Account)
            .map_err(|_| serde::de::Error::custom("not an account id, nor `me`"))
    }
}
