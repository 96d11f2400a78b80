//! What the server knows of a person, in one place: what an export holds (`sections.rs`), what a
//! deletion erases (`erase.rs`), and what stays and why (`docs/operations.md`). A table that is added
//! anywhere has its say in both; a test fails until it has.

mod delete;
mod erase;
mod export;
mod export_files;
mod part;
mod sections;

pub use erase::{KEPT, erasing};
pub use export::Export;
pub use export_files::{ExportFiles, Exported, ExportedFile};
pub(crate) use part::{Departing, Parted};

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        delete::STATEMENTS,
        erase::STATEMENTS,
        export::STATEMENTS,
        export_files::STATEMENTS,
        part::STATEMENTS,
        sections::STATEMENTS,
    ]
    .concat()
}
