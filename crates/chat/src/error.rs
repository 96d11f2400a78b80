//! How a storage error becomes the problem that people see.

use chinwag_wire::{Code, Problem};

/// What an operation fails with: a problem for the caller, or a storage error to be translated.
#[derive(Debug)]
pub(crate) enum Failure {
    /// A rule said no.
    Refused(Problem),
    /// The database said no.
    Storage(chinwag_sql::Error),
}

/// What an operation returns.
pub(crate) type Result<T, E = Failure> = std::result::Result<T, E>;

impl From<chinwag_sql::Error> for Failure {
    fn from(error: chinwag_sql::Error) -> Self {
        Self::Storage(error)
    }
}

impl From<Problem> for Failure {
    fn from(problem: Problem) -> Self {
        Self::Refused(problem)
    }
}

impl From<Code> for Failure {
    fn from(code: Code) -> Self {
        Self::Refused(code.into())
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(problem) => problem,
            Failure::Storage(error) => translate(&error),
        }
    }
}

/// The problem a storage error is to the caller; what is our fault is logged here, once.
pub(crate) fn translate(error: &chinwag_sql::Error) -> Problem {
    use chinwag_sql::Error;
    match error {
        Error::Busy => Problem::from(Code::Overloaded).retry_after(1),
        Error::Full => Problem::from(Code::StorageFull).retry_after(30),
        Error::Unavailable(reason) => {
            tracing::warn!(reason, "the database cannot be used");
            Problem::from(Code::Unavailable).retry_after(2)
        }
        other => {
            tracing::error!(error = %other, "a statement failed");
            Problem::from(Code::Internal).retry_after(5)
        }
    }
}
