//! What live connections ask: where one stands, what changed since, who may hear whom.

mod changes;
mod epoch;
mod resume;
mod seen;

pub(crate) use epoch::read_epoch;
pub use resume::{Resumed, Standing};
pub use seen::LastSeen;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [changes::STATEMENTS, epoch::STATEMENTS, resume::STATEMENTS, seen::STATEMENTS].concat()
}
