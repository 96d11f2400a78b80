//! What can go wrong when talking to a server: it refused, it could not be reached, it broke off, or it
//! said something that is not of this protocol.

use chinwag_wire::{Code, Problem};

/// Why a request, a command or a connection failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The server understood, and refused.
    #[error("{0}")]
    Refused(#[from] Problem),
    /// The server could not be reached, or the request broke off: it may or may not have been carried out.
    #[error("cannot reach the server: {0}")]
    Unreachable(String),
    /// The live connection closed before the answer came: the command may or may not have been carried out.
    #[error("the connection closed ({}): {reason}", code.map_or("no code".to_owned(), |code| code.to_string()))]
    Closed {
        /// The close code (RFC 6455, section 7.4), where one was given.
        code: Option<u16>,
        /// A sentence for a log.
        reason: String,
    },
    /// What came back is not of this protocol.
    #[error("not understood: {0}")]
    NotUnderstood(String),
}

impl Error {
    /// What the server refused with, where it did.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            _ => None,
        }
    }

    /// The code the server refused with, where it did.
    pub fn code(&self) -> Option<Code> {
        self.problem().map(|problem| problem.code)
    }

    /// A connection that ended without a word.
    pub(crate) fn lost(reason: impl Into<String>) -> Self {
        Self::Closed { code: None, reason: reason.into() }
    }

    /// Something that could not be read.
    pub(crate) fn unread(error: impl std::fmt::Display) -> Self {
        Self::NotUnderstood(error.to_string())
    }
}

impl From<reqwest::Error> for Error {
    fn from(error: reqwest::Error) -> Self {
        // The outermost words alone say little: "error sending request". The innermost say what happened.
        let mut cause: &dyn std::error::Error = &error;
        while let Some(inner) = cause.source() {
            cause = inner;
        }
        Self::Unreachable(cause.to_string())
    }
}

impl From<std::io::Error> for Error {
    fn from(error: std::io::Error) -> Self {
        Self::Unreachable(error.to_string())
    }
}
