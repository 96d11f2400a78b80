//! Uploads in parts, which outlive connections and restarts: begun, gone on with where they ended, finished as
//! a file of the same id, or given up.

mod append;
mod begin;
mod checksum;
mod finish;
mod give_up;
mod read;

pub use append::Part;
pub use checksum::Checksum;
pub use read::Upload;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [append::STATEMENTS, begin::STATEMENTS, finish::STATEMENTS, read::STATEMENTS].concat()
}
