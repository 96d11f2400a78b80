//! Files: taking them in, giving them to those who may read their message, and letting them go.

mod attach;
mod blob;
mod download;
mod examine;
mod list;
mod name;
mod options;
mod quota;
mod remove;
mod row;
mod slots;
mod sweep;
mod upload;

pub(crate) use attach::attach;
pub(crate) use blob::{part_blob, storing};
pub use download::{Download, FileBytes};
pub(crate) use examine::refused;
pub(crate) use name::clean as clean_name;
pub use options::FileOptions;
pub(crate) use quota::room_for;
pub(crate) use remove::of_message as remove_of_message;
pub(crate) use row::{Preview, attachments, attachments_text};
pub use slots::Slot as UploadSlot;
pub(crate) use slots::UploadSlots;
pub(crate) use upload::{Arrived, Coming, keep, unstored};

/// Most files of a message.
pub const MOST_ATTACHED: usize = 10;

/// Every statement of this folder.
pub(crate) fn statements() -> Vec<&'static chinwag_sql::Sql> {
    [
        attach::STATEMENTS,
        download::STATEMENTS,
        list::STATEMENTS,
        quota::STATEMENTS,
        remove::STATEMENTS,
        sweep::STATEMENTS,
        upload::STATEMENTS,
    ]
    .concat()
}
