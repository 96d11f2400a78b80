//! The error every surface speaks: one code, one sentence, what to do. Over HTTP it is rendered as
//! `application/problem+json` (RFC 9457), over a socket as `error` in the reply.

use crate::Code;
use serde::{Deserialize, Serialize};
use std::fmt;

/// One field that was refused, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct FieldError {
    /// Path of the field, for example `content.text`.
    pub field: String,
    /// Why it was refused, for a person.
    pub message: String,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Problem {
    /// Stable name of what went wrong.
    pub code: Code,
    /// One sentence for a person.
    pub detail: String,
    /// Which fields were refused.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Whole seconds to wait before trying again, where that can help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
    /// Name of the rate that was exceeded, for the header of the answer. It does not travel inside.
    #[serde(skip)]
    pub policy: Option<&'static str>,
}

impl Problem {
    /// One field was refused.
    pub fn field(field: impl Into<String>, message: impl Into<String>) -> Self {
        let error = FieldError { field: field.into(), message: message.into() };
        Self { errors: vec![error], ..Code::Invalid.into() }
    }

    /// The same, with words that fit the case better.
    pub fn with_detail(self, detail: impl Into<String>) -> Self {
        Self { detail: detail.into(), ..self }
    }

    /// The same, with a time to wait.
    pub fn retry_after(self, seconds: u64) -> Self {
        Self { retry_after: Some(seconds.max(1)), ..self }
    }
}

impl From<Code> for Problem {
    fn from(code: Code) -> Self {
        Self {
            code,
            detail: code.sentence().to_owned(),
            errors: Vec::new(),
            retry_after: None,
            policy: None,
        }
    }
}

impl From<FieldError> for Problem {
    fn from(error: FieldError) -> Self {
        Self { errors: vec![error], ..Code::Invalid.into() }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.code.name(), self.detail)?;
        self.errors.iter().try_for_each(|error| write!(f, " ({}: {})", error.field, error.message))
    }
}

impl std::error::Error for Problem {}
